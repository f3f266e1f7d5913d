import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { backtest } from "../src/experiments/backtest.ts";
import { type Experiment, readExperiment } from "../src/experiments/experiment.ts";
import { experimentData } from "../src/experiments/experiment-data.ts";
import { type DataDirectory, dataDirectory } from "../src/warehouse/data-directory.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const file = projectFile("data-samples/eph/experiment.yaml");
const around = { environment: {}, now: () => new Date("2026-01-01"), threads: 2 };

/** What may differ between two backtests of the same: how long fits took. */
async function found(experiment: Experiment, data: DataDirectory, workers: number) {
  const { results, ...rest } = await backtest(experiment, data, { ...around, workers });
  return { ...rest, results: results.map(({ seconds: _, ...result }) => result) };
}

test("a backtest killed at its fits goes on where it was, and finds what an undisturbed one with one worker finds; a second time nothing is done", async () => {
  const experiment = readExperiment(file);
  const { data: killed } = await experimentData(experiment, dataDirectory(join(root, "killed")), around);
  const { data: undisturbed } = await experimentData(experiment, dataDirectory(join(root, "undisturbed")), around);
  cpSync(killed.warehouse, undisturbed.warehouse);
  const fits = join(killed.experiments, "fits");
  const child = spawn(
    process.execPath,
    [projectFile("src/cli/aldyn.js"), "backtest", file, "--data", join(root, "killed"), "--workers", "2"],
    {
      stdio: "ignore",
      env: { ...process.env, EPH_PANEL: "" },
    },
  );
  const ended = once(child, "close");
  const kept = () => (existsSync(fits) ? readdirSync(fits).filter((name) => existsSync(join(fits, name, "result.json"))) : []);
  while (kept().length < 2 && child.exitCode === null) await sleep(20);
  child.kill("SIGKILL");
  await ended;
  expect(child.signalCode).toBe("SIGKILL");
  // The processes of single windows notice that nobody waits for them any more.
  for (let before = -1; before !== kept().length; ) {
    before = kept().length;
    await sleep(1000);
  }
  const times = () => new Map(kept().map((name) => [name, statSync(join(fits, name, "result.json")).mtimeMs]));
  const before = times();
  const after = await found(experiment, killed, 2);
  for (const [name, time] of before) expect(times().get(name)).toBe(time);
  expect(kept().length).toBeGreaterThan(before.size);
  expect(readdirSync(fits).filter((name) => name.includes(".partial-") && !before.has(name)).length).toBeLessThanOrEqual(2);
  expect(after).toEqual(await found(experiment, undisturbed, 1));

  const said: string[] = [];
  const again = (asked: Experiment) => backtest(asked, killed, { ...around, workers: 2, onProgress: (text) => said.push(text) });
  expect((await again(experiment)).selection).toEqual(after.selection);
  expect(said).not.toContain("comparing lists");
  // What is asked of the same fits may differ: then they are compared anew.
  await again({ ...experiment, selection: { ...experiment.selection, metric: "auc" } });
  expect(said).toContain("comparing lists");
  expect(said.join()).not.toContain("fitting");
});
