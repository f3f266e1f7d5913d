import { identifier } from "../../warehouse/session.ts";
import { type Bind, conditionSql, shownSql, withTerms } from "../compile.ts";
import { boundSql, isOn, type Judging } from "../judging.ts";
import type { ProgrammeSet } from "../programme.ts";
import type { Criterion, Scale } from "./scale.ts";

/** Names of a criterion's columns. `band` is that whose points it has, NULL where more than one may be. */
export const criterionColumns = (id: string) => ({
  value: `level_${id}_value`,
  band: `level_${id}_band`,
  least: `level_${id}_points_least`,
  most: `level_${id}_points_most`,
});

/** Names of a band's columns. */
export const bandColumns = (criterion: string, band: string) => ({
  met: `level_${criterion}_${band}_met`,
  threshold: `level_${criterion}_${band}_threshold`,
});

/** Columns of a household: the level (NULL where it may be more than one), the best and the worst that it may be, and the points it lies between. */
export const levelColumns = {
  level: "level",
  best: "level_best",
  worst: "level_worst",
  least: "level_points_least",
  most: "level_points_most",
};

/**
 * A select of one row per household of `facts`: `keys`, `levelColumns`, of each criterion `criterionColumns`, and with `bands` of each band
 * `bandColumns`. Unknown facts leave every band possible that they may mean; points are then known only between the least and the most of
 * those. All NULL on days when the scale is not in force. Pure: the same for the same arguments.
 */
export function levelSelect(
  scale: Scale,
  terms: ProgrammeSet["terms"],
  judging: Judging,
  facts: string,
  keys: string,
  { bands = false } = {},
): string {
  const bind: Bind = (expression) => boundSql(expression, judging);
  const isInForce = isOn(scale, judging);
  const { criteria } = scale;
  const met = criteria.flatMap(({ id, bands: own }) =>
    own
      .slice(0, -1)
      .map((band) => `${isInForce ? conditionSql(band, bind) : "null::boolean"} as ${identifier(bandColumns(id, band.id).met)}`),
  );
  const shown = criteria.flatMap((criterion) => criterionSql(criterion, isInForce, bind, bands));
  const sum = (side: "least" | "most") => criteria.map(({ id }) => identifier(criterionColumns(id)[side])).join(" + ");
  const { level, best, worst, least, most } = levelColumns;
  const names = criteria.flatMap(({ id, bands: own }) => [
    ...Object.values(criterionColumns(id)),
    ...(bands ? own.slice(0, -1).flatMap((band) => Object.values(bandColumns(id, band.id))) : []),
  ]);
  const of = (points: string) => (isInForce ? levelOf(scale, points, bind) : "null::varchar");
  return `select ${keys}, case when ${best} = ${worst} then ${best} end as ${level}, ${best}, ${worst}, ${least}, ${most},
  ${names.map(identifier).join(", ")}
from (select *, ${of(most)} as ${best}, ${of(least)} as ${worst}
  from (select *, (${sum("least")})::integer as ${least}, (${sum("most")})::integer as ${most}
    from (select *, ${shown.join(",\n      ")}
      from (select *, ${met.join(",\n        ")}
        from ${withTerms(terms, bind, facts)}))))`;
}

/** The level of a sum of points; NULL of none. */
function levelOf({ levels }: Scale, points: string, bind: Bind): string {
  const steps = levels.flatMap(({ level, from }) => (from === undefined ? [] : [`when ${points} >= ${bind(from)} then '${level}'`]));
  return `(case when ${points} is null then null ${steps.join(" ")} else '${levels.at(-1)?.level}' end)`;
}

function criterionSql({ id, value, shownPer, bands }: Criterion, isInForce: boolean, bind: Bind, withBands: boolean): string[] {
  const columns = criterionColumns(id);
  const met = bands.slice(0, -1).map((band) => identifier(bandColumns(id, band.id).met));
  const points = bands.map((band) => `(${bind(band.points)})`);
  const possible = bands.map((_, index) => {
    const before = met.slice(0, index).map((each) => `${each} is not true`);
    const own = index < met.length ? [`${met[index]} is not false`] : [];
    return `case when ${[...before, ...own].join(" and ")} then ${points[index]} end`;
  });
  const first = met.map((each, index) => `when ${each} is null then null when ${each} then '${bands[index]?.id}'`);
  const thresholds = bands.slice(0, -1).map((band) => {
    const sql = isInForce
      ? shownSql(band.threshold, { shownPer: band.value?.sql === value?.sql ? shownPer : undefined }, bind)
      : "null::double";
    return `${sql} as ${identifier(bandColumns(id, band.id).threshold)}`;
  });
  const one = (sql: string, type: string) => (isInForce ? `(${sql})::${type}` : `null::${type}`);
  return [
    `${isInForce ? shownSql(value, { shownPer }, bind) : "null::double"} as ${identifier(columns.value)}`,
    `${one(`case ${first.join(" ")} else '${bands.at(-1)?.id}' end`, "varchar")} as ${identifier(columns.band)}`,
    `${one(`least(${possible.join(", ")})`, "integer")} as ${identifier(columns.least)}`,
    `${one(`greatest(${possible.join(", ")})`, "integer")} as ${identifier(columns.most)}`,
    ...(withBands ? thresholds : []),
  ];
}
