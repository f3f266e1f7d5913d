import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { addMonths, type IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { createFeatures } from "../features/build.ts";
import { type Feature, featureTypes, readCatalogue } from "../features/catalogue.ts";
import { createLabels } from "../features/labels.ts";
import { type Deployment, readDeployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import { rulesSelect } from "../rules/compile.ts";
import { rulesInForce } from "../rules/read-rules.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { baselineSql, rankingColumn, rulesScoreSql } from "./baselines.ts";
import { type Experiment, horizonMonths } from "./experiment.ts";

/** Days whose rows are still to be written: plain data, which a process can be given. */
export interface DaysJob {
  experiment: Experiment;
  data: DataDirectory;
  /** The last load that counts. */
  snapshot: number;
  days: readonly { asOf: IsoDate; path: string }[];
}

/** Writes the rows of each day in turn. `onDay` is told of each that has been written. */
export async function workOnDays(
  { experiment, data, snapshot, days }: DaysJob,
  threads: number | undefined,
  onDay: () => void,
): Promise<void> {
  const deployment = readDeployment(experiment.deployment);
  const catalogue = readCatalogue(deployment.features);
  const session = await openKnown(data, { threads });
  try {
    for (const { asOf, path } of days) {
      await writeRows(session, { experiment, deployment, catalogue, asOf, snapshot }, path);
      onDay();
    }
  } finally {
    session.close();
  }
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
