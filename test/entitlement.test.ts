import { describe, expect, test } from "vitest";
import { entitled } from "./support/entitled.ts";
import { asOf, fullCoverage, household, income, months, only, person, type Tables, type World } from "./support/features.ts";
import type { TestRow } from "./support/registry.ts";

const quarter = months("2026-07", "2026-09");
const adult = { disability: "none", employment: "unemployed", business: "none", sex: "female" };
const asset = (household_id: string, kind: string, more: TestRow = {}): TestRow => ({
  ...{
    household_id,
    asset_id: `${household_id} ${kind} ${JSON.stringify(more)}`,
    kind,
    acquired_on: "2010-01-01",
    recorded_at: "2020-01-01",
  },
  ...more,
});
const benefit = (household_id: string, more: TestRow): TestRow => ({
  ...{ household_id, application_id: `${household_id} ${JSON.stringify(more)}`, kind: "tsa_conditional", decision: "granted" },
  ...{ applied_on: "2026-01-01", recorded_at: "2026-02-01" },
  ...more,
});
const family = (name: string, ...persons: TestRow[]): Tables => ({
  household: [household(name)],
  person: persons.map((each, index) => ({ ...person(name, `${name} ${index}`, "1990-01-01", { ...adult }), ...each })),
});
const together = (...all: Tables[]): Tables => {
  const tables: Tables = {};
  for (const each of all) for (const [name, rows] of Object.entries(each)) tables[name] = [...(tables[name] ?? []), ...rows];
  return tables;
};
/** Judges a world when it is first asked for, once for all cases. */
function judgedOnce(world: () => World, options: Parameters<typeof entitled>[1] = {}): () => ReturnType<typeof entitled> {
  let judged: ReturnType<typeof entitled> | undefined;
  return () => {
    judged ??= entitled(world(), options);
    return judged;
  };
}
const worldOf = (...all: Tables[]): World => ({ tables: together({ income: [], asset: [], benefit: [], emergency: [] }, ...all) });

describe("income and the line", () => {
  // The line is 42,000 a member; for two members over three months 42,000 x 2 x 3 = 252,000.
  const earning = (name: string, sum: number): Tables => ({ ...family(name, {}, {}), income: [income(name, "2026-08", sum)] });

  test("a sum one tenge below line x members x 3 is below the line, the sum itself is not; the amount is rounded up", async () => {
    const rows = await entitled(worldOf(earning("below", 251_999), earning("at", 252_000), earning("far", 100_000)));
    expect(only(rows.below, "tsa_state", "tsa_amount_lcu")).toEqual({ tsa_state: "may_be_entitled", tsa_amount_lcu: 1 });
    expect(only(rows.at, "tsa_state", "tsa_amount_lcu")).toEqual({ tsa_state: "not_by_registers", tsa_amount_lcu: null });
    // (252,000 - 100,000) / 3 = 50,666.67
    expect(rows.far?.tsa_amount_lcu).toBe(50_667);
  });

  test("the trace shows income and line of a member and month", async () => {
    const { far } = await entitled(worldOf(earning("far", 100_000)));
    expect(only(far, "tsa_below_line_met", "tsa_below_line_value", "tsa_below_line_threshold")).toEqual({
      tsa_below_line_met: true,
      tsa_below_line_value: 16_666.67,
      tsa_below_line_threshold: 42_000,
    });
  });

  test("income that is not observed in all three months is unknown, and so is TSA and its amount", async () => {
    const coverage = fullCoverage.map((each) => (each.table === "income" ? { ...each, until: "2026-09-01" } : each));
    const lived = await entitled({ ...worldOf(earning("h", 100_000)), coverage });
    // No publication lag: the reference quarter is the last one, of which September is not covered.
    expect(only(lived.h, "income_quarter", "is_previous_quarter", "income_lcu")).toEqual({
      income_quarter: "2026-07-01",
      is_previous_quarter: true,
      income_lcu: null,
    });
    expect(only(lived.h, "tsa_state", "tsa_amount_lcu")).toEqual({ tsa_state: "unknown", tsa_amount_lcu: null });
  });

  test("a kind of income that does not count changes nothing", async () => {
    const world = worldOf({
      ...family("h", {}),
      income: [income("h", "2026-07", 90_000), income("h", "2026-08", 500_000, { kind: "benefit" })],
    });
    expect((await entitled(world)).h?.income_lcu).toBe(590_000);
    const change = await entitled(world, { change: (frame) => ({ ...frame, values: { ...frame.values, income_counts_benefit: 0 } }) });
    expect(only(change.h, "income_lcu", "tsa_state")).toEqual({ income_lcu: 90_000, tsa_state: "may_be_entitled" });
  });
});

