import { describe, expect, test } from "vitest";
import { indicatorCodes } from "../src/indicators/programme.ts";
import { fullCoverage, household, income, months, person, type Tables } from "./support/features.ts";
import { cellsOf, countsOf, family, type Measuring, measured, onTsa, tsa } from "./support/indicators.ts";
import type { TestCoverage, TestRow } from "./support/registry.ts";

/** The line of the tests is 40,000 a member and month, the subsistence minimum 50,000; the reference quarter is July to September 2026. */
const quarterly = (household_id: string, first: string, last: string, amount: number) =>
  months(first, last).map((month) => income(household_id, month, amount, { recorded_at: `${month}-27` }));
const without = (table: string, area: string): TestCoverage[] =>
  fullCoverage.flatMap((each) => (each.table === table ? [{ ...each, area }] : [each]));
const covered = new Set<string>();
const counts = (code: string, tables: Tables, coverage?: TestCoverage[], options: Measuring = {}) => {
  covered.add(code);
  return countsOf(code, { tables, ...(coverage === undefined ? {} : { coverage }) }, options);
};

describe("spells", () => {
  const spellsOf = (grants: TestRow[], values: Measuring["values"] = {}) =>
    measured({ tables: { household: [family("a")], benefit: grants } }, { values }, (session) =>
      session.rows("select starts_on, until, days, is_running, has_ended, is_start_seen from tsa_spell order by starts_on"),
    );

  test.each([
    ["2025-06-30", 1],
    ["2025-07-01", 2],
  ])("a grant that begins on %s, after one that ended on 31 March, makes %i spells", async (second, expected) => {
    const grants = [tsa("a", "2025-01-01", "2025-03-31"), tsa("a", second, "2025-09-30")];
    expect(await spellsOf(grants)).toHaveLength(expected);
    // The date is that of the parameter: 91 days apart are two spells where 91 days are the gap.
    expect(await spellsOf(grants, { tsa_spell_gap_days: 91 })).toHaveLength(2);
  });

  test("spells of 92 days are those of the labels", async () => {
    const benefit = [
      tsa("a", "2024-01-01", "2024-03-31"),
      tsa("a", "2024-06-30", null),
      tsa("b", "2024-01-01", "2024-03-31"),
      tsa("b", "2024-07-01", "2024-09-30"),
    ];
    await measured({ tables: { household: [family("a"), family("b")], benefit } }, {}, async (session) => {
      const shape = "select household_key, starts_on, until from";
      const ours = await session.rows(`${shape} tsa_spell order by 1, 2`);
      expect(ours).toEqual(await session.rows(`${shape} known_tsa_spells(date '2026-10-01', 100) order by 1, 2`));
      expect(ours).toHaveLength(3);
    });
  });

  test("a spell has ended when the register is complete for the whole gap after it", async () => {
    expect(await spellsOf([tsa("a", "2026-01-01", "2026-07-01")])).toMatchObject([{ has_ended: true, is_running: false, days: 182 }]);
    expect(await spellsOf([tsa("a", "2026-01-01", "2026-07-02")])).toMatchObject([{ has_ended: false, is_running: false }]);
    expect(await spellsOf([tsa("a", "2026-09-30", null)])).toMatchObject([{ has_ended: false, is_running: true, days: 1 }]);
  });

  test("it began when the register is complete for the gap before it", async () => {
    expect(await spellsOf([tsa("a", "2023-04-02", "2023-12-31")])).toMatchObject([{ is_start_seen: false }]);
    expect(await spellsOf([tsa("a", "2023-04-03", "2023-12-31")])).toMatchObject([{ is_start_seen: true }]);
  });

  test("what was recorded on the day or later does not count, nor do refusals and other benefits", async () => {
    expect(
      await spellsOf([
        tsa("a", "2026-01-01", null, { recorded_at: "2026-10-01" }),
        tsa("a", "2026-01-02", null, { decision: "refused" }),
        tsa("a", "2026-01-03", null, { kind: "large_family" }),
      ]),
    ).toEqual([]);
  });

  test("the curves: an end is an event, a spell that runs is last seen at the gap before the register's end, a return counts from leaving", async () => {
    const benefit = [
      tsa("ended", "2025-01-01", "2025-01-31"),
      tsa("runs", "2026-06-01", null),
      tsa("back", "2024-01-01", "2024-01-31"),
      tsa("back", "2024-07-01", "2024-07-31"),
      tsa("unseen", "2023-02-01", "2023-12-31"),
      tsa("elsewhere", "2025-01-01", "2025-01-31"),
    ];
    const household = [
      ...["ended", "runs", "back", "unseen"].map((name) => family(name)),
      family("elsewhere", 1, { area_code: "750000000" }),
    ];
    await measured({ tables: { household, benefit }, coverage: without("benefit", "10") }, {}, async (session) => {
      const rows = await session.rows("select curve, days, events, censored from spell_time where area = '' order by curve, days");
      expect(rows).toEqual([
        // From 1 February 2024 to 1 July; then from 1 August 2024, 1 February 2025 and 1 January 2024 until the register ends.
        { curve: "return", days: 151, events: 1, censored: 0 },
        { curve: "return", days: 607, events: 0, censored: 1 },
        { curve: "return", days: 791, events: 0, censored: 1 },
        { curve: "return", days: 1004, events: 0, censored: 1 },
        // 1 June to 1 July 2026, 92 days before 1 October; three spells of a month that ended.
        { curve: "stay", days: 30, events: 0, censored: 1 },
        { curve: "stay", days: 31, events: 3, censored: 0 },
      ]);
    });
  });
});

