import type { IsoDate } from "../domain/dates.ts";
import type { Session } from "../warehouse/session.ts";
import type { Parameters } from "../warehouse/values.ts";
import { indicatorCodes, sqlText } from "./programme.ts";

/** Kinds of family that figures are given for, beside `all`: the bit of `family_kind.kinds`. */
export const familyGroups = {
  large: 1,
  single_parent: 2,
  with_disability: 4,
  elderly: 8,
  rural: 16,
  urban: 32,
} as const;
export type FamilyGroup = "all" | keyof typeof familyGroups;

/** Sums of an indicator over the households of an area and group: what estimates and their errors are made of. */
export interface Cell {
  indicator: string;
  /** First day past which nothing is known: the cut. */
  as_of: IsoDate;
  /** KATO prefix of 0, 2 or 4 digits. */
  area: string;
  group: FamilyGroup;
  /** Households with a known part. */
  households: number;
  x: number;
  n: number;
  y: number;
  m: number;
  unknown: number;
  xx: number;
  xn: number;
  nn: number;
  xy: number;
  xm: number;
  ny: number;
  nm: number;
  yy: number;
  ym: number;
  mm: number;
}

const products = ["xx", "xn", "nn", "xy", "xm", "ny", "nm", "yy", "ym", "mm"] as const;
export const cellSums = ["households", "x", "n", "y", "m", "unknown", ...products] as const;

const cellColumns = cellSums.map((name) => `sum(${name})::hugeint as ${name}`).join(", ");
const ofRows = [
  "count(*) filter (where n > 0 or m > 0) as households",
  ...["x", "n", "y", "m", "unknown"].map((name) => `sum(${name}::hugeint) as ${name}`),
  ...products.map(([a, b]) => `sum(${a}::hugeint * ${b}::hugeint) as ${a}${b}`),
].join(", ");

/**
 * Adds to the temp table `indicator_cell` a row per indicator, area (country, region, district) and group; created when it is not there. Needs
 * the tables of `createProgramme`. Sums are whole numbers up to the last step.
 */
export async function addCells(
  session: Session,
  parameters: Parameters,
  { codes = indicatorCodes() }: { codes?: readonly string[] } = {},
): Promise<void> {
  await session.script(`create temp table if not exists indicator_cell (
    indicator varchar, as_of date, area varchar, "group" varchar, ${cellSums.map((name) => `${name} hugeint`).join(", ")})`);
  for (const code of codes) {
    await session.run(`create or replace temp table indicator_row as ${sqlText("indicators", code)}`, parameters);
    const columns = await session.rows<{ name: string }>(
      "select column_name as name from duckdb_columns() where database_name = 'temp' and table_name = 'indicator_row'",
    );
    // A select that speaks of areas itself is of whole areas only: its sums do not add up from smaller ones.
    const isByArea = columns.some(({ name }) => name === "area");
    await session.run(
      `insert into indicator_cell select $code as indicator, $as_of::date as as_of, * from (${isByArea ? byArea : byKind})`,
      { code, as_of: parameters.as_of as IsoDate },
    );
  }
  await session.script("drop table if exists indicator_row");
}

const byArea = `select area, 'all' as "group", ${ofRows} from indicator_row group by area`;

const groupsOfKinds = Object.entries(familyGroups).map(([group, bit]) => `case when kinds & ${bit} <> 0 then '${group}' end`);
const byKind = `
  with small as (
    select k.district_code, k.kinds, ${ofRows}
    from indicator_row as r
    join family_kind as k on k.household_key = r.household_key
    group by k.district_code, k.kinds
  ),
  areas as (select unnest(['', left(district_code, 2), left(district_code, 4)]) as area, * from small),
  groups as (
    select unnest(list_filter(['all', ${groupsOfKinds.join(", ")}], lambda each: each is not null)) as "group", * from areas
  )
  select area, "group", ${cellColumns} from groups group by area, "group"`;

/** The cells' select, in order of their key: sums as doubles, exact up to 2^53. */
export const cellSelect = `select indicator, as_of, area, "group", ${cellSums.map((name) => `${name}::double as ${name}`).join(", ")}
  from indicator_cell order by indicator, as_of, area, "group"`;