describe("property", () => {
  const cases: [what: string, assets: TestRow[], persons: TestRow[], condition: string, met: boolean | null][] = [
    ["one dwelling", [asset("h", "dwelling", { area_m2: 90 })], [{}], "no_second_dwelling", true],
    [
      "two dwellings of 36 m2, two members",
      [asset("h", "dwelling", { area_m2: 30 }), asset("h", "dwelling", { area_m2: 6 })],
      [{}, {}],
      "no_second_dwelling",
      true,
    ],
    [
      "two dwellings of 36.01 m2, two members",
      [asset("h", "dwelling", { area_m2: 30 }), asset("h", "dwelling", { area_m2: 6.01 })],
      [{}, {}],
      "no_second_dwelling",
      false,
    ],
    [
      "two dwellings, one without area",
      [asset("h", "dwelling", { area_m2: 30 }), asset("h", "dwelling", { area_m2: null })],
      [{}, {}],
      "no_second_dwelling",
      null,
    ],
    [
      "two dwellings, one without area, the other too large alone",
      [asset("h", "dwelling", { area_m2: 36.01 }), asset("h", "dwelling", { area_m2: null })],
      [{}, {}],
      "no_second_dwelling",
      false,
    ],
    ["a dwelling that counts two", [asset("h", "dwelling", { area_m2: 90, quantity: 2 })], [{}], "no_second_dwelling", false],
    ["sold on the day five years before", [asset("h", "dwelling", { disposed_on: "2021-10-01" })], [{}], "no_dwelling_alienated", false],
    ["sold a day earlier", [asset("h", "dwelling", { disposed_on: "2021-09-30" })], [{}], "no_dwelling_alienated", true],
    ["sold on the day of application", [asset("h", "dwelling", { disposed_on: asOf })], [{}], "no_dwelling_alienated", true],
    ["one car", [asset("h", "car")], [{}], "cars", true],
    ["two cars", [asset("h", "car"), asset("h", "car", { acquired_on: "2012-01-01" })], [{}], "cars", false],
    ["two cars, a member of group 2", [asset("h", "car", { quantity: 2 })], [{ disability: "2" }], "cars", true],
    ["two cars, a member of group 3", [asset("h", "car", { quantity: 2 })], [{ disability: "3" }], "cars", false],
    ["two cars, a disability that is unknown", [asset("h", "car", { quantity: 2 })], [{ disability: null }], "cars", null],
    [
      "two cars, a child with disability",
      [asset("h", "car", { quantity: 2 })],
      [{}, { birth_date: "2015-01-01", disability: "child" }],
      "cars",
      true,
    ],
    ["a plot and no dwelling", [asset("h", "land_plot")], [{}], "no_building_plot", true],
    ["a plot beside a dwelling", [asset("h", "land_plot"), asset("h", "dwelling")], [{}], "no_building_plot", false],
    ["a subsidiary plot beside a dwelling", [asset("h", "subsidiary_plot"), asset("h", "dwelling")], [{}], "no_building_plot", true],
    ["a lorry", [asset("h", "commercial_vehicle")], [{}], "no_work_vehicles", false],
    ["a lorry bought on the day of application", [asset("h", "commercial_vehicle", { acquired_on: asOf })], [{}], "no_work_vehicles", true],
    ["livestock", [asset("h", "livestock", { quantity: 40 })], [{}], "no_work_vehicles", true],
    ["premises", [asset("h", "business_premises")], [{}], "no_business_premises", false],
  ];
  const rows = judgedOnce(() =>
    worldOf(
      ...cases.map(([what, assets, persons]) => ({
        ...family(what, ...persons),
        asset: assets.map((each, index) => ({ ...each, household_id: what, asset_id: `${what} ${index}` })),
      })),
    ),
  );
  test.each(cases)("%s", async (what, _assets, _persons, condition, met) => {
    const row = (await rows())[what];
    expect(row?.[`tsa_${condition}_met`]).toBe(met);
    expect(row?.tsa_state).toBe(met === false ? "not_by_registers" : met === null ? "unknown" : "may_be_entitled");
  });

  test("where the register does not cover the place, that nothing is held is unknown; what is seen is known", async () => {
    const coverage = fullCoverage.filter(({ table }) => table !== "asset");
    const rows = await entitled({
      ...worldOf(family("none", {}), { ...family("lorry", {}), asset: [asset("lorry", "commercial_vehicle")] }),
      coverage,
    });
    expect(only(rows.none, "tsa_cars_met", "tsa_no_work_vehicles_met", "tsa_state")).toEqual({
      tsa_cars_met: null,
      tsa_no_work_vehicles_met: null,
      tsa_state: "unknown",
    });
    expect(only(rows.lorry, "tsa_no_work_vehicles_met", "tsa_state")).toEqual({
      tsa_no_work_vehicles_met: false,
      tsa_state: "not_by_registers",
    });
  });
});

