import { describe, expect, test } from "vitest";
import { asOf, fullCoverage, household, income, months, only, person, type Tables } from "./support/features.ts";
import { heatingMore, needOf, needsOf } from "./support/need.ts";
import type { TestRow } from "./support/registry.ts";

/** The reference quarter of a day in October 2026, all registers being complete. */
const quarter = months("2026-07", "2026-09");
const earns = (amount: number, more: TestRow = {}) => quarter.map((month) => income("h", month, amount, more));
const given = (scope: string, ...people: string[]) =>
  people.map((person_id) => ({ person_id, scope, at: "2026-01-10T10:00:00", state: "given", recorded_at: "2026-01-10T10:00:00" }));
const spends = (category: string, basis: string, amount_lcu: number, verified_by: string | null = null) =>
  quarter.map((month) => ({
    household_id: "h",
    month: `${month}-01`,
    category,
    basis,
    amount_lcu,
    verified_by,
    recorded_at: `${month}-28`,
  }));
const holds = (outflow_lcu: number, savings: Record<string, number>) =>
  months("2026-06", "2026-09").map((month) => ({
    household_id: "h",
    month: `${month}-01`,
    outflow_lcu,
    savings_lcu: savings[month] ?? 0,
    housing_deposit_lcu: 0,
    recorded_at: `${month}-28`,
  }));

const grown = { disability: "none", employment: "hired", business: "none" };
const mother = person("h", "mother", "1985-01-01", { role: "head", ...grown });
const father = person("h", "father", "1984-01-01", { role: "spouse", ...grown });
const son = person("h", "son", "2015-01-01", { role: "child" });
const home = { household: [household("h", { dwelling_tenure: "owned" })] };
const family: Tables = { ...home, person: [mother, father, son] };
const bothAdults = [...given("expenditure", "mother", "father"), ...given("bank", "mother", "father")];
const need = (tables: Tables) => needOf({ ...family, ...tables });

describe("income of the quarter, by the rules of per-capita income", () => {
  test("is added up by member and kind; a kind that does not count is shown and left out", async () => {
    const rows = [
      ...earns(60_000, { person_id: "mother" }),
      ...earns(10_000, { person_id: "father", kind: "self_employment" }),
      ...earns(5_000, { kind: "benefit" }),
      ...months("2026-04", "2026-06").map((month) => income("h", month, 900_000)),
    ];
    const { h } = await needsOf({
      tables: { ...family, income: rows },
      prepare: (session) => session.script("insert into reference_income_kind values ('benefit', false), ('wage', true)"),
    });
    expect(h?.income_sources).toEqual([
      { member: 1, role: "spouse", age_years: 42, kind: "self_employment", counts: true, amount_lcu: 30_000 },
      { member: 2, role: "head", age_years: 41, kind: "wage", counts: true, amount_lcu: 180_000 },
      { member: null, role: null, age_years: null, kind: "benefit", counts: false, amount_lcu: 15_000 },
    ]);
    expect(only(h, "income_lcu", "income_months", "quarter")).toEqual({ income_lcu: 210_000, income_months: 3, quarter: "2026-07-01" });
  });

  test("misses the line for each member and month: 3 x 3 x 40,000 and 3 x 3 x 50,000 less income", async () => {
    expect(only(await need({ income: earns(70_000) }), "line_gap_lcu", "subsistence_gap_lcu", "is_below_line")).toEqual({
      line_gap_lcu: 360_000 - 210_000,
      subsistence_gap_lcu: 450_000 - 210_000,
      is_below_line: true,
    });
  });

  test("the line of 40,000 a head for three is met at 120,000 a month, not a tenge below", async () => {
    const rows = await Promise.all([119_999, 120_000, 120_001].map((amount) => need({ income: earns(amount) })));
    expect(rows.map((row) => [row.is_below_line, row.line_gap_lcu])).toEqual([
      [true, 3],
      [false, 0],
      [false, 0],
    ]);
  });

  test("a covered quarter without rows is no income, one that is not covered is unknown and said", async () => {
    expect(only(await need({}), "income_lcu", "line_gap_lcu", "income_sources")).toEqual({
      income_lcu: 0,
      line_gap_lcu: 360_000,
      income_sources: [],
    });
    const coverage = fullCoverage.filter(({ table }) => table !== "income");
    const { h } = await needsOf({ tables: { ...family, income: earns(70_000) }, coverage });
    expect(only(h, "income_lcu", "is_below_line", "line_gap_lcu", "standard_gap_lcu", "loans_share", "spends_above_income")).toEqual({
      income_lcu: null,
      is_below_line: null,
      line_gap_lcu: null,
      standard_gap_lcu: null,
      loans_share: null,
      spends_above_income: null,
    });
    expect(h?.missing).toContainEqual({ item: "income", reason: "not_observed" });
  });
});

