import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { canonicalJson, sha256File } from "../domain/canonical.ts";
import type { Pipeline, RunManifest, Step, StepContext } from "../steps/step.ts";
import { readReceipt, receiptFile, record, type StepReceipt } from "./ledger.ts";

/** What the runner needs beside the manifest: the step's surroundings, a clock, and somebody to tell. */
export interface Surroundings extends Omit<StepContext, "manifest" | "runDirectory" | "outputDirectory" | "progress"> {
  now(): Date;
  /** Told when a step begins, moves and ends. */
  onStep?(event: {
    step: string;
    state: "started" | "moved" | "finished" | "skipped";
    share?: number;
    seconds?: number;
    receipt?: StepReceipt;
  }): void;
}

/**
 * Runs a pipeline's steps in order in `runDirectory`. A step that has finished before is not run again, so that a run that was
 * killed goes on from the step it was in. Returns the receipts by step.
 */
export async function runPipeline(
  pipeline: Pipeline,
  manifest: RunManifest,
  runDirectory: string,
  around: Surroundings,
): Promise<Map<string, StepReceipt>> {
  mkdirSync(runDirectory, { recursive: true });
  writeWhole(join(runDirectory, "manifest.json"), canonicalJson(manifest));
  record(runDirectory, { at: around.now().toISOString(), event: "run_started" });
  const receipts = new Map<string, StepReceipt>();
  for (const step of pipeline.steps) receipts.set(step.name, await runStep(step, manifest, runDirectory, around));
  return receipts;
}

/** Runs one step of a run whose earlier steps have finished, unless it has finished itself. Its ledger tells when it began, moved (once a second at most) and ended. */
export async function runStep(step: Step, manifest: RunManifest, runDirectory: string, around: Surroundings): Promise<StepReceipt> {
  const finished = readReceipt(runDirectory, step.name);
  if (finished !== undefined) {
    around.onStep?.({ step: step.name, state: "skipped", receipt: finished });
    return finished;
  }
  const started = around.now();
  const outputDirectory = join(runDirectory, `${step.name}.partial`);
  rmSync(outputDirectory, { recursive: true, force: true });
  mkdirSync(outputDirectory, { recursive: true });
  record(runDirectory, { at: started.toISOString(), event: "step_started", step: step.name });
  around.onStep?.({ step: step.name, state: "started" });
  const { now, onStep, ...surroundings } = around;
  const seconds = () => (now().getTime() - started.getTime()) / 1000;
  let told = started.getTime();
  const moved = (share: number) => {
    onStep?.({ step: step.name, state: "moved", share });
    if (now().getTime() - told < 1000) return;
    told = now().getTime();
    record(runDirectory, { at: now().toISOString(), event: "step_moved", step: step.name, share });
  };
  try {
    const counts = await step.run({
      ...surroundings,
      manifest,
      runDirectory,
      outputDirectory,
      progress: (done, total) => moved(total === 0 ? 1 : done / total),
    });
    const receipt: StepReceipt = { counts, files: await hashesOf(outputDirectory) };
    writeWhole(join(outputDirectory, receiptFile), canonicalJson(receipt));
    renameSync(outputDirectory, join(runDirectory, step.name));
    record(runDirectory, { at: now().toISOString(), event: "step_finished", step: step.name, seconds: seconds(), counts });
    onStep?.({ step: step.name, state: "finished", seconds: seconds(), receipt });
    return receipt;
  } catch (error) {
    record(runDirectory, {
      at: now().toISOString(),
      event: "step_failed",
      step: step.name,
      seconds: seconds(),
      error: (error as Error).message,
    });
    throw error;
  }
}

/** SHA-256 of every file below a directory by its path there, and each file's bytes forced to disk. */
async function hashesOf(directory: string): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(directory, entry);
    if (!statSync(path).isFile()) continue;
    syncToDisk(path);
    hashes[relative(directory, path)] = await sha256File(path);
  }
  return hashes;
}

/** Writes a file that appears only when it is whole; one that is there already stays. */
export function writeWhole(path: string, content: string): void {
  if (existsSync(path)) return;
  writeFileSync(`${path}.partial`, content);
  syncToDisk(`${path}.partial`);
  renameSync(`${path}.partial`, path);
}

function syncToDisk(path: string): void {
  const handle = openSync(path, "r+");
  fsyncSync(handle);
  closeSync(handle);
}
