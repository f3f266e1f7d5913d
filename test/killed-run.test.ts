import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nightly } from "../pipelines/nightly.ts";
import { readLedger, readReceipt, runIds, type StepReceipt } from "../src/runs/ledger.ts";
import type { NightlyResult } from "../src/runs/run-nightly.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { aldyn, aldynJson, runScript } from "./support/command-line.ts";
import { temporaryDirectory } from "./support/registry.ts";
import { undisturbedRun } from "./support/undisturbed-run.ts";

const asOf = "2026-01-01";
const root = temporaryDirectory(afterAll);
let loaded: string;
let undisturbed: string;
let run: string;

const receiptsOf = (data: string): Record<string, StepReceipt | undefined> =>
  Object.fromEntries(nightly.steps.map((step) => [step.name, readReceipt(join(dataDirectory(data).runs, run), step.name)]));
const listOf = (data: string) => aldynJson<{ list_id: string; entries: unknown[] }>(["list", "show", "--data", data]);

beforeAll(() => {
  ({ loaded, undisturbed, run } = undisturbedRun(root, asOf));
});

const stepNames = nightly.steps.map((step) => step.name);
const killings = [
  ...stepNames.map((step) => [step, "writing"] as const),
  ["features", "written"] as const,
  ["publish", "written"] as const,
];

describe.each(killings)("a run killed in the step %s when %s", (step, moment) => {
  const before = stepNames.slice(0, stepNames.indexOf(step));
  test("goes on from it when started again and equals an undisturbed run", () => {
    const data = join(root, `killed-${step}-${moment}`);
    cpSync(loaded, data, { recursive: true });
    // The steps before it have finished, so that only those that matter here are run.
    for (const earlier of before) cpSync(join(undisturbed, "runs", run, earlier), join(data, "runs", run, earlier), { recursive: true });
    const killed = runScript("test/support/killed-run.ts", [data, asOf, step, moment]);
    expect(killed.signal, killed.stderr).toBe("SIGKILL");
    expect(readReceipt(join(dataDirectory(data).runs, run), step)).toBeUndefined();

    const again = aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", data]);
    expect(again.run_id).toBe(run);
    expect(receiptsOf(data)).toEqual(receiptsOf(undisturbed));
    expect(listOf(data)).toEqual(listOf(undisturbed));
    const events = readLedger(join(dataDirectory(data).runs, run));
    const startsOf = (name: string) => events.filter((event) => event.event === "step_started" && event.step === name).length;
    expect(nightly.steps.map((each) => startsOf(each.name))).toEqual(
      stepNames.map((each) => (before.includes(each) ? 0 : each === step ? 2 : 1)),
    );
    rmSync(data, { recursive: true });
  });
});

test("a finished run started again does nothing and says so", () => {
  const again = aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", undisturbed]);
  expect(again).toMatchObject({ run_id: run, was_done: true });
  expect(runIds(dataDirectory(undisturbed))).toEqual([run]);
});

test("the run asked for last is the one that is shown, also when it had been done before and its list was lost", () => {
  const shown = () => aldynJson<{ run_id: string }>(["list", "show", "--data", undisturbed]).run_id;
  const other = aldynJson<NightlyResult>(["run", "nightly", "--as-of", "2025-12-01", "--data", undisturbed]).run_id;
  expect(shown()).toBe(other);
  rmSync(join(dataDirectory(undisturbed).published, `${run}.duckdb`));
  expect(aldynJson<NightlyResult>(["run", "nightly", "--as-of", asOf, "--data", undisturbed]).was_done).toBe(false);
  expect(shown()).toBe(run);
});

test("the list of an undisturbed run has entries with at least three reasons each", () => {
  const { entries } = listOf(undisturbed) as { entries: { reasons: unknown[] }[] };
  expect(entries.length).toBeGreaterThan(0);
  expect(entries.filter((entry) => entry.reasons.length < 3)).toEqual([]);
});

test("a second run on the same data directory is told who holds it", async () => {
  const { withRunLock } = await import("../src/runs/lock.ts");
  await withRunLock(dataDirectory(undisturbed), "nightly as of 2026-01-01", "2026-01-02T02:00:00.000Z", async () => {
    const second = aldyn(["run", "nightly", "--as-of", asOf, "--data", undisturbed]);
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`process ${process.pid}, nightly as of 2026-01-01, since 2026-01-02T02:00:00.000Z`);
  });
  expect(readFileSync(join(undisturbed, "run-lock.json"), "utf8")).toContain(String(process.pid));
});