describe("the papers' twelve", () => {
  test("1a left poverty: not on TSA and at the line; both sides of the line and of the year", async () => {
    const ended = (name: string, until: string) => tsa(name, "2025-01-01", until);
    const tables: Tables = {
      household: [
        ...["at", "under", "back", "early", "first", "late", "last"].map((name) => family(name)),
        family("dark", 1, { area_code: "750000000" }),
      ],
      benefit: [
        ended("at", "2026-03-31"),
        ended("under", "2026-03-31"),
        ended("back", "2026-03-31"),
        tsa("back", "2026-07-15", "2026-12-31"),
        ended("dark", "2026-03-31"),
        ended("early", "2025-07-01"),
        ended("first", "2025-07-02"),
        ended("last", "2026-07-01"),
        ended("late", "2026-07-02"),
      ],
      income: ["at", "back", "early", "first", "late", "last"]
        .flatMap((name) => quarterly(name, "2026-07", "2026-09", 40_000))
        .concat(quarterly("under", "2026-07", "2026-08", 40_000), [income("under", "2026-09", 39_999)]),
    };
    // at, first, last of at, under, back, first, last; dark is unknown.
    expect(await counts("left_poverty_share", tables, without("income", "10"))).toEqual({ x: 3, n: 5, unknown: 1 });
  });

  test("1b and 7 falls: participants below the line now against a year ago, by persons and by children", async () => {
    const tables: Tables = {
      household: [
        family("four", 4, { children: 2 }),
        family("two", 2, { children: 1 }),
        family("gone", 3, { children: 3 }),
        family("never", 9),
      ],
      benefit: [tsa("four", "2025-01-01", "2026-12-31"), tsa("two", "2025-02-01", "2025-10-01"), tsa("gone", "2024-11-01", "2025-09-30")],
      income: [
        ...quarterly("four", "2026-07", "2026-09", 159_999),
        ...quarterly("two", "2026-07", "2026-09", 80_000),
        ...quarterly("two", "2025-07", "2025-09", 79_999),
      ],
    };
    const all = async (code: string) => {
      covered.add(code);
      return (await cellsOf(code, { tables })).find(({ area, group }) => area === "" && group === "all");
    };
    expect(await all("poverty_level_fall")).toMatchObject({ x: 4, n: 6, y: 9, m: 9, unknown: 0 });
    expect(await all("child_poverty_fall")).toMatchObject({ x: 2, n: 3, y: 6, m: 6, unknown: 0 });
  });

  test("2 time in the programme: days of spells that ended in the year; without a beginning unknown", async () => {
    const tables: Tables = {
      household: [family("a"), family("b"), family("c"), family("runs")],
      benefit: [
        tsa("a", "2025-01-01", "2025-12-31"),
        tsa("b", "2026-01-01", "2026-01-31"),
        tsa("c", "2023-04-02", "2026-01-31"),
        onTsa("runs"),
      ],
    };
    expect(await counts("mean_time_in_programme", tables)).toEqual({ x: 365 + 31, n: 2, unknown: 1 });
  });

  test("3 applies again: within twelve months to the day, refused or not", async () => {
    const left = (name: string) => tsa(name, "2025-01-01", "2025-03-31");
    const applied = (name: string, on: string, more: TestRow = {}) =>
      tsa(name, on, null, { decision: "refused", starts_on: null, applied_on: on, ...more });
    const tables: Tables = {
      household: ["year", "day after", "granted", "other", "none", "earlier", "later"].map((name) => family(name)),
      benefit: [
        ...["year", "day after", "granted", "other", "none"].map(left),
        applied("year", "2026-03-31"),
        applied("day after", "2026-04-01"),
        tsa("granted", "2025-10-01", "2025-12-31"),
        applied("other", "2025-09-01", { kind: "housing_aid" }),
        tsa("earlier", "2024-01-01", "2024-09-30"),
        tsa("later", "2025-01-01", "2025-10-01"),
      ],
    };
    expect(await counts("return_share", tables)).toEqual({ x: 2, n: 5, unknown: 0 });
    // Where the register begins after the leaving, nobody can say that there was no application.
    const short = fullCoverage.map((each) => (each.table === "benefit" ? { ...each, from: "2025-05-01" } : each));
    expect(await counts("return_share", tables, short)).toEqual({ x: 2, n: 2, unknown: 3 });
  });

  const town = (name: string, settlement: string | null = "regional_city") => household(name, { settlement });
  const adult = (household_id: string, name: string, more: TestRow = {}) =>
    person(household_id, name, "1990-01-01", { sex: "female", disability: "none", employment: "unemployed", business: "none", ...more });

  test("4 employment: able-bodied outside villages; both ends of the age, by sex", async () => {
    const tables: Tables = {
      household: [town("a"), town("village", "village"), town("nowhere", null), town("not on TSA")],
      benefit: [onTsa("a"), onTsa("village"), onTsa("nowhere")],
      person: [
        adult("a", "hired", { employment: "hired" }),
        adult("a", "seasonal", { employment: "seasonal", disability: "3" }),
        adult("a", "idle"),
        adult("a", "group 2", { disability: "2", employment: "hired" }),
        adult("a", "just 18", { birth_date: "2008-10-01" }),
        adult("a", "not yet", { birth_date: "2008-10-02", employment: "hired" }),
        adult("a", "man of 62", { birth_date: "1963-10-02", sex: "male" }),
        adult("a", "man of 63", { birth_date: "1963-10-01", sex: "male", employment: "hired" }),
        adult("a", "woman of 61", { birth_date: "1965-10-01", employment: "hired" }),
        adult("a", "dead", { died_on: "2026-09-30", employment: "hired" }),
        adult("a", "work unknown", { employment: null }),
        adult("a", "health unknown", { disability: null }),
        adult("village", "farmer", { employment: "hired" }),
        adult("nowhere", "somebody", { employment: "hired" }),
        adult("not on TSA", "other", { employment: "hired" }),
      ],
    };
    expect(await counts("employment_share", tables)).toEqual({ x: 2, n: 5, unknown: 3 });
    // Villages count among the able-bodied of the ministry; a measure in the last three months counts as much as work.
    const measure = (person_id: string, ended_on: string | null): TestRow => ({
      ...{ person_id, measure_id: person_id, measure: "public_work", started_on: "2026-01-10", ended_on, outcome: "none" },
      recorded_at: "2026-09-30",
    });
    tables.employment_measure = [measure("idle", "2026-07-01"), measure("just 18", "2026-06-30"), measure("work unknown", null)];
    expect(await counts("work_or_measures_share", tables)).toEqual({ x: 2 + 1 + 1 + 2, n: 8, unknown: 1 });
  });

  test("5 trainings that ended in the year, begun while on TSA, with an outcome", async () => {
    const training = (person_id: string, ended_on: string | null, outcome: string | null, more: TestRow = {}): TestRow => ({
      ...{
        person_id,
        measure_id: `${person_id} ${ended_on}`,
        measure: "training",
        started_on: "2025-09-01",
        ended_on,
        outcome,
        recorded_at: "2026-09-30",
      },
      ...more,
    });
    const tables: Tables = {
      household: [town("a"), town("b")],
      benefit: [tsa("a", "2025-07-01", "2026-12-31")],
      person: [adult("a", "p"), adult("b", "q")],
      employment_measure: [
        training("p", "2025-10-01", "employed"),
        training("p", "2025-09-30", "employed"),
        training("p", "2026-09-30", "completed"),
        training("p", "2026-05-01", null),
        training("p", "2026-06-01", "employed", { measure: "vacancy" }),
        training("p", "2026-06-02", "employed", { started_on: "2025-06-30" }),
        training("q", "2026-05-02", "employed"),
      ],
    };
    expect(await counts("trainees_employed_share", tables)).toEqual({ x: 1, n: 2, unknown: 1 });
  });

  test("6 sole traders, suspended ones among them, of the able-bodied", async () => {
    const tables: Tables = {
      household: [town("a", "village")],
      benefit: [onTsa("a")],
      person: [
        adult("a", "trader", { business: "sole_trader" }),
        adult("a", "suspended", { business: "suspended" }),
        adult("a", "founder", { business: "founder" }),
        adult("a", "unknown", { business: null }),
        adult("a", "disabled", { business: "sole_trader", disability: "1" }),
      ],
    };
    expect(await counts("sole_trader_share", tables)).toEqual({ x: 2, n: 3, unknown: 1 });
  });

  test("8 check-ups: everybody's in time to the day; who has no row has had none where the register is complete", async () => {
    const child = (household_id: string, name: string) => person(household_id, name, "2016-01-01");
    const seen = (person_id: string, last_checkup_on: string | null): TestRow => ({
      person_id,
      last_checkup_on,
      recorded_at: "2026-09-20",
    });
    const names = ["in time", "child late", "adult late", "no row", "not said", "late and not said", "elsewhere"];
    const tables: Tables = {
      household: names.map((name) => household(name, { area_code: name === "elsewhere" ? "750000000" : "101000000" })),
      benefit: names.map(onTsa),
      person: names.flatMap((name) => [child(name, `${name} c`), adult(name, `${name} a`)]),
      health: [
        ...[seen("in time c", "2025-10-02"), seen("in time a", "2024-10-02")],
        ...[seen("child late c", "2025-10-01"), seen("child late a", "2026-09-01")],
        ...[seen("adult late c", "2026-09-01"), seen("adult late a", "2024-10-01")],
        seen("no row a", "2026-09-01"),
        ...[seen("not said c", null), seen("not said a", "2026-09-01")],
        ...[seen("late and not said c", null), seen("late and not said a", "2020-01-01")],
      ],
    };
    expect(await counts("checkup_share", tables, without("health", "10"))).toEqual({ x: 1, n: 5, unknown: 2 });
  });

  test("10 school: attendance to the share itself, no poor results, nobody missing where the register is complete", async () => {
    const pupil = (name: string, birth_date = "2014-01-01") => person("a", name, birth_date);
    const school = (person_id: string, attendance_rate: number | null, performance: string | null, more: TestRow = {}) =>
      months("2026-07", "2026-09").map((month) => ({
        person_id,
        month: `${month}-01`,
        enrolled: true,
        attendance_rate,
        performance,
        recorded_at: `${month}-28`,
        ...more,
      }));
    const tables: Tables = {
      household: [household("a"), household("elsewhere", { area_code: "750000000" })],
      benefit: [onTsa("a"), onTsa("elsewhere")],
      person: [
        ...["at", "under", "poor", "no marks", "poor, no rate", "not enrolled", "no row"].map((name) => pupil(name)),
        pupil("too young", "2019-07-02"),
        pupil("old enough", "2019-07-01"),
        pupil("past it", "2009-10-01"),
        person("elsewhere", "unseen", "2014-01-01"),
      ],
      schooling: [
        ...school("at", 0.8, "satisfactory"),
        ...school("under", 0.79, "good"),
        ...school("poor", 0.95, "poor"),
        ...school("no marks", 0.95, null),
        ...school("poor, no rate", null, "poor"),
        ...school("not enrolled", null, null, { enrolled: false }),
        ...school("old enough", 0.9, "good"),
        ...school("too young", 0.9, "good"),
        ...school("past it", 0.9, "good"),
      ],
    };
    // at, old enough; no marks and unseen are unknown.
    expect(await counts("schooling_share", tables, without("schooling", "10"))).toEqual({ x: 2, n: 7, unknown: 2 });
  });

  test.each([
    ["satisfied_share", "satisfied_with_services"],
    ["papers_in_time_share", "papers_in_time"],
  ])("11 and 12 %s: the last observation of the year, else unknown", async (code, name) => {
    const said = (household_id: string, observed_on: string, value: number): TestRow => ({
      ...{ household_id, person_id: null, name, observed_on, value, recorded_at: "2026-09-30" },
    });
    const tables: Tables = {
      household: ["yes", "no", "changed", "old", "silent", "not on TSA"].map((each) => family(each)),
      benefit: ["yes", "no", "changed", "old", "silent"].map(onTsa),
      observation: [
        said("yes", "2025-10-01", 1),
        said("no", "2026-01-01", 0),
        ...[said("changed", "2026-01-01", 0), said("changed", "2026-02-01", 1)],
        said("old", "2025-09-30", 1),
        said("not on TSA", "2026-01-01", 1),
      ],
    };
    expect(await counts(code, tables)).toEqual({ x: 2, n: 3, unknown: 2 });
    expect(await counts(code, { ...tables, observation: [] })).toEqual({ x: 0, n: 0, unknown: 5 });
  });

  test("9 healthy life: persons of recipient families with an observation", async () => {
    const said = (person_id: string, value: number, observed_on = "2026-03-01"): TestRow => ({
      ...{ household_id: null, person_id, name: "healthy_life_programme", observed_on, value, recorded_at: "2026-09-30" },
    });
    const tables: Tables = {
      household: [household("a")],
      benefit: [onTsa("a")],
      person: ["p", "q", "r"].map((name) => adult("a", name)),
      observation: [said("p", 1), said("q", 0), said("r", 1, "2025-09-30")],
    };
    expect(await counts("healthy_life_share", tables)).toEqual({ x: 1, n: 2, unknown: 1 });
  });
});

