import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "../domain/canonical.ts";
import { type Cut, clockParameters } from "../features/clock.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import { manifestOf } from "../runs/inputs.ts";
import { readManifest, readReceipt } from "../runs/ledger.ts";
import { inputsNowOf, surroundings, type Workplace } from "../runs/run-parts.ts";
import { runStep } from "../runs/run-pipeline.ts";
import { buildFeatures } from "../steps/build-features.ts";
import { scoreHouseholds } from "../steps/score-households.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Session } from "../warehouse/session.ts";

/** Households of whom features are made at once, to spare memory; the features are the same. */
const mostAtOnce = 100_000;

/** SHA-256 over the legal values, lines and kinds of income that features are made with. `session` is the warehouse's; its reference tables are made anew. */
export async function featureValuesOf(session: Session, deployment: Deployment, cut: Cut): Promise<string> {
  await createReferenceTables(session, deployment, cut.asOf);
  const said = (table: string) => session.rows(`select columns(*)::varchar from ${table} order by all`);
  return hashOf({
    parameters: await clockParameters(session, cut),
    lines: await said("reference_line"),
    kinds: await said("reference_income_kind"),
    units: await said("reference_household_unit"),
  });
}

/** Whether a run's features and scores are those that today's deployment and code make of its snapshot. */
export async function isOfToday(data: DataDirectory, run: string, deployment: Deployment, threads: number): Promise<boolean> {
  const manifest = readManifest(join(data.runs, run));
  const now = manifestOf(
    manifest.pipeline,
    manifest.as_of,
    await inputsNowOf(manifest, workplaceOf({ data, deployment, threads }), deployment),
  );
  return (["code_version", "deployment_sha256", "parameters_sha256", "catalogue_sha256"] as const).every(
    (input) => now[input] === manifest[input],
  );
}

interface Remade {
  data: DataDirectory;
  deployment: Deployment;
  threads: number;
  memoryLimit?: string | undefined;
}

/** Makes a run's features and scores as a deployment has them, by the night's own steps, into `directory`. */
export async function remakeRun(remade: Remade, run: string, directory: string): Promise<void> {
  const { shadows: _shadows, ...manifest } = readManifest(join(remade.data.runs, run));
  mkdirSync(directory, { recursive: true });
  const households = readReceipt(join(remade.data.runs, run), "features")?.counts.households ?? 0;
  const around = surroundings(
    { ...workplaceOf(remade), partitions: Math.ceil(households / mostAtOnce) },
    remade.deployment,
    manifest.as_of,
  );
  for (const step of [buildFeatures, scoreHouseholds]) await runStep(step, manifest, directory, around);
}

function workplaceOf({ data, deployment, threads, memoryLimit }: Remade): Workplace {
  return { data, deploymentFile: deployment.file, partitions: 1, threads, memoryLimit, now: () => new Date(0) };
}