test("in a survey of two of the three months income stands against as many months of line, standard and spending", async () => {
  const coverage = fullCoverage.map((each) => (each.table === "income" ? { ...each, byRow: true } : each));
  const asked = months("2026-07", "2026-08").map((month) => income("h", month, 40_000));
  const tables = { ...family, income: asked, expenditure: spends("food", "verified", 50_000, "bank"), consent: bothAdults };
  const { h } = await needsOf({ tables, coverage });
  const standard = 3 * (2 * 19_450 + 19_000 + 2_600) + 3 * heatingMore;
  expect(only(h, "income_months", "income_lcu", "line_gap_lcu", "standard_gap_lcu", "spends_above_income", "overspent_lcu")).toEqual({
    income_months: 2,
    income_lcu: 80_000,
    line_gap_lcu: 2 * 3 * 40_000 - 80_000,
    standard_gap_lcu: (2 * standard) / 3 - 80_000,
    spends_above_income: true,
    overspent_lcu: 3 * (50_000 - 40_000),
  });
});

describe("the minimum standard", () => {
  const standardOf = (people: TestRow[], more: TestRow = {}) =>
    needOf({ household: [household("h", { dwelling_tenure: "owned", ...more })], person: people });

  test("adds up members and home over the quarter, September being heated", async () => {
    const adults = 2 * (14_000 + 2_000 + 450 + 100 + 1_200 + 1_200 + 500);
    const child = 12_000 + 2_000 + 400 + 2_000 + 600 + 1_600 + 400;
    const dwelling = 2_400 + 200;
    const row = await standardOf([mother, father, son]);
    expect(row?.standard_lcu).toBe(3 * (adults + child + dwelling) + 3 * heatingMore);
    expect(Object.fromEntries(row!.categories.map(({ category, standard_lcu }) => [category, standard_lcu]))).toEqual({
      food: 3 * (2 * 14_000 + 12_000),
      housing: 3 * (3 * 2_000 + 2_400) + 3 * heatingMore,
      medical: 3 * (2 * 450 + 400),
      education: 3 * (2 * 100 + 2_000),
      transport: 3 * (2 * 1_200 + 600),
      clothing: 3 * (2 * 1_200 + 1_600),
      other: 3 * (2 * 500 + 400 + 200),
    });
  });

  test("counts a member by the age reached on the day, a birthday included", async () => {
    const born = {
      "2019-10-02": 10_000,
      "2019-10-01": 12_000,
      "2012-10-02": 12_000,
      "2012-10-01": 15_000,
      "2008-10-02": 15_000,
      "2008-10-01": 14_000,
      "1963-10-02": 14_000,
      "1963-10-01": 12_000,
    };
    const rows = await Promise.all(Object.keys(born).map((birth) => standardOf([mother, person("h", "other", birth, grown)])));
    expect(rows.map((row) => row.categories[0]!.standard_lcu)).toEqual(Object.values(born).map((food) => 3 * (14_000 + food)));
  });

  test("disability, rent, an instalment and a dormitory come on top; a home of one's own or of relatives does not", async () => {
    const tenures = ["owned", "rented", "mortgaged", "dormitory", "relatives", "none"];
    const rows = await Promise.all([
      ...tenures.map((dwelling_tenure) => standardOf([mother], { dwelling_tenure })),
      standardOf([{ ...mother, disability: "2" }]),
    ]);
    const [own = 0, ...others] = rows.map((row) => row.standard_lcu as number);
    expect(others.map((each) => each - own)).toEqual([27_000, 18_000, 9_000, 0, 0, 3 * (1_500 + 600 + 300)]);
  });

  test("with an unknown age, disability or tenure it is a least one, never above what it turns out to be, and says so", async () => {
    const [known, ageless, untold, homeless, counted] = await Promise.all([
      standardOf([mother, father, son]),
      standardOf([mother, father, { ...son, birth_date: null }]),
      standardOf([mother, { ...father, disability: null }, son]),
      standardOf([mother, father, son], { dwelling_tenure: null }),
      standardOf([], { members: 4 }),
    ]);
    expect([known, ageless, untold, homeless].map((row) => row?.is_standard_least)).toEqual([false, true, true, true]);
    for (const row of [ageless, untold, homeless]) expect(row!.standard_lcu!).toBeLessThanOrEqual(known!.standard_lcu!);
    expect(
      [ageless, untold, homeless].map((row) => row!.missing.map(({ item }) => item).filter((item) => !/spend|acc/.test(item))),
    ).toEqual([["ages", "disability"], ["disability"], ["tenure"]]);
    expect(only(counted, "standard_lcu", "is_standard_least", "stage")).toEqual({
      standard_lcu: 3 * (4 * (10_000 + 2_000 + 400 + 800 + 300) + 2_600) + 4 * heatingMore,
      is_standard_least: true,
      stage: null,
    });
  });

  test("without standards it is unknown, and all else stands", async () => {
    const { h } = await needsOf({ tables: { ...family, income: earns(70_000) } }, { standards: false });
    expect(only(h, "standard_lcu", "standard_gap_lcu", "expected_month_lcu", "line_gap_lcu")).toEqual({
      standard_lcu: null,
      standard_gap_lcu: null,
      expected_month_lcu: null,
      line_gap_lcu: 150_000,
    });
    expect(h?.missing).toContainEqual({ item: "standard", reason: "none_set" });
  });
});

