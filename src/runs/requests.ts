import { existsSync } from "node:fs";
import { join } from "node:path";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Pipeline } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { type BegunRun, beginRun } from "./begin-run.ts";
import { type LedgerEvent, readLedger, readManifest, record, runIds } from "./ledger.ts";
import { pipelineNamed, pipelines } from "./pipelines.ts";
import type { RunOptions } from "./run-parts.ts";

/** What came of asking for a run: asked for now, being worked on already, or finished before. */
export interface Requested {
  run_id: string;
  state: "requested" | "under_way" | "finished";
}

/** Who has runs worked through, here or on a queue. A run is known by its inputs: asked for twice it is done once. */
export interface RunRequests {
  /** Begins a run on what the warehouse holds now and has its steps worked through, those that have finished left out. */
  request(pipeline: string, asOf: IsoDate): Promise<Requested>;
  /** Has an unfinished or failed run go on from the step that it was in. */
  resume(runId: string): Promise<Requested>;
  /** Jobs by state, for an operator's eyes. */
  depth(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** What ends a request for a run. */
const endings: readonly LedgerEvent["event"][] = ["run_finished", "run_failed", "run_abandoned"];

/** Where a run stands by its ledger: asked for and not ended, or how it ended; `begun` when nobody asked a service for it. */
export function stateOf(data: DataDirectory, run: string): "begun" | "requested" | "finished" | "failed" | "abandoned" {
  const last = readLedger(join(data.runs, run)).findLast(({ event }) => event === "run_requested" || endings.includes(event))?.event;
  if (last === undefined) return "begun";
  return last.slice("run_".length) as ReturnType<typeof stateOf>;
}

/** Runs that were asked for and have not ended, oldest first: what a service goes on with when it starts, or when its queue was emptied. */
export function unfinishedRuns(data: DataDirectory): string[] {
  const askedAt = (run: string) => readLedger(join(data.runs, run)).findLast(({ event }) => event === "run_requested")?.at ?? "";
  return runIds(data)
    .filter((run) => stateOf(data, run) === "requested")
    .sort((a, b) => askedAt(a).localeCompare(askedAt(b)));
}

/** The unfinished runs with their pipelines. One whose pipeline is no longer there is abandoned: its ledger says so, and it is asked for no more. */
export function runsToGoOnWith(data: DataDirectory, now: Date): { run: string; pipeline: Pipeline }[] {
  return unfinishedRuns(data).flatMap((run) => {
    const directory = join(data.runs, run);
    const { pipeline: name } = readManifest(directory);
    const pipeline = pipelines.find((each) => each.name === name);
    if (pipeline !== undefined) return [{ run, pipeline }];
    record(directory, { at: now.toISOString(), event: "run_abandoned", error: `there is no pipeline "${name}" any more` });
    return [];
  });
}

/** Begins a run and enters in its ledger that it was asked for, unless it has finished or is asked for already. */
export async function enterRequest(options: RunOptions, pipeline: Pipeline): Promise<{ run: BegunRun; state: Requested["state"] }> {
  const run = await beginRun(options, pipeline);
  if (run.wasDone) return { run, state: "finished" };
  if (stateOf(options.data, run.id) === "requested") return { run, state: "under_way" };
  record(run.directory, { at: options.now().toISOString(), event: "run_requested" });
  return { run, state: "requested" };
}

/** Enters that a run is asked for again. A UserError when there is no such run, or it has finished. */
export function enterResumption(data: DataDirectory, run: string, now: Date): Pipeline {
  const directory = join(data.runs, run);
  if (!existsSync(join(directory, "manifest.json"))) throw new UserError("unknown_run", `there is no run ${run}`);
  if (stateOf(data, run) === "finished") throw new UserError("run_finished", `run ${run} has finished`);
  const pipeline = pipelineNamed(readManifest(directory).pipeline);
  if (stateOf(data, run) !== "requested") record(directory, { at: now.toISOString(), event: "run_requested" });
  return pipeline;
}