describe("earlier decisions", () => {
  const refusals: [reason: string, applied: string, met: boolean, from: string | null][] = [
    ["measures_refused", "2026-04-02", false, "2026-10-02"],
    ["contract_broken", "2026-04-02", false, "2026-10-02"],
    ["false_data", "2026-04-02", false, "2026-10-02"],
    ["measures_refused", "2026-04-01", true, null],
    ["income", "2026-09-01", true, null],
    ["visit_refused", "2026-09-01", true, null],
  ];
  const rows = judgedOnce(() =>
    worldOf(
      ...refusals.map(([refusal_reason, applied_on]) => {
        const name = `${refusal_reason} ${applied_on}`;
        return {
          ...family(name, {}),
          benefit: [benefit(name, { decision: "refused", applied_on, refusal_reason, recorded_at: "2026-09-30" })],
        };
      }),
    ),
  );
  test.each(refusals)("refused for %s on %s: a new application can be made: %s", async (reason, applied, met, from) => {
    const row = (await rows())[`${reason} ${applied}`];
    expect(only(row, "tsa_no_refusal_block_met", "application_from")).toEqual({ tsa_no_refusal_block_met: met, application_from: from });
  });

  test("a family receives what was granted and runs on the day", async () => {
    const rows = await entitled(
      worldOf(
        { ...family("runs", {}), benefit: [benefit("runs", { starts_on: "2026-07-01", ends_on: asOf })] },
        { ...family("ended", {}), benefit: [benefit("ended", { starts_on: "2026-07-01", ends_on: "2026-09-30" })] },
        { ...family("later", {}), benefit: [benefit("later", { starts_on: "2026-10-02" })] },
        { ...family("large", {}), benefit: [benefit("large", { kind: "large_family", starts_on: "2026-07-01" })] },
      ),
    );
    const receiving = Object.entries(rows).map(([name, row]) => [name, row.tsa_receives, row.large_family_benefit_receives]);
    expect(Object.fromEntries(receiving.map(([name, ...all]) => [name, all]))).toEqual({
      runs: [true, false],
      ended: [false, false],
      later: [false, false],
      large: [false, true],
    });
  });
});