describe("spending", () => {
  const spending = [
    ...spends("food", "declared", 60_000),
    ...spends("housing", "declared", 50_000),
    ...spends("housing", "verified", 30_000, "utility"),
  ];

  test("counts what is verified before what is declared, and keeps both apart", async () => {
    const h = await need({ income: earns(100_000), expenditure: spending, consent: bothAdults });
    expect(only(h, "spent_lcu", "declared_lcu", "verified_lcu", "spends_above_income", "housing_share", "medical_share")).toEqual({
      spent_lcu: 270_000,
      declared_lcu: 330_000,
      verified_lcu: 90_000,
      spends_above_income: false,
      housing_share: 0.3,
      medical_share: 0,
    });
    expect(h!.categories.map(({ counted_lcu }) => counted_lcu)).toEqual([180_000, 90_000, 0, 0, 0, 0, 0]);
    expect(h!.categories[1]).toMatchObject({ declared_lcu: 150_000, verified_lcu: 90_000, verified_by: "utility", is_unverified: false });
    expect(h!.categories[2]).toMatchObject({ declared_lcu: null, verified_lcu: null, gap_lcu: 3 * (2 * 450 + 400) });
  });

  test("is absent without the consent of every adult, and says so; loans and bills stand", async () => {
    const rows = { income: earns(100_000), expenditure: spending, account: holds(90_000, {}) };
    const refused = [{ ...bothAdults[0], state: "refused" }, ...bothAdults.slice(1)] as TestRow[];
    const withdrawn = [
      ...bothAdults,
      ...bothAdults.map((row) => ({ ...row, state: "withdrawn", at: "2026-09-30T10:00:00", recorded_at: "2026-09-30T10:00:00" })),
    ];
    const consents = [[], refused.filter(({ scope }) => scope === "expenditure"), withdrawn, bothAdults];
    const [never, afterRefusal, afterWithdrawal, consented] = await Promise.all(consents.map((consent) => need({ ...rows, consent })));
    expect(only(never, "spent_lcu", "spends_above_income", "housing_share", "outflow_lcu", "draws_on_savings", "traceable_lcu")).toEqual({
      spent_lcu: null,
      spends_above_income: null,
      housing_share: null,
      outflow_lcu: null,
      draws_on_savings: null,
      traceable_lcu: null,
    });
    expect(
      never!.categories.every(
        ({ counted_lcu, declared_lcu, gap_lcu }) => counted_lcu === null && declared_lcu === null && gap_lcu === null,
      ),
    ).toBe(true);
    expect(never!.missing).toEqual([
      { item: "spending", reason: "no_consent" },
      { item: "accounts", reason: "no_consent" },
    ]);
    expect(never!.confidence).toBe(7 / 9);
    expect(never!.loans_share).toBe(0);
    expect(afterRefusal).toEqual(never);
    expect(afterWithdrawal).toEqual(never);
    expect(consented!.confidence).toBe(1);
  });

  test("needs the consent to its own scope: that to bank data shows accounts only, and the other way round", async () => {
    const rows = { expenditure: spending, account: holds(90_000, {}) };
    const [banked, spent] = await Promise.all(
      ["bank", "expenditure"].map((scope) => need({ ...rows, consent: given(scope, "mother", "father") })),
    );
    expect(only(banked, "spent_lcu", "outflow_lcu", "traceable_lcu")).toEqual({
      spent_lcu: null,
      outflow_lcu: 270_000,
      traceable_lcu: 270_000,
    });
    expect(banked!.missing).toEqual([{ item: "spending", reason: "no_consent" }]);
    expect(only(spent, "spent_lcu", "outflow_lcu", "traceable_lcu")).toEqual({
      spent_lcu: 270_000,
      outflow_lcu: null,
      traceable_lcu: 270_000,
    });
    expect(spent!.missing).toEqual([{ item: "accounts", reason: "no_consent" }]);
  });

  test("with consent, but not covered, it is unknown for that reason", async () => {
    const coverage = fullCoverage.map((each) => (each.table === "expenditure" ? { ...each, until: "2026-09-01" } : each));
    const { h } = await needsOf({ tables: { ...family, expenditure: spending, consent: bothAdults }, coverage });
    expect(h!.spent_lcu).toBeNull();
    expect(h!.missing).toEqual([{ item: "spending", reason: "not_covered" }]);
  });

  test("of 100,000 a month is above an income of a tenge less", async () => {
    const rows = await Promise.all(
      [100_000, 99_999].map((amount) =>
        need({ income: earns(amount), expenditure: spends("food", "verified", 100_000, "bank"), consent: bothAdults }),
      ),
    );
    expect(rows.map((row) => [row.spends_above_income, row.overspent_lcu])).toEqual([
      [false, 0],
      [true, 3],
    ]);
  });
});

