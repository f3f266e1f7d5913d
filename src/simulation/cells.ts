import { identifier } from "../warehouse/session.ts";
import { codesOf, groups, type Sides, sideColumns } from "./evaluate.ts";

/** All programmes that pay by the month, as one. */
export const anyMoney = "any_money";
const yardsticks = { by_line: "line_3", by_minimum: "minimum_3" } as const;
/** A family's income over the quarter: before assistance, with today's, and with the changed one. */
export const incomes = { before: "before_3", today: "before_3 + 3 * t_month", changed: "before_3 + 3 * c_month" } as const;

type Named = readonly [name: string, sql: string];
const listed = (columns: readonly Named[]) => columns.map(([name, sql]) => `${sql} as ${identifier(name)}`).join(",\n  ");

/**
 * One row per district and combination of groups, with sums of whole numbers and decimals only. Families that are alike in every yes and no are
 * added up first, so that the many sums with conditions are taken over few rows.
 */
export function cellsSql(codes: readonly string[], sides: Sides, isSampled: boolean): string {
  const sums = [
    ...([
      ["families", "sum(n)"],
      ["persons", "sum(persons)"],
    ] as const),
    ["persons_with_income", "sum(persons) filter (where is_known)"] as const,
    ["persons_with_income^2", "sum(persons_squared) filter (where is_known)"] as const,
    ...codes.flatMap((code) => sumsOf(code, isSampled)),
    ...povertyNames.flatMap((name) => povertySums(name, isSampled)),
  ];
  return `with alike as (${alikeSql(codes, sides, isSampled)})
select region, district, ${groups.join(", ")},
  ${listed(sums.map(([name, sql]) => [name, `coalesce(${sql}, 0)`]))}
from alike group by all`;
}

const povertyNames = Object.keys(incomes).flatMap((when) => Object.keys(yardsticks).map((by) => `${when}_${by}`));

/** Sums over the families that are alike: of a place and groups, in what each programme says of them on both sides, and in being poor. */
function alikeSql(codes: readonly string[], sides: Sides, isSampled: boolean): string {
  const squared = (sql: string) => `sum((${sql})::hugeint * (${sql}))`;
  const known = "before_3 is not null and line_3 is not null";
  const keys: Named[] = [
    ["is_known", known],
    ["is_poor", "before_3 < line_3"],
    ...codes.flatMap((code): Named[] => {
      const [t, c] = [sideOf("t", code, sides), sideOf("c", code, sides)];
      return [
        [`${code}.t`, t.reached],
        [`${code}.c`, c.reached],
        [`${code}.more`, `sign(${c.sum} - ${t.sum})::tinyint`],
      ];
    }),
  ];
  const sums: Named[] = [
    ["n", "count(*)"],
    ["persons", "sum(members)"],
    ["persons_squared", "sum(members * members)"],
  ];
  for (const code of codes)
    for (const side of ["t", "c"] as const) {
      const { sum } = sideOf(side, code, sides);
      sums.push([`${code}.${side}_lcu`, `sum(${sum})`]);
      if (isSampled) sums.push([`${code}.${side}_lcu^2`, squared(sum)]);
    }
  for (const [when, income] of Object.entries(incomes))
    for (const [by, line] of Object.entries(yardsticks)) {
      const name = `${when}_${by}`;
      keys.push([`${name}.poor`, `${known} and ${income} < ${line}`]);
      sums.push(
        ...gapSums(name, `case when ${known} then greatest(0, 1 - (${income}) / nullif(${line}, 0)) end::decimal(12, 8)`, isSampled),
      );
    }
  return `select region, district, ${groups.join(", ")},
  ${listed([...keys, ...sums])}
from simulated group by all`;
}

/** Gaps in shares of the line to eight digits, over persons, so that their sums are exact whatever the order; of a sample also squares and products with members. */
function gapSums(name: string, gap: string, isSampled: boolean): Named[] {
  const orders = [
    [1, gap],
    [2, `((${gap}) * (${gap}))`],
  ] as const;
  return orders.flatMap(([order, each]): Named[] => {
    const sum: Named = [`${name}.${order}`, `sum(${each} * members)`];
    const short = `(${each})::decimal(9, 8)`;
    return isSampled
      ? [
          sum,
          [`${name}.${order}^2`, `sum((${short} * members) * (${short} * members))`],
          [`${name}.${order}*persons`, `sum(${short} * members * members)`],
        ]
      : [sum];
  });
}