describe("members", () => {
  const [child2, child7] = ["2024-06-01", "2019-06-01"].map((birth_date) => ({
    ...{ birth_date, disability: "none", employment: null, business: null },
  })) as unknown as [TestRow, TestRow];
  const kinds: [what: string, persons: TestRow[], kind: string | null][] = [
    ["one able to work", [{}], "conditional"],
    ["one able to work with a child of 2", [{}, child2], "unconditional"],
    ["one able to work with a child of 7", [{}, child7], "conditional"],
    ["one able to work with a child who is 3 today", [{}, { ...child2, birth_date: "2023-10-01" }], "conditional"],
    ["two able to work with a child of 2", [{}, {}, child2], "conditional"],
    ["one able to work and one of group 1", [{}, { disability: "1" }], "unconditional"],
    ["one able to work and one of group 3", [{}, { disability: "3" }], "conditional"],
    ["one able to work and one of 80 years today", [{}, { birth_date: "1946-10-01" }], "conditional"],
    ["one able to work and one of 80 years and a day", [{}, { birth_date: "1946-09-30" }], "unconditional"],
    ["a woman of 61 today", [{ birth_date: "1965-10-01" }], "unconditional"],
    ["a woman of 61 tomorrow", [{ birth_date: "1965-10-02" }], "conditional"],
    ["a man of 61", [{ birth_date: "1965-10-01", sex: "male" }], "conditional"],
    ["somebody of 61 of unknown sex", [{ birth_date: "1965-10-01", sex: null }], "conditional"],
    ["of unknown age", [{ birth_date: null }], null],
    ["of unknown disability", [{ disability: null }], null],
    ["of unknown disability, and two able to work", [{ disability: null }, {}, {}], "conditional"],
    ["of unknown disability with a child of 2", [{ disability: null }, child2], "unconditional"],
  ];
  const birthdays: [what: string, birth_date: string, counts: boolean][] = [
    ["1 today", "2025-10-01", true],
    ["1 tomorrow", "2025-10-02", false],
    ["7 tomorrow", "2019-10-02", true],
    ["7 today", "2019-10-01", false],
  ];
  const rows = judgedOnce(() =>
    worldOf(
      ...kinds.map(([what, persons]) => family(what, ...persons)),
      ...birthdays.map(([what, birth_date]) => family(what, {}, { ...child2, birth_date })),
    ),
  );
  test.each(kinds)("%s", async (what, _persons, kind) => {
    expect((await rows())[what]?.tsa_kind).toBe(kind);
  });

  test.each(birthdays)("a child who is %s counts for the child supplement: %s, %s", async (what, _birthDate, counts) => {
    // 1.5 x 4,325 = 6,487.5
    expect(only((await rows())[what], "child_supplement_state", "child_supplement_amount_lcu")).toEqual(
      counts
        ? { child_supplement_state: "may_be_entitled", child_supplement_amount_lcu: 6488 }
        : { child_supplement_state: "not_by_registers", child_supplement_amount_lcu: null },
    );
  });

  test("an age that is unknown leaves the number unknown, and the state where it hangs on it", async () => {
    const rows = await entitled(worldOf(family("one", {}, { birth_date: null }), family("more", {}, child2, { birth_date: null })));
    const said = (name: string) => only(rows[name], "child_supplement_state", "child_supplement_amount_lcu");
    expect(said("one")).toEqual({ child_supplement_state: "unknown", child_supplement_amount_lcu: null });
    expect(said("more")).toEqual({ child_supplement_state: "may_be_entitled", child_supplement_amount_lcu: null });
  });

  test("before the payment the set stood in its place, never both", async () => {
    const child = { birth_date: "2018-06-01" };
    const coverage = fullCoverage.map((each) => ({ ...each, from: "2018-01-01" }));
    const states = async (day: string) => {
      const recorded = { recorded_at: "2019-01-01" };
      const tables = worldOf({
        household: [household("h", recorded)],
        person: [{}, child].map((each, index) => ({ ...person("h", `${index}`, "1990-01-01", { ...adult, ...recorded }), ...each })),
      }).tables;
      const { h } = await entitled({ tables, coverage }, { day });
      return only(h, "in_kind_set_state", "child_supplement_state");
    };
    expect(await states("2021-12-31")).toEqual({ in_kind_set_state: "may_be_entitled", child_supplement_state: null });
    expect(await states("2022-01-01")).toEqual({ in_kind_set_state: null, child_supplement_state: "may_be_entitled" });
  });

  test("a sole trader fits only with suspended activity, since 2026", async () => {
    const world = worldOf(
      family("trades", { business: "sole_trader" }),
      family("suspended", { business: "suspended" }),
      family("unknown", { business: null }),
    );
    const met = (rows: Record<string, Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, [row.tsa_sole_trader_met, row.tsa_state]]));
    expect(met(await entitled(world))).toEqual({
      trades: [false, "not_by_registers"],
      suspended: [true, "may_be_entitled"],
      unknown: [null, "unknown"],
    });
    expect(met(await entitled(world, { day: "2025-12-31" })).trades).toEqual([null, "may_be_entitled"]);
  });
});