describe("the ministry's five", () => {
  test("below the subsistence minimum: by persons, both sides; where income is not complete unknown", async () => {
    const tables: Tables = {
      household: [family("at", 2), family("under", 3), family("nothing", 1), family("dark", 5, { area_code: "750000000" })],
      income: [...quarterly("at", "2026-07", "2026-09", 100_000), ...quarterly("under", "2026-07", "2026-09", 149_999)],
    };
    expect(await counts("below_subsistence_share", tables, without("income", "10"))).toEqual({ x: 4, n: 6, unknown: 5 });
  });

  test("growth of real income: against a year ago, in the prices of then", async () => {
    const tables: Tables = {
      household: [family("a", 2), family("new", 1, { formed_on: "2026-01-01" })],
      income: [...quarterly("a", "2026-07", "2026-09", 110_000), ...quarterly("a", "2025-07", "2025-09", 100_000)],
    };
    const prepare = (session: { script(sql: string): Promise<void> }) =>
      session.script("update reference_line set subsistence_minimum_lcu = 40000 where quarter = date '2025-07-01'");
    covered.add("real_income_growth");
    const [all] = await cellsOf("real_income_growth", { tables, prepare });
    expect(all).toMatchObject({ x: (330_000 * 40_000) / 50_000, n: 6, y: 300_000, m: 6, unknown: 1 });
  });

  test("share of the poorest 40 %: two of five equal heads; a tie is shared out; each area by its own", async () => {
    const amounts = { a: 10_000, b: 20_000, c: 30_000, d: 40_000, e: 50_000 };
    const tables = (given: Record<string, number>): Tables => ({
      household: [...Object.keys(given).map((name) => family(name)), family("rich", 5, { area_code: "750000000" })],
      income: [
        ...Object.entries(given).flatMap(([name, amount]) => quarterly(name, "2026-07", "2026-09", amount)),
        ...quarterly("rich", "2026-07", "2026-09", 5_000_000),
      ],
    });
    covered.add("poorest_40_income_share");
    const cells = await cellsOf("poorest_40_income_share", { tables: tables(amounts) });
    const of = (area: string) => cells.find((cell) => cell.area === area);
    const share = (area: string) => (of(area)?.x ?? 0) / (of(area)?.n ?? 0);
    expect(share("10")).toBeCloseTo((10 + 20) / 150, 12);
    // Of ten persons four: a, b, c, d of the country's 150,000 and 5,000,000.
    expect(share("")).toBeCloseTo((10 + 20 + 30 + 40) / 5150, 12);
    expect(share("75")).toBeCloseTo(0.4, 12);
    const tied = await cellsOf("poorest_40_income_share", { tables: tables({ ...amounts, b: 10_000, c: 10_000 }) });
    expect((tied.find(({ area }) => area === "10")?.x ?? 0) / (tied.find(({ area }) => area === "10")?.n ?? 1)).toBeCloseTo(20 / 120, 12);
    expect(cells.every(({ group }) => group === "all")).toBe(true);
  });

  test("food share: of families with everybody's consent, verified before declared, three complete months", async () => {
    const spent = (household_id: string, month: string, category: string, amount_lcu: number, basis = "declared"): TestRow => ({
      ...{
        household_id,
        month: `${month}-01`,
        category,
        amount_lcu,
        basis,
        verified_by: basis === "verified" ? "bank" : null,
        recorded_at: `${month}-28`,
      },
    });
    const consent = (person_id: string, state: string): TestRow => ({
      ...{ person_id, scope: "expenditure", state, at: "2026-01-01", channel: "sms_1414", text_version: "1", recorded_at: "2026-01-01" },
    });
    const tables: Tables = {
      household: [household("a"), household("refuses")],
      person: [person("a", "p", "1990-01-01"), person("refuses", "q", "1990-01-01")],
      consent: [consent("p", "given"), consent("q", "refused")],
      expenditure: [
        spent("a", "2026-06", "food", 1_000_000),
        spent("a", "2026-07", "food", 40_000),
        spent("a", "2026-07", "food", 60_000, "verified"),
        spent("a", "2026-09", "housing", 40_000),
        spent("refuses", "2026-07", "food", 1),
      ],
    };
    expect(await counts("food_share", tables)).toEqual({ x: 60_000, n: 100_000, unknown: 1 });
  });
});

