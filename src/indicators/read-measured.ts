import type { IsoDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";
import { type Cell, cellSums, type FamilyGroup, familyGroups } from "./cells.ts";
import type { SpellTimes } from "./kaplan-meier.ts";

/** What the figures of an area are broken down by. */
export const breakdowns = ["region", "district", "group", "month"] as const;
export type Breakdown = (typeof breakdowns)[number];

/** Parts that one report has at most. */
const mostParts = 3000;

/** Reads `region,group,month`, in any order. A UserError names what there is to break down by, one that stands twice, and areas within areas. */
export function parseBreakdown(text: string | undefined): Breakdown[] {
  const wanted = text === undefined ? [] : text.split(",").map((each) => each.trim());
  const bad = (why: string) => new UserError("bad_option", `by ${text}: ${why}`, { exitCode: 2 });
  const found = wanted.map((each) => breakdowns.find((breakdown) => breakdown === each));
  const strange = wanted.find((_, index) => found[index] === undefined);
  if (strange !== undefined)
    throw bad(`${strange || "nothing"}${didYouMean(strange, breakdowns)} is none of ${breakdowns.join(", ")}; join several by commas`);
  if (new Set(wanted).size < wanted.length) throw bad("name each once");
  if (wanted.includes("region") && wanted.includes("district")) throw bad("districts are parts of regions; name one of the two");
  return found as Breakdown[];
}

/** A part of what was asked for: areas summed (one, where it is broken down by area), a kind of family, a day of the series. */
export interface MeasuredPart {
  areas: readonly string[];
  group: FamilyGroup;
  day: IsoDate;
  cells: ReadonlyMap<string, Cell & { areas: number }>;
  /** Of the households that live there, the share where the register is complete, by register; empty for months. */
  coverage: ReadonlyMap<string, number>;
}

export interface MeasuredQuery {
  asOf: IsoDate;
  /** KATO prefixes of 0, 2 or 4 digits, none within another. */
  areas: readonly string[];
  by?: readonly Breakdown[];
}

interface PartRow extends Cell, Record<string, unknown> {
  day: IsoDate;
  areas: number;
}

/**
 * Parts of the measured tables of a session (`programmeTables`), by area, kind of family and day. A UserError when an area is finer than a
 * district, has no such parts, or has too many of them for one report.
 */
export async function readMeasured(session: Session, { asOf, areas, by = [] }: MeasuredQuery): Promise<MeasuredPart[]> {
  const fine = areas.find((area) => ![0, 2, 4].includes(area.length));
  if (fine !== undefined)
    throw new UserError(
      "fine_area",
      `indicators are measured for the country, regions (2 digits of KATO) and districts (4 digits), not for ${fine}`,
      { exitCode: 2 },
    );
  const digits = by.includes("region") ? 2 : by.includes("district") ? 4 : undefined;
  const within = digits === undefined ? "area in (select unnest($areas))" : `length(area) = ${digits} and ${startsWithOne}`;
  const filter = `${within} and "group" ${by.includes("group") ? "<>" : "="} 'all' ${by.includes("month") ? "" : "and as_of = $as_of::date"}`;
  const wanted = { areas: JSON.stringify(areas), as_of: asOf };
  const rows = await session.rows<PartRow>(
    `select ${digits === undefined ? "''" : "area"} as area, "group", as_of::varchar as day, indicator,
       count(distinct indicator_cell.area)::integer as areas, ${cellSums.map((name) => `sum(${name}::hugeint)::double as ${name}`).join(", ")}
     from indicator_cell where ${inAreas(filter)} group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    wanted,
  );
  if (digits !== undefined && rows.length === 0)
    throw new UserError(
      "no_parts",
      `there is no whole ${digits === 2 ? "region in what was asked for; break it down by district" : "district in what was asked for"}`,
      {
        exitCode: 2,
      },
    );
  const coverage = await coverageOf(session, inAreas(within), digits !== undefined, wanted);
  const parts = partsOf(rows);
  if (by.length === 0 && parts.length === 0)
    return [{ areas, group: "all", day: asOf, cells: new Map(), coverage: coverage.get("") ?? new Map() }];
  if (parts.length > mostParts)
    throw new UserError("many_parts", `${parts.length} parts, more than ${mostParts}: ask for one area, or break it down by less`, {
      exitCode: 2,
    });
  return parts.map(([{ area, group, day }, cells]) => ({
    areas: digits === undefined ? areas : [area],
    group,
    day,
    cells,
    coverage: by.includes("month") ? new Map() : (coverage.get(area) ?? new Map()),
  }));
}

/** Rows by area, kind of family (in the order of their list) and day. */
function partsOf(rows: readonly PartRow[]): [PartRow, Map<string, PartRow>][] {
  const parts = new Map<string, [PartRow, Map<string, PartRow>]>();
  for (const row of rows) {
    const key = `${row.area} ${row.group} ${row.day}`;
    const part = parts.get(key) ?? [row, new Map()];
    part[1].set(row.indicator, row);
    parts.set(key, part);
  }
  const groups = Object.keys(familyGroups);
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...parts.values()].sort(
    ([a], [b]) => compare(a.area, b.area) || groups.indexOf(a.group) - groups.indexOf(b.group) || compare(a.day, b.day),
  );
}

const startsWithOne = "exists (select 1 from (select unnest($areas) as prefix) where starts_with(area, prefix))";

/** Bound lists do not go through: the areas come as JSON. */
function inAreas(filter: string): string {
  return filter.replaceAll("unnest($areas)", "unnest(from_json($areas::varchar, '[\"VARCHAR\"]'))");
}

async function coverageOf(
  session: Session,
  filter: string,
  byArea: boolean,
  { areas }: { areas: string },
): Promise<Map<string, Map<string, number>>> {
  const rows = await session.rows<{ part: string; table: string; share: number }>(
    `select ${byArea ? "area" : "''"} as part, "table", sum(covered)::double / sum(households)::double as share
     from indicator_place where ${filter} group by 1, 2 order by 1, 2`,
    { areas },
  );
  const found = new Map<string, Map<string, number>>();
  for (const { part, table, share } of rows) found.set(part, (found.get(part) ?? new Map()).set(table, share));
  return found;
}

/** Lengths of the spells of a curve in areas. */
export function readSpellTimes(
  session: Session,
  curve: string,
  areas: readonly string[],
): Promise<(SpellTimes & Record<string, unknown>)[]> {
  return session.rows(
    `select days, sum(events)::integer as events, sum(censored)::integer as censored
     from spell_time where curve = $curve and ${inAreas("area in (select unnest($areas))")} group by days order by days`,
    { curve, areas: JSON.stringify(areas) },
  );
}
