import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Session } from "../warehouse/session.ts";
import { type Cell, cellSums, type FamilyGroup, familyGroups } from "./cells.ts";
import type { SpellTimes } from "./kaplan-meier.ts";

/** What the figures of an area are broken down by. */
export const breakdowns = ["region", "district", "group", "month"] as const;
export type Breakdown = (typeof breakdowns)[number];

/** A part of what was asked for: an area, a kind of family, or a day of the series. */
export interface MeasuredPart {
  part: string;
  cells: ReadonlyMap<string, Cell & { areas: number }>;
  /** Of the households that live there, the share where the register is complete, by register; empty for months. */
  coverage: ReadonlyMap<string, number>;
}

export interface MeasuredQuery {
  asOf: IsoDate;
  /** KATO prefixes of 0, 2 or 4 digits, none within another. */
  areas: readonly string[];
  by?: Breakdown | undefined;
}

/** Parts of the measured tables of a session (`programmeTables`), in order. A UserError when an area is finer than a district, or has no such parts. */
export async function readMeasured(session: Session, query: MeasuredQuery): Promise<MeasuredPart[]> {
  const { asOf, areas, by } = query;
  const fine = areas.find((area) => ![0, 2, 4].includes(area.length));
  if (fine !== undefined)
    throw new UserError(
      "fine_area",
      `indicators are measured for the country, regions (2 digits of KATO) and districts (4 digits), not for ${fine}`,
      { exitCode: 2 },
    );
  const digits = by === "region" ? 2 : by === "district" ? 4 : undefined;
  const within = digits === undefined ? "area in (select unnest($areas))" : `length(area) = ${digits} and ${startsWithOne}`;
  const filter = `${within} and ${by === "group" ? `"group" <> 'all'` : `"group" = 'all'`} ${by === "month" ? "" : "and as_of = $as_of::date"}`;
  const key = by === undefined ? "''" : by === "group" ? `"group"` : by === "month" ? "as_of::varchar" : "area";
  const wanted = { areas: JSON.stringify(areas), as_of: asOf };
  const rows = await session.rows<Cell & { part: string; areas: number } & Record<string, unknown>>(
    `select ${key} as part, indicator, count(distinct area)::integer as areas,
       ${cellSums.map((name) => `sum(${name}::hugeint)::double as ${name}`).join(", ")}
     from indicator_cell where ${inAreas(filter)} group by 1, 2 order by 1, 2`,
    wanted,
  );
  if (digits !== undefined && rows.length === 0)
    throw new UserError(
      "no_parts",
      `there is no whole ${by} in what was asked for${by === "region" ? "; break it down by district" : ""}`,
      {
        exitCode: 2,
      },
    );
  const coverage = await coverageOf(session, inAreas(within), digits !== undefined, wanted);
  return orderedParts(
    rows.map(({ part }) => part),
    by,
  ).map((part) => ({
    part,
    cells: new Map(rows.filter((row) => row.part === part).map((row) => [row.indicator, row])),
    coverage: by === "month" ? new Map() : (coverage.get(digits === undefined ? "" : part) ?? new Map()),
  }));
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

/** Families in the order of their list, everything else in its own. */
function orderedParts(parts: readonly string[], by: Breakdown | undefined): string[] {
  const each = new Set(parts);
  if (by === "group") return (Object.keys(familyGroups) as FamilyGroup[]).filter((group) => each.has(group));
  if (by === undefined) return [""];
  return [...each].sort();
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
