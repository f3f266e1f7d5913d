import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readLedger, readManifest, readReceipt } from "../src/runs/ledger.ts";
import { runStep, type Surroundings } from "../src/runs/run-pipeline.ts";
import type { Step } from "../src/steps/step.ts";
import { begunRun } from "./support/queue.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

/** Runs a step in a run of its own, by a clock that the test moves. */
function stepping(name: string, run: Step["run"], onStep?: Surroundings["onStep"]) {
  const { directory } = begunRun(root, name);
  const clock = { at: Date.parse("2026-01-02T00:00:00Z") };
  const around = { now: () => new Date(clock.at), onStep } as Surroundings;
  return { clock, directory, go: () => runStep({ name: "work", run }, readManifest(directory), directory, around) };
}

test("a step's directory has its name once the step is whole; what an earlier process left of it is gone", async () => {
  const seen: unknown[] = [];
  const { directory, go } = stepping("whole", async ({ outputDirectory }) => {
    seen.push(existsSync(join(directory, "work")), readdirSync(outputDirectory));
    writeFileSync(join(outputDirectory, "rows"), "whole");
    return { rows: 1 };
  });
  mkdirSync(join(directory, "work.partial"));
  writeFileSync(join(directory, "work.partial", "left"), "half");
  const receipt = await go();
  expect(seen).toEqual([false, []]);
  expect(readdirSync(directory).filter((name) => name.startsWith("work"))).toEqual(["work"]);
  expect(readdirSync(join(directory, "work")).sort()).toEqual(["rows", "step.json"]);
  expect([receipt.counts, Object.keys(receipt.files)]).toEqual([{ rows: 1 }, ["rows"]]);
});

test("a step that fails leaves no directory of its name; its ledger says why and after how long", async () => {
  const { clock, directory, go } = stepping("failing", async ({ outputDirectory }) => {
    writeFileSync(join(outputDirectory, "rows"), "half");
    clock.at += 1500;
    throw new Error("no room on the disk");
  });
  await expect(go()).rejects.toThrow("no room on the disk");
  expect([existsSync(join(directory, "work")), readReceipt(directory, "work")]).toEqual([false, undefined]);
  expect(readLedger(directory).at(-1)).toMatchObject({ event: "step_failed", step: "work", seconds: 1.5, error: "no room on the disk" });
});

test("a step's ledger tells how far it is once a second at most; who is there is told each time", async () => {
  const told: (number | undefined)[] = [];
  const { clock, directory, go } = stepping(
    "moving",
    async ({ progress }) => {
      for (let done = 1; done <= 10; done++) {
        clock.at += 400;
        progress(done, 10);
      }
      return {};
    },
    ({ state, share }) => {
      if (state === "moved") told.push(share);
    },
  );
  await go();
  const moves = readLedger(directory).filter(({ event }) => event === "step_moved");
  expect(moves.map(({ step, share, at }) => [step, share, at.slice(17, 23)])).toEqual([
    ["work", 0.3, "01.200"],
    ["work", 0.6, "02.400"],
    ["work", 0.9, "03.600"],
  ]);
  expect(told).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
});
