import { quarterName } from "../domain/dates.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import { codesOf, groups, incomeStep, type Sides, sideColumns, simulate } from "./evaluate.ts";
import { marginalBands } from "./marginal-bands.ts";
import type { Part, Poverty, Reached, SimulatedDay, Three } from "./result.ts";
import { rounded } from "./rounded.ts";

/** All programmes that pay by the month, as one. */
export const anyMoney = "any_money";
const yardsticks = { by_line: "line_3", by_minimum: "minimum_3" } as const;
const incomes = { before: "before_3", today: "before_3 + 3 * t_month", changed: "before_3 + 3 * c_month" } as const;

/** Compares two sides over the register of a day, all but the lists. `share`: of households that are drawn, 1 for all. */
export async function measureDay(session: Session, sides: Sides, share: number): Promise<Omit<SimulatedDay, "lists">> {
  const households = await simulate(session, sides, share);
  const codes = [...codesOf(sides), anyMoney];
  await session.script(`create or replace temp table simulation_cell as ${cellsSql(codes, sides, share < 1)}`);
  const sampled = await session.value<number>("select count(*)::integer from simulated");
  const rows = await session.rows<Record<string, number | string>>(partsSql());
  return {
    as_of: sides.today.facts.cut.asOf,
    income_quarter: quarterName(sides.today.facts.incomeQuarter),
    households,
    sampled,
    parts: rows.map((row) => partOf(row, codes, { households, sampled })),
    gini: await ginis(session),
    income_step_lcu: incomeStep,
    marginal: await marginalBands(session),
  };
}

type Sum = readonly [name: string, sql: string];

/** One row per region and combination of groups, with sums of whole numbers and decimals only. */
function cellsSql(codes: readonly string[], sides: Sides, isSampled: boolean): string {
  const known = "before_3 is not null and line_3 is not null";
  const sums: Sum[] = [
    ["families", "count(*)"],
    ["persons", "sum(members)"],
    ["persons_with_income", `sum(members) filter (where ${known})`],
    ...codes.flatMap((code) => sumsOf(code, sides, isSampled)),
    ...Object.entries(incomes).flatMap(([when, income]) =>
      Object.entries(yardsticks).flatMap(([by, line]) => povertySums(`${when}_${by}`, income, line, known)),
    ),
  ];
  return `select region, ${groups.join(", ")}, ${sums.map(([name, sql]) => `coalesce(${sql}, 0) as ${identifier(name)}`).join(",\n  ")}
from simulated group by all`;
}

function sumsOf(code: string, { today, changed }: Sides, isSampled: boolean): Sum[] {
  const reached = (side: "t" | "c") => {
    if (code === anyMoney) return { is: `${side}_month > 0`, isNot: `${side}_month = 0`, unknown: "false", sum: `${side}_month` };
    const frame = side === "t" ? today.frame : changed.frame;
    const names = sideColumns(side, code);
    if (!isIn(frame, code)) return { is: "false", isNot: "true", unknown: "false", sum: "0" };
    const is = identifier(names.reached);
    return { is: `coalesce(${is}, false)`, isNot: `coalesce(not ${is}, false)`, unknown: `${is} is null`, sum: identifier(names.amount) };
  };
  const [t, c] = [reached("t"), reached("c")];
  const poor = "before_3 < line_3";
  const count = (name: string, where: string): Sum => [`${code}.${name}`, `count(*) filter (where ${where})`];
  const persons = (name: string, where: string): Sum => [`${code}.${name}`, `sum(members) filter (where ${where})`];
  const wholes: Sum[] = [
    count("families_today", t.is),
    count("families_changed", c.is),
    persons("persons_today", t.is),
    persons("persons_changed", c.is),
    count("both_families", `${t.is} and ${c.is}`),
    count("gained_families", `${c.is} and not ${t.is}`),
    count("lost_families", `${t.is} and ${c.isNot}`),
    count("no_longer_known_families", `${t.is} and ${c.unknown}`),
    persons("gained_persons", `${c.is} and not ${t.is}`),
    persons("lost_persons", `${t.is} and ${c.isNot}`),
    count("raised_families", `${c.sum} > ${t.sum}`),
    count("lowered_families", `${c.sum} < ${t.sum}`),
    count("unknown_today", t.unknown),
    count("unknown_changed", c.unknown),
    [`${code}.sum_today_lcu`, `sum(${t.sum})`],
    [`${code}.sum_changed_lcu`, `sum(${c.sum})`],
    count("poor_families", poor),
    count("poor_reached_today", `${poor} and ${t.is}`),
    count("poor_reached_changed", `${poor} and ${c.is}`),
    count("not_poor_reached_today", `before_3 >= line_3 and ${t.is}`),
    count("not_poor_reached_changed", `before_3 >= line_3 and ${c.is}`),
  ];
  if (!isSampled) return wholes;
  const square = (name: string, sql: string, where = "true"): Sum => [
    `${code}.${name}^2`,
    `sum((${sql})::hugeint * (${sql})) filter (where ${where})`,
  ];
  return [
    ...wholes,
    square("persons_today", "members", t.is),
    square("persons_changed", "members", c.is),
    square("gained_persons", "members", `${c.is} and not ${t.is}`),
    square("lost_persons", "members", `${t.is} and ${c.isNot}`),
    square("sum_today_lcu", t.sum),
    square("sum_changed_lcu", c.sum),
  ];
}

