import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted, type Session } from "../src/warehouse/session.ts";
import type { Row } from "../src/warehouse/values.ts";
import { calm, type ListedRun, listedRun, type TestHousehold } from "./support/listed-run.ts";
import { pseudonym, temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const asOf = "2026-10-01";

/** log-odds = -2 + 2 x (overdue_days_max - 30) / 30 + 1 x (0.5 - attendance_rate_3m) / 0.5 + 0.5 x (children - 2) */
const terms = [
  { name: "overdue_days_max", transform: "none" as const, mean: 30, deviation: 30, coefficient: 2, missing: null },
  { name: "attendance_rate_3m", transform: "none" as const, mean: 0.5, deviation: 0.5, coefficient: -1, missing: null },
  { name: "children", transform: "none" as const, mean: 2, deviation: 1, coefficient: 0.5, missing: null },
];
const working = { ...calm, working_age_adults: 2, wage_earners_3m: 2 };
const families: TestHousehold[] = [
  {
    name: "poor",
    features: {
      ...working,
      is_below_line: true,
      is_below_subsistence: true,
      income_per_capita_q0_lcu: 30000,
      poverty_line_q0_lcu: 48000,
      line_shortfall_lcu: 18000,
      income_to_line_ratio: 0.625,
      income_to_subsistence_ratio: 0.5,
      members: 5,
      children: 3,
      children_1_6: 2,
      children_school_age: 1,
      wage_earners_3m: 0,
      days_since_income_record: 12,
      days_since_newest_record: 3,
    },
    programmes: {
      tsa: { state: "may_be_entitled", amount: 90_000 },
      child_supplement: { state: "may_be_entitled", amount: 12_976 },
      school_package: { state: "may_be_entitled" },
    },
    risk: 0.99,
  },
  {
    name: "slipping",
    features: { ...working, overdue_days_max: 60, attendance_rate_3m: 0.25, children: 3, income_to_subsistence_ratio: 1.4 },
    risk: 0.6,
  },
  {
    name: "trader",
    features: {
      ...working,
      has_sole_trader: true,
      self_employment_monthly_3m_lcu: 90000,
      spending_to_income_ratio_3m: 1.8,
      utility_arrears_lcu: 50000,
    },
  },
  { name: "bereaved", features: { ...working, deaths_of_earner_12m: 1, wage_earners_3m: 0 } },
  { name: "dark", unknown_reason: "no_income_register", confidence: 0.2, features: { registers_known: 1, days_since_newest_record: 800 } },
  ...["c1", "c2", "c3"].map((name) => ({ name, features: working })),
];

let run: ListedRun;
let session: Session;
beforeAll(async () => {
  run = await listedRun(join(root, "run"), asOf, families, terms);
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
});
afterAll(() => session.close());

const rowsOf = (table: string, name: string, of: ListedRun = run): Promise<Row[]> =>
  session.rows(
    `select * from read_parquet(${quoted(join(of.runDirectory, "explain", `${table}.parquet`))}) where household_id = ${quoted(pseudonym(name))} order by all`,
  );
const sourcesOf = async (name: string) =>
  (await rowsOf("reasons", name)).filter((row) => row.source !== "question").map((row) => [row.source, row.code]);

describe("reasons", () => {
  test("of a family in need are the rules it meets, what is missing to the line, then facts; the unused score says nothing", async () => {
    expect(await sourcesOf("poor")).toEqual([
      ["rule", "below-line-without-tsa"],
      ["need", "line_shortfall_lcu"],
      ["data", "wage_earners_3m"],
    ]);
  });

  test("a rule that says nothing new beside a graver one is passed over", async () => {
    expect((await sourcesOf("bereaved")).slice(0, 2)).toEqual([
      ["rule", "only-earner-died"],
      ["data", "children"],
    ]);
    const states = Object.fromEntries((await rowsOf("conditions", "bereaved")).map((row) => [row.rule, row.state]));
    expect(states).toMatchObject({ "only-earner-died": "met", "earner-died": "met" });
  });

  test("of a family at risk are the model's own contributions, the greatest first, without those that lower the risk", async () => {
    const contributions = await rowsOf("contributions", "slipping");
    // 2 x 30/30 = 2; -1 x -0.25/0.5 = 0.5; 0.5 x 1/1 = 0.5. Equal parts stand in order of name.
    expect(await sourcesOf("slipping")).toEqual([
      ["model", "overdue_days_max"],
      ["model", "attendance_rate_3m"],
      ["model", "children"],
    ]);
    expect(contributions.map((row) => [row.feature, row.contribution])).toEqual([
      ["attendance_rate_3m", 0.5],
      ["children", 0.5],
      ["overdue_days_max", 2],
    ]);
  });

  test("contributions add up to the score less its base", async () => {
    const [score] = await rowsOf("scores", "slipping");
    const parts = (await rowsOf("contributions", "slipping")).map((row) => row.contribution as number);
    expect(score).toMatchObject({ base: -2, margin: 1 });
    expect(Math.abs((score?.margin as number) - (score?.base as number) - parts.reduce((sum, part) => sum + part, 0))).toBeLessThan(1e-9);
  });

  test("there are at least three for everybody on the list, each with a register and a date not after the run's", async () => {
    const path = (table: string) => `read_parquet(${quoted(join(run.runDirectory, "explain", `${table}.parquet`))})`;
    const rows = await session.rows(`
      select e.household_id, count(r.code)::integer as reasons, max(r.as_of)::varchar as newest, count(r.register)::integer as registers
      from ${path("entries")} as e left join ${path("reasons")} as r on r.household_id = e.household_id and r.source <> 'question'
      group by e.household_id order by e.household_id`);
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const row of rows) {
      expect(row.reasons, String(row.household_id)).toBeGreaterThanOrEqual(3);
      expect(row.registers).toBe(row.reasons);
      expect(String(row.newest) <= asOf).toBe(true);
    }
  });

  test("a reason carries value, unit, register and the day that register last spoke of the family", async () => {
    const [rule] = (await rowsOf("reasons", "poor")).filter((row) => row.code === "below-line-without-tsa");
    expect(rule).toMatchObject({ position: 1, value: 30000, unit: "lcu", register: "income", as_of: "2026-09-19", contribution: null });
    expect(JSON.parse(String(rule?.arguments))).toEqual({ income_per_capita_q0_lcu: 30000, poverty_line_q0_lcu: 48000 });
  });

  test("a family in the dark is told why it was drawn", async () => {
    expect((await sourcesOf("dark"))[0]).toEqual(["lane", "low_data"]);
  });

  test("a sole trader's spending is a question beside the reasons, never one of them", async () => {
    const questions = (await rowsOf("reasons", "trader")).filter((row) => row.source === "question");
    expect(questions.map((row) => row.code)).toEqual(["sole-trader-spending"]);
    expect((await sourcesOf("trader")).map(([, code]) => code)).not.toContain("sole-trader-spending");
    const [entry] = await rowsOf("entries", "trader");
    expect(entry).toMatchObject({ tier: "watch", basis: "rule" });
  });

  test("each rule in force says met, unmet or unknown", async () => {
    const states = Object.fromEntries((await rowsOf("conditions", "poor")).map((row) => [row.rule, row.state]));
    expect(states).toMatchObject({ "below-line-without-tsa": "met", "map-level-e": "unknown", "below-subsistence-without-tsa": "unmet" });
  });
});