describe("what a verification would settle", () => {
  const verdicts = async (incomeMonthly: number, rows: TestRow[]) => {
    const h = await need({ income: earns(incomeMonthly), expenditure: rows, consent: bothAdults });
    return h!.categories
      .filter(({ counted_lcu }) => counted_lcu! > 0)
      .map(({ settles_spending_above_income: above, settles_standard: standard }) => [above, standard]);
  };

  test("an unverified sum settles the verdict on income when, without it, spending is no more above income", async () => {
    const rows = spends("other", "declared", 60_000);
    expect(await Promise.all([59_999, 60_000].map((amount) => verdicts(amount, rows)))).toEqual([[[true, true]], [[false, true]]]);
  });

  test("the family's word settles it where it differs from what is verified", async () => {
    const rows = [...spends("housing", "declared", 50_000), ...spends("housing", "verified", 30_000, "utility")];
    expect(await Promise.all([29_999, 30_000, 49_999, 50_000].map((amount) => verdicts(amount, rows)))).toEqual([
      [[false, false]],
      [[true, false]],
      [[true, false]],
      [[false, false]],
    ]);
  });

  test("what is verified as declared settles nothing", async () => {
    expect(await verdicts(1, [...spends("food", "declared", 9_000), ...spends("food", "verified", 9_000, "bank")])).toEqual([
      [false, false],
    ]);
  });
});

describe("how the family copes", () => {
  test("overdue loans and bills of the last month are shown, and payments due against income", async () => {
    const credit = [
      ...quarter.map((month) => ({
        household_id: "h",
        person_id: "mother",
        month: `${month}-01`,
        loan_payment_lcu: 20_000,
        mortgage_payment_lcu: 5_000,
        overdue_days: 0,
        overdue_lcu: month === "2026-09" ? 7_000 : 90_000,
        recorded_at: `${month}-28`,
      })),
    ];
    const utility = quarter.map((month) => ({
      household_id: "h",
      month: `${month}-01`,
      arrears_lcu: month === "2026-09" ? 0 : 4_000,
      disconnected: false,
      recorded_at: `${month}-28`,
    }));
    const h = await need({ income: earns(100_000), credit, utility });
    expect(only(h, "loan_payments_lcu", "loans_share", "overdue_lcu", "utility_arrears_lcu", "is_overdue")).toEqual({
      loan_payments_lcu: 75_000,
      loans_share: 0.25,
      overdue_lcu: 7_000,
      utility_arrears_lcu: 0,
      is_overdue: true,
    });
    expect(only(await need({}), "overdue_lcu", "utility_arrears_lcu", "is_overdue")).toEqual({
      overdue_lcu: 0,
      utility_arrears_lcu: 0,
      is_overdue: false,
    });
  });

  test("savings are drawn on when the quarter ends with less than it began with", async () => {
    const ends = [49_999, 50_000, 50_001];
    const rows = await Promise.all(
      ends.map((end) => need({ account: holds(1_000, { "2026-06": 50_000, "2026-09": end }), consent: bothAdults })),
    );
    expect(rows.map((row) => row.draws_on_savings)).toEqual([true, false, false]);
  });
});

