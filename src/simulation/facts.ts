import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { hashOf, sha256 } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import { projectFile } from "../domain/project-files.ts";
import { createFactContext, createFactsInContext, factParameters, factTypes } from "../entitlement/facts.ts";
import type { Cut } from "../features/clock.ts";
import { ofHouseholds } from "../features/of-households.ts";
import { createNeedStandard, needParameters } from "../need/build.ts";
import { standardsFile } from "../need/standards.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import type { ValueType } from "../rules/parse-condition.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { bucketCount, keysPerBucket } from "../warehouse/warehouse.ts";

/** Facts that a changed programme's expressions may name: those of entitlement, and the family's minimum standard of spending. */
export const simulationFacts: ReadonlyMap<string, ValueType> = new Map([
  ...factTypes,
  ["standard_lcu", "number"],
  ["housing_standard_lcu", "number"],
]);

/** The facts of a day, and where they are kept. */
export interface Facts {
  cut: Cut;
  /** First day of the quarter whose incomes they hold. */
  incomeQuarter: IsoDate;
  /** SHA-256 over everything that they rest on. */
  hash: string;
  directory: string;
}

const sqlFiles = ["known.sql", "context", "entitlement", "need", "simulation/facts.sql", "features/composition.sql"].map((name) =>
  projectFile(`sql/${name}`),
);
/** Households are worked on in so many parts, to spare memory; the rows are the same. */
const parts = 8;

/** The facts of a day as the deployment's parameters have them. `session` is the warehouse's, for reading; its reference tables are made anew. */
export async function factsOf(session: Session, data: DataDirectory, deployment: Deployment, cut: Cut): Promise<Facts> {
  await createReferenceTables(session, deployment, cut.asOf);
  const parameters = await factParameters(session, cut);
  const loads = await session.rows("select load_id, table_name, content_hash from load where load_id <= $snapshot order by load_id", {
    snapshot: cut.snapshot,
  });
  const hashOfFile = (file: string) => (existsSync(file) ? sha256(readFileSync(file)) : null);
  const hash = hashOf({
    parameters,
    loads,
    code: hashFiles(sqlFiles, projectFile("")),
    household_units: deployment.household_units,
    quarters: hashOfFile(deployment.quarters),
    standards: hashOfFile(standardsFile(deployment.standards)),
    method: hashOfFile(join(deployment.standards, "method.yaml")),
  });
  const directory = join(data.simulations, "facts", hash.slice(0, 32));
  return { cut, incomeQuarter: parameters.q0 as IsoDate, hash, directory };
}

/** Makes the facts and keeps them, where they are not kept yet. */
export async function keepFacts(session: Session, deployment: Deployment, { cut, directory }: Facts): Promise<void> {
  if (existsSync(directory)) return;
  await createReferenceTables(session, deployment, cut.asOf);
  await writeFacts(session, deployment, cut, await factParameters(session, cut), directory);
}

async function writeFacts(session: Session, deployment: Deployment, cut: Cut, parameters: Parameters, directory: string): Promise<void> {
  const partial = `${directory}.${process.pid}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await createFactContext(session, parameters);
  const ofNeed = await needParameters(session, deployment, cut);
  const composition = readFileSync(projectFile("sql/features/composition.sql"), "utf8");
  const facts = readFileSync(projectFile("sql/simulation/facts.sql"), "utf8");
  const size = bucketCount / parts;
  for (let part = 0; part < parts; part++) {
    const keys = { keysFrom: part * size * keysPerBucket, keysUntil: (part + 1) * size * keysPerBucket };
    await createFactsInContext(session, { ...cut, ...keys }, parameters);
    await ofHouseholds(session, keys, async () => {
      await createNeedStandard(session, ofNeed);
      await session.run(`create or replace temp table simulation_composition as ${composition}`, ofNeed);
      await session.copyToParquet(`from (${facts}) order by household_id`, join(partial, `${part}.parquet`), ofNeed);
    });
  }
  if (existsSync(directory)) rmSync(partial, { recursive: true });
  else renameSync(partial, directory);
}