function isIn(frame: Sides["today"]["frame"], code: string): boolean {
  return codesOf({ today: { frame }, changed: { frame } } as Sides).includes(code);
}

/** Gaps in shares of the line to eight digits, over persons, so that their sums are exact whatever the order. */
function povertySums(name: string, income: string, line: string, known: string): Sum[] {
  const poor = `${known} and ${income} < ${line}`;
  const gap = `greatest(0, 1 - (${income}) / nullif(${line}, 0))::decimal(12, 8)`;
  return [
    [`${name}.0`, `sum(members) filter (where ${poor})`],
    [`${name}.1`, `sum(${gap} * members) filter (where ${poor})`],
    [`${name}.2`, `sum((${gap} * ${gap}) * members) filter (where ${poor})`],
  ];
}

/** The sums of everybody, of each region, and of each group. */
function partsSql(): string {
  const sums = `sum(columns(* exclude (region, ${groups.join(", ")})))`;
  const selects = [
    `select 0 as place, 'all' as part, '' as value, ${sums} from simulation_cell`,
    `select 1, 'region', region, ${sums} from simulation_cell group by region`,
    ...groups.flatMap((group, index) => [
      `select ${2 + 2 * index}, 'group', '${group}', ${sums} from simulation_cell where ${group} having count(*) > 0`,
      ...(group === "is_rural"
        ? [`select ${3 + 2 * index}, 'group', 'is_urban', ${sums} from simulation_cell where not ${group} having count(*) > 0`]
        : []),
    ]),
  ];
  return `select * exclude (place) from (${selects.join("\nunion all ")}) order by place, value`;
}

interface Drawn {
  households: number;
  sampled: number;
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
    ...(drawn.sampled === drawn.households ? {} : { standard_errors: errorsOf(of, codes, drawn) }),
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

/**
 * Standard errors of totals of a simple random sample of n of N households: N sqrt((1 - n/N) s2 / n), s2 the variance of the figure over the
 * sample, 0 outside the part (Cochran, Sampling Techniques, 2.5 and 2.12).
 */
function errorsOf(
  of: (name: string) => number,
  codes: readonly string[],
  { households, sampled }: Drawn,
): NonNullable<Part["standard_errors"]> {
  const error = (name: string) => {
    const sum = of(name);
    const squares = of(`${name}^2`) || sum;
    const variance = sampled < 2 ? 0 : Math.max(0, (squares - (sum * sum) / sampled) / (sampled - 1));
    return rounded(households * Math.sqrt(((1 - sampled / households) * variance) / sampled), 1);
  };
  return Object.fromEntries(
    codes.map((code) => [code, Object.fromEntries(reachedFigures.map((figure) => [figure, error(`${code}.${figure}`)]))]),
  );
}

/** Gini coefficients of income per head over persons, from whole sums of the families in order of it; families of equal income weigh the same in any order. */
async function ginis(session: Session): Promise<Three<number>> {
  const entries: [string, number][] = [];
  for (const [when, income] of Object.entries(incomes)) {
    const gini = await session.value<number | null>(`
      with family as (
        select ${income} as income_3, members, sum(members) over (order by (${income}) / members, household_id rows unbounded preceding)::bigint as up_to
        from simulated where before_3 is not null and line_3 is not null
      )
      select (sum(income_3::hugeint * (2 * up_to - members - (select sum(members) from family)::bigint))::double
        / nullif(sum(members)::hugeint * sum(income_3)::hugeint, 0)::double)
      from family`);
    entries.push([when, rounded(gini ?? 0, 8)]);
  }
  return Object.fromEntries(entries) as Three<number>;
}