describe("offers", () => {
  test("name the programme, the sum and the rule that suggests it; those with a sum come first", async () => {
    const offers = (await rowsOf("offers", "poor")).map((row) => [
      row.programme,
      row.amount_lcu,
      row.period,
      row.rules,
      row.is_known_to_fit,
    ]);
    expect(offers.slice(0, 3)).toEqual([
      ["tsa", 90000, "month", ["below-line-without-tsa"], true],
      ["child_supplement", 12976, "month", ["below-line-without-tsa"], true],
      ["school_package", null, null, ["below-line-without-tsa"], true],
    ]);
    expect(offers.map(([programme]) => programme)).not.toContain("in_kind_set"); // not in force any more: it gave way to the payment
  });

  test("what nobody knows yet is offered to be found out; a plain no is not on the sheet", async () => {
    const offers = (await rowsOf("offers", "poor")).filter((row) => row.programme === "large_family_benefit");
    expect(offers.map((row) => [row.amount_lcu, row.is_known_to_fit])).toEqual([[null, false]]); // of its persons nothing is known
  });

  test("what a programme gives is judged by the programme alone, whatever the features say", async () => {
    const below = { ...working, is_below_line: true, is_below_subsistence: true, children_1_6: 2, children_school_age: 1 };
    const told: TestHousehold[] = [
      { name: "served", features: below, programmes: { tsa: { state: "may_be_entitled", amount: 100, receives: true } } },
      { name: "ruled out", features: below, programmes: { tsa: { state: "not_by_registers", receives: false } } },
      { name: "in the dark", features: below, programmes: { tsa: { state: "unknown", amount: 100, receives: false } } },
      {
        name: "above",
        features: working,
        programmes: { large_family_benefit: { state: "may_be_entitled", amount: 69_330, receives: false } },
      },
      {
        name: "flooded",
        features: { ...working, emergencies_area_6m: 1, emergency_severity_6m: 2, is_rural: true, livestock_quantity: 5 },
        programmes: { flood_lump_sum: { state: "unknown", amount: 432_500 } },
      },
    ];
    const other = await listedRun(join(root, "told"), asOf, told);
    const of = async (name: string, programme: string) =>
      (await rowsOf("offers", name, other))
        .filter((row) => row.programme === programme)
        .map((row) => [row.amount_lcu, row.period, row.rules, row.is_known_to_fit]);
    const rules = ["below-line-without-tsa"];
    expect(await of("served", "tsa")).toEqual([]);
    expect(await of("ruled out", "tsa")).toEqual([]);
    expect(await of("in the dark", "tsa")).toEqual([[null, null, rules, false]]);
    expect(await of("above", "large_family_benefit")).toEqual([[69_330, "month", [], true]]); // open: no rule suggests it
    expect((await of("flooded", "flood_lump_sum"))[0]).toEqual([432_500, "once", expect.anything(), false]); // only a visit can find out
  });
});

describe("two gates", () => {
  test("flipping every score changes no rule's verdict and no offer", async () => {
    const flipped = families.map((family) => (family.risk === undefined ? family : { ...family, risk: 1 - family.risk }));
    const other = await listedRun(join(root, "flipped"), asOf, flipped, terms);
    expect(other.manifest).toEqual(run.manifest);
    const differing: string[] = [];
    for (const { name } of families) {
      for (const table of ["offers", "conditions"]) {
        const [before, after] = [await rowsOf(table, name), await rowsOf(table, name, other)];
        if (before.length > 0 && after.length > 0) expect(after, `${table} of ${name}`).toEqual(before);
      }
      const [before, after] = [await rowsOf("entries", name), await rowsOf("entries", name, other)];
      if (JSON.stringify(before) !== JSON.stringify(after)) differing.push(name);
    }
    expect(differing).toContain("slipping"); // the order did change: 0.6 became 0.4
    const verdicts = (of: ListedRun) =>
      session.rows(`select * from read_parquet(${quoted(join(of.runDirectory, "rules", "*.parquet"))}) order by household_id`);
    expect(await verdicts(other)).toEqual(await verdicts(run));
  });
});
