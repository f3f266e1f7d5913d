import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nightly } from "../../pipelines/nightly.ts";
import { beginRun } from "../../src/runs/begin-run.ts";
import { type NightlyResult, runNightly } from "../../src/runs/run-nightly.ts";
import type { RunOptions } from "../../src/runs/run-parts.ts";
import { aldynJson } from "./command-line.ts";
import { madeOnce } from "./made-once.ts";

/** A small population, a data directory with it loaded, a copy of it in which a night was run, and that run's id. To be read only. */
export interface UndisturbedRun {
  population: string;
  loaded: string;
  undisturbed: string;
  run: string;
}

/** The day of the undisturbed run. */
export const asOf = "2026-01-01";

/** Makes a small population, loads it, and runs a night on a copy; once for all test files. */
export async function undisturbedRun(): Promise<UndisturbedRun> {
  const directory = await madeOnce("undisturbed-run", async (directory) => {
    const [population, loaded, undisturbed] = ["population", "loaded", "undisturbed"].map((name) => join(directory, name)) as Three;
    await aldynJson(["synth", "--households", "600", "--months", "15", "--seed", "3", "--until", asOf, "--out", population]);
    await aldynJson(["ingest", "--source", join(population, "sources.yaml"), "--data", loaded]);
    cpSync(loaded, undisturbed, { recursive: true });
    const { run_id } = await aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", undisturbed]);
    writeFileSync(join(directory, "run"), run_id);
  });
  return {
    population: join(directory, "population"),
    loaded: join(directory, "loaded"),
    undisturbed: join(directory, "undisturbed"),
    run: readFileSync(join(directory, "run"), "utf8"),
  };
}

/** Steps that read neither model nor score. */
const withoutModel = ["check", "features", "need", "entitle"];

/** A night of the same day and data with another model: begun with what the undisturbed one has finished that no model changes, and gone on with. */
export async function nightWithModel(options: Omit<RunOptions, "asOf">, made: UndisturbedRun): Promise<NightlyResult> {
  const { directory } = await beginRun({ ...options, asOf }, nightly);
  for (const step of withoutModel)
    if (!existsSync(join(directory, step)))
      cpSync(join(made.undisturbed, "runs", made.run, step), join(directory, step), { recursive: true });
  return runNightly({ ...options, asOf });
}

type Three = [string, string, string];
