import { quarterName } from "../domain/dates.ts";
import type { Session } from "../warehouse/session.ts";
import { anyMoney, cellsSql, incomes, partsSql } from "./cells.ts";
import { codesOf, incomeStep, type Sides, simulate } from "./evaluate.ts";
import { giniCoefficients } from "./gini.ts";
import { marginalBands } from "./marginal-bands.ts";
import type { Part, Poverty, Reached, SimulatedDay } from "./result.ts";
import { rounded } from "./rounded.ts";
import { type Drawn, isWhole, ratioError, shareError, totalError } from "./sampling-errors.ts";

/** Compares two sides over the register of a day, all but the lists. `share`: of households that are drawn, 1 for all. */
export async function measureDay(session: Session, sides: Sides, share: number): Promise<Omit<SimulatedDay, "lists">> {
  const households = await simulate(session, sides, share);
  const codes = [...codesOf(sides), anyMoney];
  await session.script(`create or replace temp table simulation_cell as ${cellsSql(codes, sides, share < 1)}`);
  const sampled = await session.value<number>("select count(*)::integer from simulated");
  const drawn = { households, sampled };
  const { gini, errors } = await giniCoefficients(session, incomes, drawn);
  const rows = await session.rows<Record<string, number | string>>(partsSql());
  return {
    as_of: sides.today.facts.cut.asOf,
    income_quarter: quarterName(sides.today.facts.incomeQuarter),
    households,
    sampled,
    parts: rows.map((row) => partOf(row, codes, drawn)),
    gini,
    ...(errors === undefined ? {} : { gini_errors: errors }),
    income_step_lcu: incomeStep,
    marginal: await marginalBands(session, drawn),
  };
}

function partOf(row: Record<string, number | string>, codes: readonly string[], drawn: Drawn): Part {
  const of = (name: string) => Number(row[name] ?? 0);
  const scale = drawn.sampled === 0 ? 0 : drawn.households / drawn.sampled;
  const total = (name: string) => Math.round(of(name) * scale);
  const programmes = Object.fromEntries(
    codes.map((code) => [
      code,
      Object.fromEntries(reachedFigures.map((figure) => [figure, total(`${code}.${figure}`)])) as never as Reached,
    ]),
  );
  const persons = of("persons_with_income");
  const povertyOf = (name: string): Poverty => {
    const share = (order: number) => (persons === 0 ? 0 : rounded(of(`${name}.${order}`) / persons, 8));
    return { fgt0: share(0), fgt1: share(1), fgt2: share(2), poor_persons: total(`${name}.0`) };
  };
  const poverty = Object.fromEntries(
    Object.keys(incomes).map((when) => [when, { by_line: povertyOf(`${when}_by_line`), by_minimum: povertyOf(`${when}_by_minimum`) }]),
  ) as Part["poverty"];
  return {
    part: String(row.part),
    value: String(row.value),
    families: total("families"),
    persons: total("persons"),
    persons_with_income: total("persons_with_income"),
    programmes,
    poverty,
    ...(isWhole(drawn) ? {} : { standard_errors: totalErrors(of, codes, drawn), rate_errors: rateErrors(of, codes, drawn) }),
  };
}

const reachedFigures: readonly (keyof Reached)[] = [
  "families_today",
  "families_changed",
  "persons_today",
  "persons_changed",
  "both_families",
  "gained_families",
  "lost_families",
  "no_longer_known_families",
  "gained_persons",
  "lost_persons",
  "raised_families",
  "lowered_families",
  "unknown_today",
  "unknown_changed",
  "sum_today_lcu",
  "sum_changed_lcu",
  "poor_families",
  "poor_reached_today",
  "poor_reached_changed",
  "not_poor_reached_today",
  "not_poor_reached_changed",
];

function totalErrors(of: (name: string) => number, codes: readonly string[], drawn: Drawn): NonNullable<Part["standard_errors"]> {
  const error = (name: string) => rounded(totalError(of(name), of(`${name}^2`) || of(name), drawn), 1);
  return Object.fromEntries(
    codes.map((code) => [code, Object.fromEntries(reachedFigures.map((figure) => [figure, error(`${code}.${figure}`)]))]),
  );
}

function rateErrors(of: (name: string) => number, codes: readonly string[], drawn: Drawn): NonNullable<Part["rate_errors"]> {
  const share = (part: string, whole: string) => rounded(shareError(of(part), of(whole), drawn), 8);
  const programmes = codes.map((code) => [
    code,
    {
      exclusion_today: share(`${code}.poor_reached_today`, `${code}.poor_families`),
      exclusion_changed: share(`${code}.poor_reached_changed`, `${code}.poor_families`),
      inclusion_today: share(`${code}.not_poor_reached_today`, `${code}.families_today`),
      inclusion_changed: share(`${code}.not_poor_reached_changed`, `${code}.families_changed`),
    },
  ]);
  const fgt = (name: string) => {
    const order = (each: number) => {
      const y = `${name}.${each}`;
      const sums = { y: of(y), yy: of(`${y}^2`), xy: of(`${y}*persons`), x: of("persons_with_income"), xx: of("persons_with_income^2") };
      return rounded(ratioError(sums, drawn), 8);
    };
    return { fgt0: order(0), fgt1: order(1), fgt2: order(2) };
  };
  const poverty = Object.keys(incomes).map((when) => [when, { by_line: fgt(`${when}_by_line`), by_minimum: fgt(`${when}_by_minimum`) }]);
  return { programmes: Object.fromEntries(programmes), poverty: Object.fromEntries(poverty) };
}