describe("the stage of life", () => {
  const stagesOf = async (...families: TestRow[][]) =>
    (await Promise.all(families.map((people) => needOf({ ...home, person: people })))).map((row) => row.stage);
  const aged = (name: string, birth: string | null, role: string) => person("h", name, birth, { role, ...grown });

  test("is told by the youngest child, else by pension age, else by the head's age", async () => {
    const head = aged("head", "1985-01-01", "head");
    const stages = await stagesOf(
      [head, aged("child", "2019-10-02", "child")],
      [head, aged("child", "2019-10-01", "child")],
      [head, aged("child", "2008-10-02", "child")],
      [head, aged("grown", "2008-10-01", "child")],
      [aged("head", "1991-10-02", "head")],
      [aged("head", "1991-10-01", "head")],
      [aged("head", "1963-10-02", "head")],
      [aged("head", "1963-10-01", "head")],
    );
    const expected = ["small_children", "school_children", "school_children", "adults", "young", "adults", "adults", "pensioners"];
    expect(stages).toEqual(expected);
  });

  test("is unknown where an unknown age could change it", async () => {
    const unknown = aged("unknown", null, "other");
    const head = aged("head", "1985-01-01", "head");
    expect(await stagesOf([head, unknown], [head, aged("child", "2023-01-01", "child"), unknown])).toEqual([null, "small_children"]);
  });

  test("puts its factor on the standard of the quarter's last month, beside what was spent in it", async () => {
    const month = 2 * 19_450 + 19_000 + 2_600 + 3 * heatingMore;
    const rows = spends("food", "verified", 50_000, "bank").map((row, index) => ({ ...row, amount_lcu: 50_000 + index }));
    expect(only(await need({ expenditure: rows, consent: bothAdults }), "expected_month_lcu", "spent_last_month_lcu")).toEqual({
      expected_month_lcu: Math.round(month * 1.05),
      spent_last_month_lcu: 50_002,
    });
  });
});

describe("a sole trader", () => {
  const trading = { ...mother, business: "sole_trader", employment: "self_employed" };
  const questions = async (monthly: number, spent: number, more: { trader?: TestRow; outflow?: number; consent?: TestRow[] } = {}) =>
    (await need({
      person: [more.trader ?? trading, father, son],
      income: earns(monthly, { person_id: "mother", kind: "self_employment" }),
      expenditure: spends("food", "verified", spent, "bank"),
      account: holds(more.outflow ?? 0, {}),
      consent: more.consent ?? bothAdults,
    }))!.questions;

  test("at 25 MRP (25 x 4,000) with more spending that can be traced is asked about; on the other side of either threshold not", async () => {
    const asked = [
      questions(100_000, 100_001),
      questions(100_000, 100_000),
      questions(100_001, 200_000),
      questions(100_000, 0, { outflow: 100_001 }),
      questions(100_000, 0, { outflow: 100_000 }),
    ];
    expect(await Promise.all(asked)).toEqual([["sole_trader_spending"], [], [], ["sole_trader_spending"], []]);
  });

  test("nobody else, and nobody without consent, is asked about", async () => {
    const others = [{ trader: mother }, { trader: { ...trading, business: "suspended" } }, { consent: [] }];
    expect(await Promise.all(others.map((other) => questions(100_000, 200_000, other)))).toEqual([[], [], []]);
  });
});

test("rows recorded on or after the day change nothing", async () => {
  const rows = { income: earns(70_000), expenditure: spends("food", "verified", 90_000, "bank"), consent: bothAdults };
  const late = {
    ...rows,
    income: [...rows.income, income("h", "2026-09", 500_000, { kind: "other", recorded_at: asOf })],
    expenditure: [...rows.expenditure, { ...rows.expenditure[0], category: "other", recorded_at: asOf } as TestRow],
  };
  const [now, before] = await Promise.all([need(late), need(rows)]);
  expect(now).toEqual(before);
});
