import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectFile } from "../../src/domain/project-files.ts";
import type { EntitlementState } from "../../src/entitlement/compile.ts";
import { featureTypes, readCatalogue } from "../../src/features/catalogue.ts";
import { readDeployment } from "../../src/parameters/deployment.ts";
import { createReferenceTables } from "../../src/parameters/reference-tables.ts";
import { storeModel } from "../../src/scoring/model-store.ts";
import { type ModelStatement, type PackedModel, packModel } from "../../src/scoring/pack-model.ts";
import { applyRules } from "../../src/steps/apply-rules.ts";
import { type BucketFile, fileName, filesFor } from "../../src/steps/bucket-files.ts";
import { entitle } from "../../src/steps/entitle.ts";
import { explain } from "../../src/steps/explain.ts";
import { measureIndicators } from "../../src/steps/measure-indicators.ts";
import { prioritise } from "../../src/steps/prioritise.ts";
import { publish } from "../../src/steps/publish.ts";
import { type RunManifest, runId, type StepContext } from "../../src/steps/step.ts";
import type { LogisticTerm } from "../../src/training/logistic-model.ts";
import type { DataDirectory } from "../../src/warehouse/data-directory.ts";
import { openDatabase } from "../../src/warehouse/database.ts";
import { identifier, quoted } from "../../src/warehouse/session.ts";
import { openKnown, openWarehouseToWrite } from "../../src/warehouse/warehouse.ts";
import { writeBuckets } from "./bucket-rows.ts";
import { plainNeed, writeNeeds } from "./need-rows.ts";
import { enterLoad, pseudonym, writeRegistry } from "./registry.ts";

/** A household of a run made by hand: its features by name, and its score where it has one. Features that are not given are unknown. */
export interface TestHousehold {
  name: string;
  area?: string;
  confidence?: number;
  unknown_reason?: string;
  risk?: number;
  features: Readonly<Record<string, number | boolean | string | null>>;
  /** What entitlement says of programmes; of those not named nothing is known, since no incomes and persons are. */
  programmes?: Readonly<Record<string, { state: EntitlementState; amount?: number; receives?: boolean }>>;
}

export interface ListedRun {
  data: DataDirectory;
  runDirectory: string;
  manifest: RunManifest;
  id: string;
}

const deploymentFile = projectFile("models/deployment.yaml");
export const catalogue = readCatalogue(readDeployment(deploymentFile).features);

/** Features of a family of four with nothing the matter. */
export const calm = {
  is_below_line: false,
  is_below_subsistence: false,
  tsa_active: false,
  members: 4,
  children: 2,
  registers_known: 5,
};

/** Makes the list of a run by hand-made features and scores (of a logistic regression of these terms, or of a model) through the real steps, published in a data directory of its own. */
export async function listedRun(
  root: string,
  asOf: string,
  households: readonly TestHousehold[],
  judge: LogisticTerm[] | PackedModel = [],
): Promise<ListedRun> {
  const data = await writeRegistry(root, {
    household: households.map(({ name, area = "751110000", features }) => ({
      ...{ household_id: name, area_code: area, formed_on: "2015-01-01", recorded_at: "2020-01-01" },
      members: typeof features.members === "number" ? features.members : 1,
    })),
  });
  await addPlaces(data);
  const terms = Array.isArray(judge) ? judge : [];
  const packed = Array.isArray(judge) ? (terms.length === 0 ? null : packModel({ terms, base: -2 }, statement)) : judge;
  const model = packed === null ? null : storeModel(data, packed).manifest;
  const manifest: RunManifest = {
    pipeline: "nightly",
    as_of: asOf,
    snapshot: { load_id: 1, loads_sha256: "0" },
    code_version: "0",
    deployment_sha256: "0",
    parameters_sha256: "0",
    rules_sha256: "0",
    programmes_sha256: "0",
    policy_sha256: "0",
    catalogue_sha256: "0",
    model: model === null ? null : { id: model.id, name: model.name },
  };
  const runDirectory = join(data.runs, runId(manifest));
  await writeFeatures(join(runDirectory, "features"), households);
  await writeNeeds(
    join(runDirectory, "need"),
    households.map(({ name, area = "751110000" }) => plainNeed(pseudonym(name), area)),
  );
  if (model !== null) await writeScores(join(runDirectory, "score"), households);
  for (const step of [entitle, applyRules, prioritise, explain, measureIndicators, publish]) {
    const outputDirectory = join(runDirectory, step.name);
    mkdirSync(outputDirectory, { recursive: true });
    await step.run(contextOf(data, manifest, runDirectory, outputDirectory));
    if (step === entitle) await overwriteEntitled(outputDirectory, households);
  }
  return { data, runDirectory, manifest, id: runId(manifest) };
}