describe("cells", () => {
  test("every indicator has a registry with a known answer above", () => {
    expect([...covered].sort()).toEqual(indicatorCodes());
  });

  test("areas and kinds of family: a family counts in each kind it is, town and village apart", async () => {
    const names = ["large", "plain", "far"];
    const tables: Tables = {
      household: [
        household("large", { settlement: "village" }),
        household("plain", { settlement: "regional_city" }),
        household("far", { area_code: "751110000", settlement: null }),
      ],
      benefit: names.map(onTsa),
      person: names.flatMap((name) => [
        person(name, `${name} mother`, "1985-01-01", { role: "head", disability: name === "plain" ? "1" : "none", employment: "inactive" }),
        ...(name === "large" ? [1, 2, 3, 4] : [1]).map((number) => person(name, `${name} ${number}`, "2015-01-01", { role: "child" })),
      ]),
    };
    const cells = await cellsOf("checkup_share", { tables });
    const households = Object.fromEntries(cells.map(({ area, group, households, unknown }) => [`${area} ${group}`, households + unknown]));
    expect(households).toMatchObject({
      ...{ " all": 3, "10 all": 2, "75 all": 1, "7511 all": 1, "1010 all": 2 },
      ...{ " large": 1, " single_parent": 3, " with_disability": 1, " rural": 1, " urban": 1, "75 single_parent": 1 },
    });
    expect(households).not.toHaveProperty(" elderly");
  });

  test("a later record changes nothing of an earlier day", async () => {
    const before: Tables = { household: [family("a")], benefit: [tsa("a", "2024-01-01", "2024-12-31")] };
    const later = {
      ...before,
      benefit: [...(before.benefit ?? []), tsa("a", "2024-12-31", null, { recorded_at: "2026-10-01", applied_on: "2025-01-02" })],
    };
    const cells = (tables: Tables) =>
      measured({ tables }, { codes: indicatorCodes() }, (session) => session.rows("select * from indicator_cell order by all"));
    expect(await cells(later)).toEqual(await cells(before));
    expect((await cells(before)).length).toBeGreaterThan(5);
  });
});
