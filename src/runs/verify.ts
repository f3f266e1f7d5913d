import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nightly } from "../../pipelines/nightly.ts";
import { sha256File } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { type RunManifest, runId, type Step } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { inputsFile } from "./begin-run.ts";
import { inputStages, type LoadInput, type RunInputs } from "./inputs.ts";
import { readManifest, readReceipt, type StepReceipt } from "./ledger.ts";
import { withRunLock } from "./lock.ts";
import { stateOf } from "./requests.ts";
import { inputsNowOf, surroundings, type Workplace } from "./run-parts.ts";
import { runPipeline } from "./run-pipeline.ts";

/** One thing that is not as it was when the run was made. */
export interface Difference {
  /** The stage that reads it first, or whose output it is. */
  stage: string;
  /** `input`: a file, a load or the model is not the same; `output`: a replayed file has another hash; `stored`: a file of the run was changed since. */
  kind: "input" | "output" | "stored";
  what: string;
}

export interface Verification {
  run_id: string;
  is_equal: boolean;
  first_stage_that_differs: string | null;
  differences: Difference[];
  /** Source files of loads that are no longer where they were loaded from: their bytes could not be compared, only what was kept of them. */
  files_not_found: string[];
  files_compared: number;
}

/** Stages in the order in which a difference is named. */
const stageOrder = ["ingest", "code", "deployment", ...nightly.steps.map((step) => step.name)];

/** Replays a run from its manifest in a temporary directory and compares its inputs, and every file of every step, by hash. */
export function verifyRun(options: Workplace, run: string): Promise<Verification> {
  return withRunLock(options.data, `verify ${run}`, options.now().toISOString(), async () => {
    const runDirectory = join(options.data.runs, run);
    const manifest = readManifest(runDirectory);
    if (runId(manifest) !== run)
      throw new UserError("manifest_changed", `${runDirectory}/manifest.json no longer hashes to the run's id: it was changed`);
    const sources = await compareSourceFiles(options, manifest);
    const differences = [...sources.differences, ...(await compareInputs(options, manifest, runDirectory))];
    const replayed = await replay(options, manifest, runDirectory);
    differences.push(...replayed.differences);
    differences.sort((a, b) => stageOrder.indexOf(a.stage) - stageOrder.indexOf(b.stage));
    return {
      run_id: run,
      is_equal: differences.length === 0,
      first_stage_that_differs: differences[0]?.stage ?? null,
      differences,
      files_not_found: sources.notFound,
      files_compared: sources.compared + replayed.compared,
    };
  });
}

/** Compares the files that were loaded, where they still stand, with their hashes in the load ledger. */
async function compareSourceFiles(options: Workplace, manifest: RunManifest) {
  const session = await openKnown(options.data, { threads: options.threads, onWait: options.onWait });
  const files = await session
    .rows<{ load_id: number; table_name: string; path: string; sha256: string }>(
      "select load_id, table_name, file.path as path, file.sha256 as sha256 from (select load_id, table_name, unnest(files) as file from load where load_id <= $last) order by load_id, path",
      { last: manifest.snapshot.load_id },
    )
    .finally(() => session.close());
  const differences: Difference[] = [];
  const notFound: string[] = [];
  for (const file of files) {
    if (!existsSync(file.path)) notFound.push(file.path);
    else if ((await sha256File(file.path)) !== file.sha256)
      differences.push({
        stage: "ingest",
        kind: "input",
        what: `${file.path} (table ${file.table_name}, load ${file.load_id}) has other bytes than were loaded`,
      });
  }
  return { differences, notFound, compared: files.length - notFound.length };
}

async function compareInputs(options: Workplace, manifest: RunManifest, runDirectory: string): Promise<Difference[]> {
  const deployment = readDeployment(options.deploymentFile);
  const then = JSON.parse(readFileSync(join(runDirectory, inputsFile), "utf8")) as RunInputs;
  const now = await inputsNowOf(manifest, options, deployment);
  return (Object.keys(inputStages) as (keyof RunInputs)[]).flatMap((input) => {
    const [before, after] = input === "shadows" ? [listed(then[input]), listed(now[input])] : [flat(then[input]), flat(now[input])];
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]).sort();
    return changed.map((name) => ({
      stage: inputStages[input],
      kind: "input" as const,
      what: `${input}: ${name} ${changeOf(before[name], after[name])}`,
    }));
  });
}

function listed(ids: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(ids.map((id) => [id, id]));
}

function flat(input: RunInputs[Exclude<keyof RunInputs, "shadows">]): Record<string, string> {
  if (input === null || input === undefined) return {};
  if (Array.isArray(input))
    return Object.fromEntries((input as LoadInput[]).map((load) => [`load ${load.load_id} (${load.table_name})`, load.content_hash]));
  return input as unknown as Record<string, string>;
}

function changeOf(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return "was added since";
  return after === undefined ? "is gone" : "was changed since";
}

/** Runs the steps again over the run's own snapshot; later steps read the replayed outputs, not the stored ones. */
async function replay(options: Workplace, manifest: RunManifest, runDirectory: string) {
  const scratch = mkdtempSync(join(options.data.runs, "verify-"));
  const data: DataDirectory = { ...options.data, published: join(scratch, "published") };
  try {
    const deployment = readDeployment(options.deploymentFile);
    const receipts = await runPipeline(nightly, manifest, join(scratch, "run"), {
      ...surroundings(options, deployment, manifest.as_of),
      data,
    });
    const differences: Difference[] = [];
    let compared = 0;
    for (const step of nightly.steps) {
      const stored = readReceipt(runDirectory, step.name);
      if (stored === undefined && stateOf(options.data, runId(manifest)) === "finished") continue;
      if (stored === undefined)
        throw new UserError(
          "unfinished_run",
          `run ${runId(manifest)} has not finished its step ${step.name}; start it again: npx aldyn run nightly --as-of ${manifest.as_of}`,
        );
      const found = await compareStep(step, stored, receipts.get(step.name) as StepReceipt, runDirectory);
      differences.push(...found);
      compared += Object.keys(stored.files).length;
    }
    return { differences, compared };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function compareStep(step: Step, stored: StepReceipt, replayed: StepReceipt, runDirectory: string): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const name of new Set([...Object.keys(stored.files), ...Object.keys(replayed.files)])) {
    if (stored.files[name] !== replayed.files[name])
      differences.push({ stage: step.name, kind: "output", what: `${step.name}/${name} comes out differently when replayed` });
    const path = join(runDirectory, step.name, name);
    const isIntact = name in stored.files && existsSync(path) && (await sha256File(path)) === stored.files[name];
    if (!isIntact && name in stored.files)
      differences.push({ stage: step.name, kind: "stored", what: `${step.name}/${name} was changed or removed after the run` });
  }
  return differences;
}