function contextOf(data: DataDirectory, manifest: RunManifest, runDirectory: string, outputDirectory: string): StepContext {
  return {
    data,
    deploymentFile,
    manifest,
    runDirectory,
    outputDirectory,
    partitions: 1,
    threads: 1,
    memoryLimit: undefined,
    progress: () => undefined,
    openKnown: async () => {
      const session = await openKnown(data);
      await createReferenceTables(session, readDeployment(deploymentFile), manifest.as_of);
      return session;
    },
  };
}

async function addPlaces(data: DataDirectory): Promise<void> {
  const session = await openWarehouseToWrite(data);
  await session.script(`
    insert into area values
      ('750000000', 'region', '750000000', null, 'Алматы қ.', 'г. Алматы', 'Almaty'),
      ('751110000', 'district', '750000000', '751100000', 'Алатау ауданы', 'Алатауский район', null),
      ('751100000', 'district', '750000000', '751100000', 'Алатау ауданы', 'Алатауский район', null),
      ('612000000', 'district', '610000000', '612000000', 'Арыс Қ.Ә.', 'Арысь Г.А.', null);`);
  session.close();
  await enterLoad(data);
}

async function writeFeatures(directory: string, households: readonly TestHousehold[]): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const sqlType = { number: "double", boolean: "boolean", category: "varchar" };
  const types = [...featureTypes(catalogue)];
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  const columns = [
    ...["household_id", "area_code", "region_code", "district_code"].map((column) => [column, "varchar"] as const),
    ...types.map(([name, type]) => [name, sqlType[type]] as const),
    ["confidence", "double"] as const,
    ["unknown_reason", "varchar"] as const,
  ];
  await session.script(`create table given (${columns.map(([name, type]) => `${identifier(name)} ${type}`).join(", ")})`);
  for (const { name, area = "751110000", confidence = 0.9, unknown_reason = null, features } of households) {
    const place = {
      household_id: pseudonym(name),
      area_code: area,
      region_code: `${area.slice(0, 2)}0000000`,
      district_code: `${area.slice(0, 4)}00000`,
    };
    const row = { ...place, ...features, confidence, unknown_reason };
    const names = Object.keys(row);
    await session.run(
      `insert into given (${names.map(identifier).join(", ")}) values (${names.map((each) => `$${each}`).join(", ")})`,
      row,
    );
  }
  await writeBuckets(session, "given", directory);
  session.close();
}

async function overwriteEntitled(directory: string, households: readonly TestHousehold[]): Promise<void> {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  for (const { name, programmes } of households) {
    if (programmes === undefined) continue;
    const bucket = Math.floor(Number.parseInt(pseudonym(name).slice(0, 2), 16) / 4);
    const shared = filesFor(0).find(([from, until]) => bucket >= from && bucket < until) as BucketFile;
    const file = join(directory, fileName(shared));
    await session.script(`create or replace temp table entitled as select * from read_parquet(${quoted(file)})`);
    for (const [code, { state, amount = null, receives = null }] of Object.entries(programmes))
      await session.script(`
        update entitled set ${code}_state = '${state}', ${code}_amount_lcu = ${amount}, ${code}_receives = ${receives}
        where household_id = ${quoted(pseudonym(name))}`);
    await session.copyToParquet("select * from entitled order by household_id", file);
  }
  session.close();
}

async function writeScores(directory: string, households: readonly TestHousehold[]): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  const scored = households.filter((each) => each.risk !== undefined);
  const values = scored.map(
    ({ name, risk }) => `(${quoted(pseudonym(name))}, ${Math.log((risk as number) / (1 - (risk as number)))}::double, ${risk}::double)`,
  );
  const relation =
    values.length === 0
      ? "(select '' as household_id, 0.0::double as margin, 0.0::double as probability limit 0)"
      : `(values ${values.join(", ")})`;
  await writeBuckets(session, `${relation} as s(household_id, margin, probability)`, directory);
  session.close();
}

const statement: ModelStatement = {
  name: "test model",
  label: "hardship_entry_6m",
  horizon_months: 6,
  synthetic: true,
  l2: 1,
  training: { rows: 100, positives: 5, base_rate: 0.05, from: null, until: null, data: { load_id: 1, loads_sha256: "0" } },
  quality: null,
  code_version: "0",
};
