import { readFileSync } from "node:fs";
import { didYouMean, UserError } from "../domain/errors.ts";
import { projectFile } from "../domain/project-files.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { type Feature, readCatalogue } from "./catalogue.ts";
import { type Cut, clockParameters } from "./clock.ts";
import { createContext, createContextTable } from "./context.ts";
import { observationFeatures, observationSelect } from "./observations.ts";
import { type HouseholdFilter, ofHouseholds } from "./of-households.ts";

/** Families in order of making, each a file of sql/features; a family reads only those before it. `observation` is made from its recipes. */
export const families = [
  "composition",
  "dwelling",
  "income_months",
  "income_level",
  "income_change",
  "employment",
  "education",
  "schooling",
  "health",
  "disability",
  "asset",
  "expenditure",
  "account",
  "credit",
  "utility",
  "assistance",
  "life_event",
  "emergency",
  "community_signal",
  "level",
  "area",
  "observation",
  "knowledge",
] as const;
export type FamilyName = (typeof families)[number];

/** With a filter, features are made of those households only; context is made over all of them nevertheless. */
export interface FeatureOptions extends Cut, HouseholdFilter {
  /** The catalogue that names the columns; the project's own when absent. */
  catalogue?: readonly Feature[];
}

const placeColumns = ["household_key", "household_id", "area_code", "region_code", "district_code"] as const;
const storedTypes: Record<Feature["type"], string> = { number: "double", boolean: "boolean", category: "varchar" };

/**
 * Leaves a temp table `features`: one row per household that lives at `asOf`, with its place, every feature of the catalogue and of the
 * snapshot's observations, `confidence` and `unknown_reason`. Returns the features in the order of their columns. Needs the reference tables.
 */
export async function createFeatures(session: Session, options: FeatureOptions): Promise<readonly Feature[]> {
  const parameters = await clockParameters(session, options);
  await createContext(session, parameters);
  return createFeaturesInContext(session, options, parameters);
}

/** The same where the context of the cut stands already: for groups of buckets. */
export async function createFeaturesInContext(
  session: Session,
  options: FeatureOptions,
  parameters: Parameters,
): Promise<readonly Feature[]> {
  const catalogue = options.catalogue ?? readCatalogue(projectFile("models/features"));
  await ofHouseholds(session, options, async () => {
    await createContextTable(session, "cohort", parameters);
    for (const family of families)
      await session.run(
        `create or replace temp table features_${family} as ${await familySql(session, family, options.snapshot)}`,
        parameters,
      );
  });
  const features = [...catalogue, ...(await observationFeatures(session, options.snapshot))];
  await session.run(`create or replace temp table features as ${await assembly(session, features)}`);
  return features;
}

/** The select that makes a family. */
export async function familySql(session: Session, family: FamilyName, snapshot: number): Promise<string> {
  return family === "observation" ? observationSelect(session, snapshot) : readFileSync(projectFile(`sql/features/${family}.sql`), "utf8");
}

async function assembly(session: Session, features: readonly Feature[]): Promise<string> {
  const rows = await session.rows<{ family: string; name: string }>(
    "select table_name[10:] as family, column_name as name from duckdb_columns() where database_name = 'temp' and starts_with(table_name, 'features_')",
  );
  const made = new Set(rows.map((row) => `${row.family}.${row.name}`));
  const columns = features.map((feature) => {
    if (!made.has(`${feature.family}.${feature.name}`))
      throw new UserError(
        "unknown_feature",
        `the catalogue has ${feature.family}.${feature.name}, but no select makes it${didYouMean(`${feature.family}.${feature.name}`, made)}`,
      );
    return `${feature.family}.${feature.name}::${storedTypes[feature.type]} as ${identifier(feature.name)}`;
  });
  const joins = families.map((family) => `join features_${family} as ${family} on ${family}.household_key = h.household_key`);
  return `select ${placeColumns.map((column) => `h.${column}`).join(", ")},
    ${columns.join(",\n    ")},
    knowledge.confidence, knowledge.unknown_reason
    from cohort as h
    ${joins.join("\n    ")}`;
}