describe("other programmes", () => {
  const child = (birth_date = "2015-01-01", more: TestRow = {}): TestRow => ({ birth_date, employment: null, business: null, ...more });
  const student = (birth_date: string, employment: string | null = "student") => child(birth_date, { employment, business: "none" });
  const threeChildren = [child(), child(), child()];

  const published = {
    "2026-10-01": { 4: 69_330, 5: 86_673, 6: 104_017, 7: 121_360, 8: 138_400, 9: 155_700 },
    "2025-06-01": { 4: 63_030 },
    "2020-02-01": { 4: 42_496, 7: 74_388 },
  };
  test.each(Object.entries(published))("the benefit of a large family on %s by children is %o", async (day, amounts) => {
    const recorded = { recorded_at: "2019-01-01" };
    const of = (children: number): Tables => ({
      household: [household(`${children}`, recorded)],
      person: [{ birth_date: "1985-01-01" }, ...Array.from({ length: children }, () => ({ birth_date: "2015-01-01" }))].map(
        (each, index) => ({ ...person(`${children}`, `${children} ${index}`, null, { ...adult, ...recorded }), ...each }),
      ),
    });
    const rows = await entitled(worldOf(...Object.keys(amounts).map((children) => of(Number(children)))), { day });
    const said = Object.entries(rows).map(([children, row]) => [children, row.large_family_benefit_amount_lcu]);
    expect(Object.fromEntries(said)).toEqual(amounts);
    for (const row of Object.values(rows)) expect(row.large_family_benefit_state).toBe("may_be_entitled");
  });

  const families: [what: string, more: TestRow[], state: string, amount: number | null][] = [
    ["three children", [], "not_by_registers", null],
    ["three children and a student who is 23 tomorrow", [student("2003-10-02")], "may_be_entitled", 69_330],
    ["three children and a student who is 23 today", [student("2003-10-01")], "not_by_registers", null],
    ["three children and somebody of 20 of unknown employment", [student("2006-01-01", null)], "unknown", null],
    ["four children and somebody of 20 of unknown employment", [child(), student("2006-01-01", null)], "may_be_entitled", null],
    ["three children and somebody of unknown age", [{ birth_date: null }], "unknown", null],
  ];
  const rows = judgedOnce(() => worldOf(...families.map(([what, more]) => family(what, {}, ...threeChildren, ...more))));
  test.each(families)("%s", async (what, _more, state, amount) => {
    const row = (await rows())[what];
    expect([row?.large_family_benefit_state, row?.large_family_benefit_amount_lcu]).toEqual([state, amount]);
  });

  test("a flood in the area leaves the payment to be found out by a visit, none rules it out", async () => {
    const flood = (area_code: string, more: TestRow = {}): TestRow => ({
      ...{
        emergency_id: area_code,
        area_code,
        kind: "flood",
        started_on: "2026-03-01",
        ended_on: "2026-04-01",
        severity: 1,
        recorded_at: "2026-03-02",
      },
      ...more,
    });
    const state = async (emergency: TestRow[]) => {
      const { h } = await entitled(worldOf({ ...family("h", {}), emergency }));
      return [h?.flood_lump_sum_state, h?.flood_lump_sum_amount_lcu];
    };
    expect(await state([flood("101000000")])).toEqual(["unknown", 432_500]);
    expect(await state([flood("101000000", { ended_on: "2026-03-31" })])).toEqual(["not_by_registers", null]);
    expect(await state([flood("101000000", { kind: "fire" })])).toEqual(["not_by_registers", null]);
    expect(await state([flood("110000000")])).toEqual(["not_by_registers", null]);
  });

  test("the school package is for families on TSA with a child of 6 who is not yet of full age", async () => {
    const of = (birth_date: string) => ({
      ...family(birth_date, {}, child(birth_date)),
      income: quarter.map((month) => income(birth_date, month, 20_000)),
    });
    const rows = await entitled(worldOf(...["2020-10-01", "2020-10-02", "2008-10-02", "2008-10-01"].map(of)));
    expect(Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row.school_package_state]))).toEqual({
      "2020-10-01": "may_be_entitled",
      "2020-10-02": "not_by_registers",
      "2008-10-02": "may_be_entitled",
      "2008-10-01": "not_by_registers",
    });
  });
});
