import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import { projectFile } from "../domain/project-files.ts";
import { readCatalogue } from "../features/catalogue.ts";
import { type Deployment, listingFiles, readDeployment } from "../parameters/deployment.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import type { Experiment } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { inProcesses } from "./in-processes.ts";
import { type DaysJob, workOnDays } from "./matrix-rows.ts";
import { momentsOf } from "./moments.ts";
import { learnedFeatures, type Matrix, type MatrixFiles, readMatrix } from "./read-matrix.ts";

/**
 * Households whose label is known, with their features, at every day that the experiment looks from. Labels that are not known by `knownBy`
 * stay out (the day on which all data is in, when absent). Each day's rows are kept under `experiments/matrices/`, by the hash of all that made them.
 */
export async function buildMatrix(experiment: Experiment, data: DataDirectory, around: Surroundings, knownBy?: IsoDate): Promise<Matrix> {
  const files = await writeMatrix(experiment, data, around, knownBy);
  around.onProgress?.("reading the matrix");
  return readMatrix(files, experiment, around);
}

/** The same, left in its files. Days that are missing are written by as many processes as there are workers. */
export async function writeMatrix(
  experiment: Experiment,
  data: DataDirectory,
  around: Surroundings,
  knownBy?: IsoDate,
): Promise<MatrixFiles> {
  const deployment = readDeployment(experiment.deployment);
  const open = () => openKnown(data, { threads: around.threads, onWait: (holder) => around.onProgress?.(`waiting for ${holder}`) });
  const { snapshot, moments, days } = await within(await open(), async (session) => {
    const snapshot = await lastSnapshot(session, data);
    const moments = await momentsOf(session, experiment, snapshot.load_id, knownBy);
    const made = madeFrom(experiment, deployment);
    const pathOf = (asOf: IsoDate) =>
      join(data.experiments, "matrices", hashOf({ ...made, ...snapshot, asOf }).slice(0, 24), `${asOf}.parquet`);
    return { snapshot, moments, days: moments.map(({ asOf }) => ({ asOf, path: pathOf(asOf) })) };
  });
  const missing = days.filter(({ path }) => !existsSync(path));
  if (missing.length > 0) await writeDays({ experiment, data, snapshot: snapshot.load_id, days: missing }, around);
  const files = days.map(({ path }) => path);
  return within(await open(), async (session) => ({
    ...{ files, moments, snapshot, rows: await rowCounts(session, files) },
    features: await learnedFeatures(session, experiment, readCatalogue(deployment.features), snapshot.load_id),
    synthetic: await session.value<boolean>("select bool_and(synthetic) from load where load_id <= $last", { last: snapshot.load_id }),
  }));
}

async function within<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    return await work(session);
  } finally {
    session.close();
  }
}

async function writeDays(job: DaysJob, { threads, workers = 1, onProgress }: Surroundings): Promise<void> {
  let written = 0;
  const onDay = () => onProgress?.(`features and labels: ${++written} of ${job.days.length} days`);
  onProgress?.(`features and labels of ${job.days.length} days`);
  const shares = Array.from({ length: Math.min(workers, job.days.length) }, (_, worker) =>
    job.days.filter((_day, place) => place % workers === worker),
  );
  if (shares.length === 1) return workOnDays(job, threads, onDay);
  await inProcesses(
    shares.map((days) => ({ kind: "days", job: { ...job, days } })),
    shares.length,
    onDay,
  );
}

async function rowCounts(session: Session, files: readonly string[]): Promise<number[]> {
  const counted = await session.rows<{ file_name: string; num_rows: number }>(
    `select file_name, num_rows::integer as num_rows from parquet_file_metadata([${files.map(quoted).join(", ")}])`,
  );
  const rows = new Map(counted.map(({ file_name, num_rows }) => [file_name, num_rows]));
  return files.map((file) => rows.get(file)!);
}

const codeOfMatrices = [
  ...["sql/known.sql", "sql/context", "sql/features", "sql/labels", "src/features", "src/parameters", "src/rules"],
  ...["src/experiments/matrix-rows.ts", "src/experiments/baselines.ts"],
];

/** Everything beside data and day that decides what a matrix holds. */
function madeFrom(experiment: Experiment, deployment: Deployment): object {
  const { baselines, label, cohort } = experiment;
  const rules = baselines.includes("rules") ? Object.values(listingFiles(deployment)) : [];
  const code = codeOfMatrices.map(projectFile);
  const values = [deployment.file, deployment.areas, deployment.features, ...deployment.parameterFiles, ...rules];
  return { label, baselines, cohort, code: hashFiles(code, projectFile("")), values: hashFiles(values, deployment.directory) };
}

async function lastSnapshot(session: Session, data: DataDirectory): Promise<Matrix["snapshot"]> {
  const loads = await session.rows<{ load_id: number }>("select load_id, table_name, content_hash from load order by load_id");
  const last = loads.at(-1);
  if (last === undefined)
    throw new UserError("empty_warehouse", `${data.warehouse} holds no load yet; load data first: npx aldyn ingest --source FILE.yaml`);
  return { load_id: last.load_id, loads_sha256: hashOf(loads) };
}
