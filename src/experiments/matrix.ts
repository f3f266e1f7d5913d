import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashOf } from "../domain/canonical.ts";
import { addMonths, type IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import { projectFile } from "../domain/project-files.ts";
import { createFeatures } from "../features/build.ts";
import { type Feature, featureTypes, readCatalogue } from "../features/catalogue.ts";
import { createLabels } from "../features/labels.ts";
import { type Deployment, listingFiles, readDeployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import { rulesSelect } from "../rules/compile.ts";
import { rulesInForce } from "../rules/read-rules.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { baselineSql, rankingColumn, rulesScoreSql } from "./baselines.ts";
import { type Experiment, horizonMonths } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
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

/** The same, left in its files. */
export async function writeMatrix(
  experiment: Experiment,
  data: DataDirectory,
  around: Surroundings,
  knownBy?: IsoDate,
): Promise<MatrixFiles> {
  const deployment = readDeployment(experiment.deployment);
  const session = await openKnown(data, { threads: around.threads, onWait: (holder) => around.onProgress?.(`waiting for ${holder}`) });
  try {
    const snapshot = await lastSnapshot(session, data);
    const moments = await momentsOf(session, experiment, snapshot.load_id, knownBy);
    const made = madeFrom(experiment, deployment);
    const catalogue = readCatalogue(deployment.features);
    const files: string[] = [];
    for (const [index, { asOf }] of moments.entries()) {
      const path = join(data.experiments, "matrices", hashOf({ ...made, ...snapshot, asOf }).slice(0, 24), `${asOf}.parquet`);
      files.push(path);
      if (existsSync(path)) continue;
      around.onProgress?.(`features and labels as of ${asOf} (${index + 1}/${moments.length})`);
      await writeRows(session, { experiment, deployment, catalogue, asOf, snapshot: snapshot.load_id }, path);
    }
    const features = await learnedFeatures(session, experiment, catalogue, snapshot.load_id);
    const synthetic = await session.value<boolean>("select bool_and(synthetic) from load where load_id <= $last", {
      last: snapshot.load_id,
    });
    return { files, rows: await rowCounts(session, files), moments, features, snapshot, synthetic };
  } finally {
    session.close();
  }
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
  ...["src/experiments/matrix.ts", "src/experiments/baselines.ts"],
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

interface RowsOf {
  experiment: Experiment;
  deployment: Deployment;
  catalogue: readonly Feature[];
  asOf: IsoDate;
  snapshot: number;
}

/** Writes the rows of one day: households with a known label, their features and what the baselines order by. */
async function writeRows(session: Session, { experiment, deployment, catalogue, asOf, snapshot }: RowsOf, path: string): Promise<void> {
  await createReferenceTables(session, deployment, asOf);
  const labelAsOf = await createLabels(session, { asOf, snapshot, label: experiment.label });
  const horizonUntil = addMonths(asOf, horizonMonths(experiment.label));
  await session.run(
    `create or replace temp table labelled as
     select h.household_key, l.label::integer as label from labels as l join cohort as h on h.household_id = l.household_id where l.label is not null`,
  );
  const features = await createFeatures(session, { asOf, snapshot, catalogue, households: "labelled" });
  const numbers = features
    .filter((feature) => feature.type !== "category")
    .map(({ name }) => `f.${identifier(name)}::double as ${identifier(name)}`);
  const rankings: string[] = [];
  let rules = "";
  for (const name of experiment.baselines) {
    if (name === "rules") rules = await rulesJoin(deployment, catalogue, asOf);
    rankings.push(`${name === "rules" ? "r.score" : `(${baselineSql[name]})::double`} as ${identifier(rankingColumn(name))}`);
  }
  await session.run(`create or replace temp table helped as ${readFileSync(projectFile("sql/labels/helped.sql"), "utf8")}`, {
    as_of: asOf,
    snapshot,
    horizon_until: horizonUntil,
    label_as_of: labelAsOf,
  });
  mkdirSync(dirname(path), { recursive: true });
  const rows = `select f.household_id, f.household_key, $as_of::date as as_of, l.label, left(h.area_code, 4)::integer as district,
       (p.household_key is not null)::integer as is_helped, ${[...rankings, ...numbers].join(", ")}
     from features as f
     join labelled as l on l.household_key = f.household_key
     join cohort as h on h.household_key = f.household_key
     left join helped as p on p.household_key = f.household_key
     ${rules}
     ${experiment.cohort === undefined ? "" : `where (${experiment.cohort})`}
     order by f.household_id`;
  await session.copyToParquet(rows, path, { as_of: asOf }).catch((cause: unknown) => {
    if (experiment.cohort === undefined) throw cause;
    throw new UserError("bad_experiment", `${experiment.file}: cohort: ${(cause as Error).message.split("\n")[0]}`, { cause });
  });
}

async function rulesJoin(deployment: Deployment, catalogue: readonly Feature[], asOf: IsoDate): Promise<string> {
  const { rules } = await rulesInForce(deployment, featureTypes(catalogue), asOf);
  return `join (select household_id, ${rulesScoreSql(rules)} as score from (${rulesSelect(rules, "features")})) as r on r.household_id = f.household_id`;
}
