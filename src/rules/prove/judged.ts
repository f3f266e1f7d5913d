import { identifier, type Session } from "../../warehouse/session.ts";
import type { Atom } from "../parse-condition.ts";
import type { DatedExpression } from "./expression.ts";
import { type Axis, householdsSql, mostHouseholds } from "./grid.ts";
import type { TriedFeature } from "./thresholds.ts";

/** A feature's axis: its cells, with unknown when `orUnknown`. */
export function axisOf({ name, domain, cells }: TriedFeature, orUnknown: boolean): Axis {
  return { name, type: domain.type, values: orUnknown ? [...cells, null] : cells };
}

/** How generated households are judged; `known_other`: of those of which all is known, the ones that do not meet it. */
export interface Outcomes {
  households: number;
  met: number;
  known_other: number;
}

/** Judges every combination of the axes. */
export function outcomes(session: Session, { sql, isSum }: DatedExpression, axes: readonly Axis[]): Promise<Outcomes> {
  const known = ["true", ...axes.map(({ name }) => `${identifier(name)} is not null`)].join(" and ");
  const outcome = isSum ? "null::boolean" : `(${sql})`;
  return session.row<Outcomes & Record<string, number>>(`
    select count(*)::integer as households, count(*) filter (where outcome)::integer as met,
        count(*) filter (where known and outcome is not true)::integer as known_other,
    from (select ${outcome} as outcome, ${known} as known from (${householdsSql(axes)}))`);
}

export interface Effects {
  axes: readonly Axis[];
  households: number;
  met: number;
  other: number;
  /** Neighbours that differ in the feature alone and are judged otherwise. */
  feature: number;
  /** For each comparison: the same where it comes out otherwise too; and households that are judged otherwise were it always true, or were it always false, the fewer of both. */
  atoms: { changed: number; needed: number }[];
}

/** Households side by side that differ in one feature alone, by neighbouring values: how many are judged otherwise. */
export async function effectsOf(
  session: Session,
  { sql, atoms, isSum }: DatedExpression,
  features: readonly TriedFeature[],
  feature: TriedFeature,
): Promise<Effects> {
  const full: Axis = { name: feature.name, type: feature.domain.type, values: feature.values };
  const others = features.filter((each) => each !== feature).map((each) => axisOf(each, false));
  const room = Math.max(1, Math.floor(mostHouseholds / full.values.length));
  const households = `select * from (${householdsSql([full])}) cross join (${householdsSql(others, room)})`;
  const judged = [
    `(${sql}) as outcome`,
    ...atoms.flatMap((atom, index) => [`(${atom.sql}) as "atom ${index}"`, ...always(sql, atom, index)]),
  ];
  const beside = [
    "outcome <> lag(outcome) over beside as is_other",
    ...atoms.map((_, index) => `"atom ${index}" <> lag("atom ${index}") over beside as "changes ${index}"`),
  ];
  const counts = [
    "count(*)::integer as households",
    count(isSum ? "false" : "outcome", "met"),
    count(isSum ? "false" : "outcome is not true", "other"),
    count("is_other", "judged_otherwise"),
    ...atoms.flatMap((_, index) => [
      count(`is_other and "changes ${index}"`, `changed ${index}`),
      ...[true, false].map((truth) => count(`"${truth} ${index}" is distinct from outcome`, `${truth} ${index}`)),
    ]),
  ];
  const partition = others.length === 0 ? "" : `partition by ${others.map(({ name }) => identifier(name)).join(", ")}`;
  const row = await session.row<Record<string, number>>(`
    with judged as (select *, ${judged.join(", ")} from (${households})),
    compared as (select *, ${beside.join(", ")} from judged window beside as (${partition} order by ${identifier(feature.name)}))
    select ${counts.join(", ")} from compared`);
  const of = (name: string) => row[name] ?? 0;
  return {
    axes: [full, ...others],
    ...{ households: of("households"), met: of("met"), other: of("other"), feature: of("judged_otherwise") },
    atoms: atoms.map((_, index) => ({ changed: of(`changed ${index}`), needed: Math.min(of(`true ${index}`), of(`false ${index}`)) })),
  };
}

/** What the expression would say were a comparison always true, and were it always false. */
function always(sql: string, atom: Atom, index: number): string[] {
  return [true, false].map((truth) => `(${sql.replaceAll(atom.sql, String(truth))}) as "${truth} ${index}"`);
}

function count(filter: string, name: string): string {
  return `count(*) filter (where ${filter})::integer as "${name}"`;
}
