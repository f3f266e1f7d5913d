import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { readLedger, readReceipt, runIds, type StepReceipt } from "../src/runs/ledger.ts";
import { withRunLock } from "../src/runs/lock.ts";
import type { NightlyResult } from "../src/runs/run-nightly.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldynJson, aldynProcess, runScript } from "./support/command-line.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { asOf, undisturbedRun } from "./support/undisturbed-run.ts";

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
const killings = [
  ...stepNames.map((step) => [step, "writing"] as const),
  ["features", "written"] as const,
  ["publish", "written"] as const,
];

describe.each(killings)("a run killed in the step %s when %s", (step, moment) => {
  const before = stepNames.slice(0, stepNames.indexOf(step));
  test("goes on from it when started again and equals an undisturbed run", async () => {
    const data = join(root, `killed-${step}-${moment}`);
    cpSync(loaded, data, { recursive: true });
    // The steps before it have finished, so that only those that matter here are run.
    for (const earlier of before) cpSync(join(undisturbed, "runs", run, earlier), join(data, "runs", run, earlier), { recursive: true });
    if (before.includes("publish")) cpSync(join(undisturbed, "published"), join(data, "published"), { recursive: true });
    const killed = runScript("test/support/killed-run.ts", [data, asOf, step, moment]);
    expect(killed.signal, killed.stderr).toBe("SIGKILL");
    expect(readReceipt(join(dataDirectory(data).runs, run), step)).toBeUndefined();

    const again = await aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", data, "--threads", "1"]);
    expect(again.run_id).toBe(run);
    expect(receiptsOf(data)).toEqual(receiptsOf(undisturbed));
    expect(await listOf(data)).toEqual(list);
    const events = readLedger(join(dataDirectory(data).runs, run));
    const startsOf = (name: string) => events.filter((event) => event.event === "step_started" && event.step === name).length;
    expect(nightly.steps.map((each) => startsOf(each.name))).toEqual(
      stepNames.map((each) => (before.includes(each) ? 0 : each === step ? 2 : 1)),
    );
    rmSync(data, { recursive: true });
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
    const other = (await aldynJson<NightlyResult>(["run", "nightly", "--as-of", "2025-12-01", "--data", data])).run_id;
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