/** Whether a side reaches a family by a programme (NULL: not known), and with what sum. */
function sideOf(side: "t" | "c", code: string, { today, changed }: Sides): { reached: string; sum: string } {
  if (code === anyMoney) return { reached: `${side}_month > 0`, sum: `${side}_month` };
  const frame = side === "t" ? today.frame : changed.frame;
  if (!codesOf({ today: { frame }, changed: { frame } } as Sides).includes(code)) return { reached: "false", sum: "0" };
  const names = sideColumns(side, code);
  return { reached: identifier(names.reached), sum: identifier(names.amount) };
}

function sumsOf(code: string, isSampled: boolean): Named[] {
  const column = (name: string) => identifier(`${code}.${name}`);
  const side = (name: "t" | "c") => ({
    is: `coalesce(${column(name)}, false)`,
    isNot: `coalesce(not ${column(name)}, false)`,
    unknown: `${column(name)} is null`,
  });
  const [t, c] = [side("t"), side("c")];
  const count = (name: string, where: string): Named => [`${code}.${name}`, `sum(n) filter (where ${where})`];
  const persons = (name: string, where: string): Named[] => [
    [`${code}.${name}`, `sum(persons) filter (where ${where})`],
    ...(isSampled ? ([[`${code}.${name}^2`, `sum(persons_squared) filter (where ${where})`]] as const) : []),
  ];
  const money = (name: string, of: string): Named[] => [
    [`${code}.${name}`, `sum(${column(of)})`],
    ...(isSampled ? ([[`${code}.${name}^2`, `sum(${column(`${of}^2`)})`]] as const) : []),
  ];
  return [
    count("families_today", t.is),
    count("families_changed", c.is),
    ...persons("persons_today", t.is),
    ...persons("persons_changed", c.is),
    count("both_families", `${t.is} and ${c.is}`),
    count("gained_families", `${c.is} and not ${t.is}`),
    count("lost_families", `${t.is} and ${c.isNot}`),
    count("no_longer_known_families", `${t.is} and ${c.unknown}`),
    ...persons("gained_persons", `${c.is} and not ${t.is}`),
    ...persons("lost_persons", `${t.is} and ${c.isNot}`),
    count("raised_families", `${column("more")} > 0`),
    count("lowered_families", `${column("more")} < 0`),
    count("unknown_today", t.unknown),
    count("unknown_changed", c.unknown),
    ...money("sum_today_lcu", "t_lcu"),
    ...money("sum_changed_lcu", "c_lcu"),
    count("poor_families", "is_poor"),
    count("poor_reached_today", `is_poor and ${t.is}`),
    count("poor_reached_changed", `is_poor and ${c.is}`),
    count("not_poor_reached_today", `not is_poor and ${t.is}`),
    count("not_poor_reached_changed", `not is_poor and ${c.is}`),
  ];
}

function povertySums(name: string, isSampled: boolean): Named[] {
  const column = (part: string) => identifier(`${name}.${part}`);
  const poor = column("poor");
  const of = (part: string): Named => [`${name}.${part}`, `sum(${column(part)}) filter (where ${poor})`];
  const heads = `sum(persons_squared) filter (where ${poor})`;
  const wholes: Named[] = [[`${name}.0`, `sum(persons) filter (where ${poor})`], of("1"), of("2")];
  if (!isSampled) return wholes;
  const squares = ["1^2", "1*persons", "2^2", "2*persons"].map(of);
  return [...wholes, [`${name}.0^2`, heads], [`${name}.0*persons`, heads], ...squares];
}

/** The sums of everybody, of each region and district, and of each group. */
export function partsSql(): string {
  const sums = `sum(columns(* exclude (region, district, ${groups.join(", ")})))`;
  const selects = [
    `select 0 as place, 'all' as part, '' as value, ${sums} from simulation_cell`,
    `select 1, 'region', region, ${sums} from simulation_cell group by region`,
    ...groups.flatMap((group, index) => [
      `select ${2 + 2 * index}, 'group', '${group}', ${sums} from simulation_cell where ${group} having count(*) > 0`,
      ...(group === "is_rural"
        ? [`select ${3 + 2 * index}, 'group', 'is_urban', ${sums} from simulation_cell where not ${group} having count(*) > 0`]
        : []),
    ]),
    `select 100, 'district', district, ${sums} from simulation_cell group by district`,
  ];
  return `select * exclude (place) from (${selects.join("\nunion all ")}) order by place, value`;
}
