import { quarterName } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { readParameters } from "../parameters/dated-values.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { createLines } from "../parameters/lines.ts";
import { openDatabase } from "../warehouse/database.ts";
import { type Category, categories, type MethodAt, memberUnits, methodAt, readMethod, type Unit, units } from "./standards-method.ts";

/** Months of a quarter or year in which homes are heated, or not. */
export const seasons = ["heating", "warm"] as const;
export type Season = (typeof seasons)[number];

/** What one member or home adds to the standard of a month: whole currency units by category. */
export interface StandardRow {
  /** Two digits of KATO; '' is everywhere. */
  region: string;
  quarter: string;
  season: Season;
  unit: Unit;
  amounts: Record<Category, number>;
}

const tenures: readonly Unit[] = ["rented", "mortgaged", "dormitory"];

/** The season's multiple of the year's mean: what the heated months have more the others have less, so that twelve months make up 12. */
export function seasonFactor(heated: number, months: number, season: Season): number {
  return season === "heating" ? heated : (12 - months * heated) / (12 - months);
}

/**
 * The standards of a region and quarter, from its subsistence minimum and the method in force: minimum x share x unit x season x price, each
 * rounded to a whole currency unit.
 */
export function standardsOf(region: string, quarter: string, subsistenceMinimum: number, method: MethodAt): StandardRow[] {
  const months = (method.heatingMonths[region] ?? method.heatingMonths[""] ?? []).length;
  const amount = (unit: Exclude<Unit, "age_unknown">, category: Category, season: Season) => {
    const isSeasonal = unit !== "disability" && !tenures.includes(unit) && (category === "housing" || category === "clothing");
    const factor = isSeasonal ? seasonFactor(method.season[category], months, season) : 1;
    const price = method.prices[region]?.[category] ?? 1;
    return Math.round(subsistenceMinimum * method.shares[category] * method.units[unit][category] * factor * price);
  };
  return seasons.flatMap((season) =>
    units.map((unit) => {
      // One of unknown age counts as the least that a member of any age adds: a bound, never a guess.
      const of = (category: Category) =>
        unit === "age_unknown"
          ? Math.min(...memberUnits.map((member) => amount(member, category, season)))
          : amount(unit, category, season);
      const amounts = Object.fromEntries(categories.map((category) => [category, of(category)])) as StandardRow["amounts"];
      return { region, quarter, season, unit, amounts };
    }),
  );
}

/** The table of standards of a deployment as CSV: a row per region, quarter, season and unit, from the quarters' subsistence minimums. */
export async function deriveStandards(deployment: Deployment): Promise<string> {
  const method = readMethod(deployment.standards);
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  try {
    await createLines(session, deployment, readParameters(deployment.parameters));
    const quarters = await session.rows<{ region: string; quarter: string; minimum: number }>(
      "select region_code[1:2] as region, quarter, subsistence_minimum_lcu as minimum from reference_line order by quarter, region",
    );
    const rows = quarters.flatMap(({ region, quarter, minimum }) => {
      return standardsOf(region, quarterName(quarter), minimum, methodAt(method, quarter));
    });
    if (rows.length === 0)
      throw new UserError("bad_standards", `${deployment.quarters} has no subsistence minimum to derive standards from`);
    return standardsCsv(rows);
  } finally {
    session.close();
  }
}

function standardsCsv(rows: readonly StandardRow[]): string {
  const head = ["region", "quarter", "season", "unit", ...categories, "status"].join(",");
  const lines = rows.map(({ region, quarter, season, unit, amounts }) =>
    [region, quarter, season, unit, ...categories.map((category) => amounts[category]), "derived"].join(","),
  );
  return `${[head, ...lines].join("\n")}\n`;
}
