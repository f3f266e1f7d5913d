import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { hashOf } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { type FileHashes, hashFiles } from "../domain/file-hashes.ts";
import { packageVersion, projectFile } from "../domain/project-files.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import type { RunManifest } from "../steps/step.ts";
import type { Session } from "../warehouse/session.ts";

/** A load as a run's input. */
export interface LoadInput {
  load_id: number;
  table_name: string;
  content_hash: string;
}

/** Everything that can change a run's result, file by file, so that a difference can be named. */
export interface RunInputs {
  loads: readonly LoadInput[];
  code: FileHashes;
  deployment: FileHashes;
  parameters: FileHashes;
  catalogue: FileHashes;
  rules: FileHashes;
  programmes: FileHashes;
  policy: FileHashes;
  model: RunManifest["model"];
  fallback?: RunManifest["fallback"];
  /** Absent when there is none. */
  shadows?: readonly string[];
}

/** The first step that reads each input, in the pipeline's order: what a changed input is named after. */
export const inputStages: Readonly<Record<keyof RunInputs, string>> = {
  loads: "ingest",
  code: "code",
  deployment: "deployment",
  parameters: "features",
  catalogue: "features",
  programmes: "entitle",
  model: "score",
  fallback: "score",
  shadows: "score",
  rules: "rules",
  policy: "prioritise",
};

/** The SQL that a run reads. */
const runSql = [
  "known.sql",
  "checks",
  "context",
  "features",
  "need",
  "entitlement",
  "level",
  "programme",
  "indicators",
  "audit",
  "outreach",
].map((name) => `sql/${name}`);

/**
 * Gathers a run's inputs as they are now: the champion that the run freezes, or `fallback` why it has none, and its shadows. Only loads up to
 * `lastLoad` count, when given.
 */
export async function gatherInputs(
  session: Session,
  deployment: Deployment,
  { model, fallback, shadows = [] }: Pick<RunManifest, "model" | "fallback" | "shadows">,
  lastLoad?: number,
): Promise<RunInputs> {
  const loads = await session.rows<{ load_id: number; table_name: string; content_hash: string }>(
    "select load_id, table_name, content_hash from load where load_id <= $last order by load_id",
    { last: lastLoad ?? 2 ** 31 - 1 },
  );
  const near = (paths: readonly string[]) => hashFiles(paths, dirname(deployment.file));
  const { rules, offers, programmes, policy } = listingFiles(deployment);
  return {
    loads,
    code: { ...hashFiles([...runSql, "package-lock.json"].map(projectFile), projectFile("")), version: packageVersion() },
    deployment: near([deployment.file, deployment.areas]),
    parameters: near([...deployment.parameterFiles, ...(existsSync(deployment.standards) ? [deployment.standards] : [])]),
    catalogue: near([deployment.features]),
    rules: near([rules, offers]),
    programmes: near([programmes, ...(existsSync(deployment.levels) ? [deployment.levels] : [])]),
    policy: near([policy]),
    model,
    ...(fallback === undefined ? {} : { fallback }),
    ...(shadows.length === 0 ? {} : { shadows }),
  };
}

/** The manifest of a pipeline's run on a date over these inputs. A date with no load behind it is a UserError. */
export function manifestOf(pipeline: string, asOf: IsoDate, inputs: RunInputs): RunManifest {
  const last = inputs.loads.at(-1);
  if (last === undefined)
    throw new UserError("empty_warehouse", "nothing has been loaded yet; load data first: npx aldyn ingest --source FILE.yaml");
  return {
    pipeline,
    as_of: asOf,
    snapshot: { load_id: last.load_id, loads_sha256: hashOf(inputs.loads) },
    code_version: hashOf(inputs.code),
    deployment_sha256: hashOf(inputs.deployment),
    parameters_sha256: hashOf(inputs.parameters),
    rules_sha256: hashOf(inputs.rules),
    programmes_sha256: hashOf(inputs.programmes),
    policy_sha256: hashOf(inputs.policy),
    catalogue_sha256: hashOf(inputs.catalogue),
    model: inputs.model,
    ...(inputs.fallback === undefined ? {} : { fallback: inputs.fallback }),
    ...(inputs.shadows === undefined ? {} : { shadows: inputs.shadows }),
  };
}
