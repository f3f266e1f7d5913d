import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { NightlyResult } from "../../src/runs/run-nightly.ts";
import { aldyn, aldynJson } from "./command-line.ts";

/** A data directory with a small population loaded, a copy of it in which a night was run, and that run's id. */
export interface UndisturbedRun {
  loaded: string;
  undisturbed: string;
  run: string;
}

/** Makes a small population below `root`, loads it, and runs a night on a copy. */
export function undisturbedRun(root: string, asOf: string): UndisturbedRun {
  const population = join(root, "population");
  const [loaded, undisturbed] = [join(root, "loaded"), join(root, "undisturbed")];
  expect(aldyn(["synth", "--households", "600", "--months", "15", "--seed", "3", "--until", asOf, "--out", population])).toMatchObject({
    status: 0,
  });
  expect(aldyn(["ingest", "--source", join(population, "sources.yaml"), "--data", loaded])).toMatchObject({ status: 0 });
  cpSync(loaded, undisturbed, { recursive: true });
  return { loaded, undisturbed, run: aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", undisturbed]).run_id };
}
