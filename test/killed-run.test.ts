import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { readLedger, readReceipt, runIds, type StepReceipt } from "../src/runs/ledger.ts";
import { withRunLock } from "../src/runs/lock.ts";
import type { NightlyResult } from "../src/runs/run-nightly.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldynJson, aldynProcess, runScript } from "./support/command-line.ts";
import { serviceParts } from "./support/queue.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { asOf, nightWithModel, undisturbedRun } from "./support/undisturbed-run.ts";

const root = temporaryDirectory(afterAll);
let loaded: string;
let undisturbed: string;
let run: string;

const receiptsOf = (data: string): Record<string, StepReceipt | undefined> =>
  Object.fromEntries(nightly.steps.map((step) => [step.name, readReceipt(join(dataDirectory(data).runs, run), step.name)]));
const listOf = (data: string) => aldynJson<{ list_id: string; entries: unknown[] }>(["list", "show", "--data", data]);

let list: object;
beforeAll(async () => {
  ({ loaded, undisturbed, run } = await undisturbedRun());
  list = await listOf(undisturbed);
});

const stepNames = nightly.steps.map((step) => step.name);
/** In the order of the steps: each time the run goes on from where it was killed before, and is killed again. */
const killings = stepNames.flatMap((step) => [
  [step, "writing"] as const,
  ...(["features", "publish"].includes(step) ? [[step, "written"] as const] : []),
]);

describe("a run that is killed in each step in turn", () => {
  const data = join(root, "killed");
  const startsOf = (name: string) =>
    readLedger(join(dataDirectory(data).runs, run)).filter((event) => event.event === "step_started" && event.step === name).length;
  /** How often a step was begun when it and those before it have been killed as said. */
  const startsAfter = (killed: typeof killings) =>
    stepNames.map((name) => {
      const times = killed.filter(([step]) => step === name).length;
      return times > 0 && name !== killed.at(-1)![0] ? times + 1 : times;
    });
  beforeAll(() => cpSync(loaded, data, { recursive: true }));

  test.each(killings)(
    "is killed in the step %s when %s: what was finished before is as in an undisturbed run, and not done again",
    (step, moment) => {
      const killed = runScript("test/support/killed-run.ts", [data, asOf, step, moment]);
      expect(killed.signal, killed.stderr).toBe("SIGKILL");
      expect(readdirSync(join(dataDirectory(data).runs, run, `${step}.partial`))).not.toEqual([]);
      const finished = stepNames.slice(0, stepNames.indexOf(step));
      const undisturbedReceipts = receiptsOf(undisturbed);
      expect(receiptsOf(data)).toEqual(
        Object.fromEntries(stepNames.map((name) => [name, finished.includes(name) ? undisturbedReceipts[name] : undefined])),
      );
      const upToNow = killings.slice(0, killings.findIndex(([name, when]) => name === step && when === moment) + 1);
      expect(stepNames.map(startsOf)).toEqual(startsAfter(upToNow));
    },
  );

  test("goes on from the last when started again, and equals an undisturbed run", async () => {
    const again = await aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", data, "--threads", "1"]);
    expect(again.run_id).toBe(run);
    expect(receiptsOf(data)).toEqual(receiptsOf(undisturbed));
    expect(await listOf(data)).toEqual(list);
    expect(stepNames.map(startsOf)).toEqual(stepNames.map((step) => 1 + killings.filter(([killed]) => killed === step).length));
  });
});

describe("a run that has finished", () => {
  const data = join(root, "finished");
  beforeAll(() => cpSync(undisturbed, data, { recursive: true }));

  test("does nothing when started again, and says so", async () => {
    const again = await aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", data]);
    expect(again).toMatchObject({ run_id: run, was_done: true });
    expect(runIds(dataDirectory(data))).toEqual([run]);
  });

  test("is shown when it was asked for last, also when it had been done before and its list was lost", async () => {
    const shown = async () => (await aldynJson<{ run_id: string }>(["list", "show", "--data", data])).run_id;
    const options = { ...serviceParts(dataDirectory(data)).options, champion: async () => null };
    const other = (await nightWithModel(options, await undisturbedRun())).run_id;
    expect(await shown()).toBe(other);
    rmSync(join(dataDirectory(data).published, `${run}.duckdb`));
    expect((await aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", data])).was_done).toBe(false);
    expect(await shown()).toBe(run);
  });

  test("has a list whose entries have at least three reasons each", () => {
    const { entries } = list as { entries: { reasons: unknown[] }[] };
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter((entry) => entry.reasons.length < 3)).toEqual([]);
  });

  test("is not started by a second process: that is told who holds the data directory", async () => {
    await withRunLock(dataDirectory(data), "nightly as of 2026-01-01", "2026-01-02T02:00:00.000Z", async () => {
      const second = aldynProcess(["run", "nightly", "--as-of", asOf, "--data", data]);
      expect(second.status).toBe(1);
      expect(second.stderr).toContain(`process ${process.pid}, nightly as of 2026-01-01, since 2026-01-02T02:00:00.000Z`);
    });
    expect(readFileSync(join(data, "run-lock.json"), "utf8")).toContain(String(process.pid));
  });
});
