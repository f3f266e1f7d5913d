import { readFileSync } from "node:fs";
import type { IsoDate } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import { familySql } from "../features/build.ts";
import { clockParameters } from "../features/clock.ts";
import { createContext } from "../features/context.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { auditedTraits } from "./audited-traits.ts";
import type { Experiment } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";

/** Households with their protected traits, null where unknown. They are read beside a model, and never enter one. */
export interface ProtectedTraits {
  household: Float64Array;
  traits: Readonly<Record<string, readonly (string | null)[]>>;
  /** Weights of a survey, NaN where unknown; absent where no household has one. */
  weight?: Float64Array;
}

/** The protected traits of all households that live at a day, as known by a snapshot. */
export async function protectedTraits(
  experiment: Experiment,
  data: DataDirectory,
  around: Surroundings,
  cut: { asOf: IsoDate; snapshot: number },
): Promise<ProtectedTraits> {
  const session = await openKnown(data, { threads: around.threads, onWait: (holder) => around.onProgress?.(`waiting for ${holder}`) });
  try {
    await createReferenceTables(session, readDeployment(experiment.deployment), cut.asOf);
    const parameters = await clockParameters(session, cut);
    await createContext(session, parameters);
    for (const family of ["composition", "disability"] as const)
      await session.run(`create or replace temp table features_${family} as ${await familySql(session, family, cut.snapshot)}`, parameters);
    await session.run(`create or replace temp table audit as ${readFileSync(projectFile("sql/audit/audit.sql"), "utf8")}`, parameters);
    const { numbers, texts } = await session.columns(
      `select h.household_key, ${auditedTraits.map((trait) => `a.${trait}`).join(", ")}, a.weight
       from audit as a join cohort as h on h.household_id = a.household_id order by a.household_id`,
    );
    const weight = numbers.weight as Float64Array;
    return {
      ...(weight.some((value) => value > 0) ? { weight } : {}),
      household: numbers.household_key as Float64Array,
      traits: Object.fromEntries(auditedTraits.map((trait) => [trait, texts[trait] ?? []])),
    };
  } finally {
    session.close();
  }
}
