import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { IsoDate } from "../domain/dates.ts";
import type { Principal } from "../domain/principal.ts";
import { type LedgerEvent, readLedger, readManifest, readReceipt, runIds } from "../runs/ledger.ts";
import { pipelines } from "../runs/pipelines.ts";
import type { Requested, RunRequests } from "../runs/requests.ts";
import type { RunManifest, StepCounts } from "../steps/step.ts";
import { NotFound, requirePermission } from "./access.ts";
import { pageOf } from "./cursor.ts";
import type { Paging } from "./lists.ts";
import type { Sources } from "./parts.ts";

export const runStates = ["begun", "requested", "running", "finished", "failed", "abandoned"] as const;

export interface RunSummary {
  run_id: string;
  pipeline: string;
  as_of: IsoDate;
  state: (typeof runStates)[number];
  model: RunManifest["model"];
  requested_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  /** Whether its lists are the ones that are shown. */
  is_current: boolean;
}

export interface StepSummary {
  step: string;
  state: "waiting" | "running" | "finished" | "failed";
  started_at: string | null;
  seconds: number | null;
  /** How far it is, 0 to 1. */
  share: number;
  counts: StepCounts;
  error: string | null;
}

/** Runs that have begun, the newest first. */
export async function listRuns(
  principal: Principal,
  { data, published }: Sources,
  paging: Paging,
): Promise<{ items: RunSummary[]; next_cursor: string | null }> {
  requirePermission(principal, "runs");
  const begunAt = (run: string) => statSync(join(data.runs, run, "manifest.json"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const runs = runIds(data)
    .map((run) => ({ run, at: begunAt(run) }))
    .sort((a, b) => b.at - a.at || a.run.localeCompare(b.run));
  const { items, next_cursor } = pageOf(runs, ({ run }) => run, { ...paging, of: "runs" });
  return { items: items.map(({ run }) => summaryOf(join(data.runs, run), run, published.currentId())), next_cursor };
}

/** A run with its steps, and the sources that were pulled for it. */
export async function readRun(
  principal: Principal,
  { data, published }: Sources,
  run: string,
): Promise<RunSummary & { steps: StepSummary[]; sources: { source: string; error: string | null }[]; manifest: Record<string, unknown> }> {
  requirePermission(principal, "runs");
  const directory = directoryOf({ data }, run);
  const summary = summaryOf(directory, run, published.currentId());
  const events = readLedger(directory);
  const steps = pipelines.find(({ name }) => name === summary.pipeline)?.steps.map(({ name }) => name) ?? [
    ...new Set(events.flatMap(({ step }) => step ?? [])),
  ];
  return {
    ...summary,
    steps: steps.map((step) => stepOf(directory, step, events)),
    sources: events.flatMap(({ event, source, error }) =>
      source !== undefined && (event === "source_pulled" || event === "source_failed") ? [{ source, error: error ?? null }] : [],
    ),
    manifest: { ...readManifest(directory) },
  };
}

/** Has a pipeline run for a day. */
export async function requestRun(
  principal: Principal,
  requests: Pick<RunRequests, "request">,
  wanted: { pipeline: string; as_of: IsoDate },
): Promise<Requested> {
  requirePermission(principal, "start_runs");
  return requests.request(wanted.pipeline, wanted.as_of);
}

/** A line of a run's ledger and its number, from 1. */
export interface RunEvent {
  number: number;
  event: Omit<LedgerEvent, "process">;
}

/** Tells what happens in a run as its ledger is written, from the line after `after` to the run's end. `undefined`: nothing new for a while. */
export async function followRun(
  principal: Principal,
  { data }: Sources,
  run: string,
  { after, signal, everyMs = 300 }: { after: number; signal: AbortSignal; everyMs?: number },
): Promise<AsyncGenerator<RunEvent | undefined>> {
  requirePermission(principal, "runs");
  const directory = directoryOf({ data }, run);
  return (async function* follow() {
    let told = after;
    for (let quiet = 0; ; quiet += 1) {
      const events = readLedger(directory);
      for (const { process: _process, ...event } of events.slice(told)) {
        told += 1;
        quiet = 0;
        yield { number: told, event };
      }
      if (isEnd(events.at(-1)) || signal.aborted) return;
      if (quiet > 0 && quiet % 50 === 0) yield undefined;
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  })();
}

const ends = ["run_finished", "run_failed", "run_abandoned"];

function isEnd(last: LedgerEvent | undefined): boolean {
  return last !== undefined && ends.includes(last.event);
}

function directoryOf({ data }: Pick<Sources, "data">, run: string): string {
  const directory = join(data.runs, run);
  if (!/^[0-9a-f]{32}$/.test(run) || !existsSync(join(directory, "manifest.json"))) throw new NotFound("there is no such run");
  return directory;
}

function summaryOf(directory: string, run: string, current: string | undefined): RunSummary {
  const { pipeline, as_of, model } = readManifest(directory);
  const events = readLedger(directory);
  const lastAsked = events.findLastIndex(({ event }) => event === "run_requested");
  const since = events.slice(Math.max(0, lastAsked));
  const ended = since.findLast(({ event }) => ends.includes(event));
  const started = since.find(({ event }) => event === "run_started" || event === "step_started");
  const state = ended?.event.slice("run_".length) ?? (started === undefined ? (lastAsked < 0 ? "begun" : "requested") : "running");
  return {
    run_id: run,
    pipeline,
    as_of,
    state: state as RunSummary["state"],
    model,
    requested_at: events[lastAsked]?.at ?? null,
    started_at: started?.at ?? null,
    ended_at: ended?.at ?? null,
    is_current: run === current,
  };
}

function stepOf(directory: string, step: string, events: readonly LedgerEvent[]): StepSummary {
  const own = events.filter((event) => event.step === step);
  const receipt = readReceipt(directory, step);
  const started = own.findLast(({ event }) => event === "step_started");
  const last = own.findLast(({ event }) => event.startsWith("step_") && event !== "step_moved");
  const finished = own.findLast(({ event }) => event === "step_finished");
  const hasFailed = receipt === undefined && last?.event === "step_failed";
  const moved = own.findLast(({ event }) => event === "step_moved");
  const unfinished = hasFailed ? "failed" : last === undefined ? "waiting" : "running";
  return {
    step,
    state: receipt === undefined ? unfinished : "finished",
    started_at: started?.at ?? null,
    seconds: (receipt === undefined ? last : finished)?.seconds ?? null,
    share: receipt === undefined ? (moved?.share ?? 0) : 1,
    counts: receipt?.counts ?? {},
    error: hasFailed ? (last?.error ?? null) : null,
  };
}
