import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { publishedFile, showRun } from "../lists/published.ts";
import { type Deployment, readDeployment } from "../parameters/deployment.ts";
import { publish } from "../steps/publish.ts";
import { type Pipeline, type RunManifest, runId } from "../steps/step.ts";
import { manifestOf } from "./inputs.ts";
import { record } from "./ledger.ts";
import { writeRealised } from "./realised.ts";
import { writeReport } from "./report.ts";
import { currentInputs, type RunOptions, type Workplace } from "./run-parts.ts";
import { writeWhole } from "./run-pipeline.ts";

/** The run's inputs file by file, beside its manifest. */
export const inputsFile = "inputs.json";

/** A run whose inputs are frozen in its directory. */
export interface BegunRun {
  id: string;
  manifest: RunManifest;
  directory: string;
  deployment: Deployment;
  /** Whether every step had finished before. */
  wasDone: boolean;
}

/** Freezes what a run is made from, as it is now; the same inputs are the same run. One that was published and has lost its file publishes again. */
export async function beginRun(options: RunOptions, pipeline: Pipeline): Promise<BegunRun> {
  const deployment = readDeployment(options.deploymentFile);
  const inputs = await currentInputs(options, deployment);
  const manifest = manifestOf(pipeline.name, options.asOf, inputs);
  const id = runId(manifest);
  const directory = join(options.data.runs, id);
  if (!existsSync(publishedFile(options.data, id))) rmSync(join(directory, publish.name), { recursive: true, force: true });
  const wasDone = pipeline.steps.every((step) => existsSync(join(directory, step.name)));
  mkdirSync(directory, { recursive: true });
  writeWhole(join(directory, inputsFile), canonicalJson(inputs));
  writeWhole(join(directory, "manifest.json"), canonicalJson(manifest));
  return { id, manifest, directory, deployment, wasDone };
}

/** Shows a run whose steps have all finished, measures what earlier runs turned out to be worth, and writes its report. */
export async function finishRun(workplace: Workplace, id: string): Promise<void> {
  const { data, now } = workplace;
  showRun(data, id);
  const warnings = await writeRealised(workplace, id);
  writeReport(data, id, warnings);
  record(join(data.runs, id), { at: now().toISOString(), event: "run_finished" });
}
