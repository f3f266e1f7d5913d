import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { featureTypes, readCatalogue } from "../src/features/catalogue.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { type CompiledRule, compileRules, rulesSelect } from "../src/rules/compile.ts";
import type { CompiledOffer } from "../src/rules/offers.ts";
import { parseExpression, type ValueType, type Vocabulary } from "../src/rules/parse-condition.ts";
import { rulesInForce } from "../src/rules/read-rules.ts";
import { checkRules } from "../src/rules/rule-file.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { identifier, quoted, type Session } from "../src/warehouse/session.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const deployment = readDeployment(projectFile("models/deployment.yaml"));
const features = featureTypes(readCatalogue(deployment.features));
const asOf = "2026-10-01";
let session: Session;
let rules: CompiledRule[];
let offers: CompiledOffer[];

beforeAll(async () => {
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  ({ rules, offers } = await rulesInForce(deployment, features, asOf));
});
afterAll(() => session.close());

type FeatureRow = Record<string, number | boolean | string | null>;

/** A relation with one household, every feature that is not given unknown. */
function household(row: FeatureRow): string {
  const sqlType = { number: "double", boolean: "boolean", category: "varchar" };
  const literal = (value: FeatureRow[string] | undefined) =>
    value === undefined || value === null ? "null" : typeof value === "string" ? quoted(value) : String(value);
  for (const name of Object.keys(row)) if (!features.has(name)) throw new Error(`no feature ${name}`);
  const columns = [...features].map(([name, type]) => `${literal(row[name])}::${sqlType[type]} as ${identifier(name)}`);
  return `(select 'h1' as household_id, ${columns.join(", ")})`;
}

async function verdict(id: string, row: FeatureRow): Promise<boolean | null> {
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`no rule ${id} in force`);
  return (await session.row(rulesSelect([rule], household(row))))[rule.column] as boolean | null;
}

/** By rule: a household that meets it, the change by which it no longer does, and a change after which nobody can say. */
const cases: [string, FeatureRow, FeatureRow, FeatureRow][] = [
  ["only-earner-died", { deaths_of_earner_12m: 1, wage_earners_3m: 0 }, { wage_earners_3m: 1 }, { wage_earners_3m: null }],
  ["earner-died", { deaths_of_earner_12m: 1 }, { deaths_of_earner_12m: 0 }, { deaths_of_earner_12m: null }],
  [
    "emergency-in-area",
    { emergencies_area_6m: 1, emergency_severity_6m: 2, is_rural: true, livestock_quantity: 1 },
    { livestock_quantity: 0 },
    { livestock_quantity: null },
  ],
  [
    "emergency-in-area",
    { emergencies_area_6m: 1, emergency_severity_6m: null, is_rural: true, livestock_quantity: 1 },
    { emergency_severity_6m: 1 },
    { is_rural: null },
  ],
  [
    "emergency-in-area",
    { emergencies_area_6m: 1, emergency_severity_6m: 2, is_rural: true, livestock_quantity: 1 },
    { is_rural: false },
    { emergencies_area_6m: null, emergency_severity_6m: null },
  ],
  [
    "slight-emergency-in-area",
    { emergency_severity_6m: 1, is_rural: true, livestock_quantity: 1 },
    { emergency_severity_6m: 2 },
    { emergency_severity_6m: null },
  ],
  [
    "slight-emergency-in-area",
    { emergency_severity_6m: 1, is_rural: true, livestock_quantity: 1 },
    { emergency_severity_6m: 0 },
    { livestock_quantity: null },
  ],
  ["map-level-e", { map_level_e: true }, { map_level_e: false }, { map_level_e: null }],
  ["map-level-d", { map_level_d: true, tsa_active: false }, { tsa_active: true }, { map_level_d: null }],
  ["urgent-signal", { urgent_verified_signals_3m: 1 }, { urgent_verified_signals_3m: 0 }, { urgent_verified_signals_3m: null }],
  [
    "community-signal",
    { verified_signals_3m: 1, urgent_verified_signals_3m: 0 },
    { verified_signals_3m: 0 },
    { verified_signals_3m: null },
  ],
  [
    "community-signal",
    { verified_signals_3m: 1, urgent_verified_signals_3m: 0 },
    { urgent_verified_signals_3m: 1 },
    { urgent_verified_signals_3m: null },
  ],
  ["below-line-without-tsa", { is_below_line: true, tsa_active: false }, { tsa_active: true }, { is_below_line: null }],
  ["below-line-without-tsa", { is_below_line: true, tsa_active: false }, { is_below_line: false }, { is_below_line: null }],
  [
    "below-subsistence-without-tsa",
    { is_below_subsistence: true, is_below_line: false, tsa_active: false },
    { is_below_line: true },
    { is_below_subsistence: null },
  ],
  [
    "children-without-income",
    { children: 1, has_any_income_6m: false, tsa_active: false },
    { has_any_income_6m: true },
    { has_any_income_6m: null },
  ],
  ["children-without-income", { children: 1, has_any_income_6m: false, tsa_active: false }, { children: 0 }, { children: null }],
  [
    "near-miss-refusal",
    { income_refusals_12m: 1, near_miss_excess_lcu: 5000, tsa_active: false },
    { near_miss_excess_lcu: 5001 },
    { near_miss_excess_lcu: null },
  ],
  ["rent-burden", { rent_share_3m: 0.41, dwelling_tenure: "rented" }, { rent_share_3m: 0.4 }, { rent_share_3m: null }],
  ["rent-burden", { rent_share_3m: 0.41, dwelling_tenure: "rented" }, { dwelling_tenure: "owned" }, { dwelling_tenure: null }],
  ["overdue-loan", { overdue_days_max: 91 }, { overdue_days_max: 90 }, { overdue_days_max: null }],
  ["income-halved", { income_change_3m: -0.5 }, { income_change_3m: -0.49 }, { income_change_3m: null }],
  ["child-not-in-school", { school_age_not_enrolled: 1 }, { school_age_not_enrolled: 0 }, { school_age_not_enrolled: null }],
  [
    "large-family-lost-wage",
    { is_large_family: true, wage_earners_before_3m: 1, wage_earners_3m: 0 },
    { wage_earners_3m: 1 },
    { wage_earners_before_3m: null },
  ],
  [
    "disability-and-falling-income",
    { has_disability: true, income_change_3m: -0.2 },
    { income_change_3m: -0.19 },
    { has_disability: null },
  ],
  [
    "tsa-ended-without-wage",
    { tsa_spells: 1, tsa_active: false, months_since_tsa_end: 12, wage_earners_3m: 0 },
    { months_since_tsa_end: 13 },
    { wage_earners_3m: null },
  ],
  ["utility-debt", { utility_arrears_lcu: 43250 }, { utility_arrears_lcu: 43249 }, { utility_arrears_lcu: null }],
  [
    "child-without-check-up",
    { children: 1, months_since_checkup_children_max: 18 },
    { months_since_checkup_children_max: 17 },
    { months_since_checkup_children_max: null },
  ],
  [
    "sole-trader-spending",
    { has_sole_trader: true, self_employment_monthly_3m_lcu: 108125, spending_to_income_ratio_3m: 1.01 },
    { self_employment_monthly_3m_lcu: 108126 },
    { spending_to_income_ratio_3m: null },
  ],
  [
    "sole-trader-spending",
    { has_sole_trader: true, self_employment_monthly_3m_lcu: 108125, spending_to_income_ratio_3m: 1.01 },
    { spending_to_income_ratio_3m: 1 },
    { has_sole_trader: null },
  ],
];

describe("rules on both sides of their thresholds", () => {
  test.each(cases)("%s: met by %j, unmet with %j, unknown with %j", async (id, met, without, unknown) => {
    expect(await verdict(id, met)).toBe(true);
    expect(await verdict(id, { ...met, ...without })).toBe(false);
    expect(await verdict(id, { ...met, ...unknown })).toBe(null);
  });

  test("every rule has such a case, and the list is the shipped one", () => {
    expect(new Set(cases.map(([id]) => id))).toEqual(new Set(rules.map((rule) => rule.id)));
    expect(rules.length).toBeGreaterThanOrEqual(15);
  });

  test("a family that never was on TSA is not unknown to the rule of ended TSA", async () => {
    expect(await verdict("tsa-ended-without-wage", { tsa_spells: 0, tsa_active: false, wage_earners_3m: 0 })).toBe(false);
    expect(await verdict("near-miss-refusal", { income_refusals_12m: 0, tsa_active: false })).toBe(false);
  });

  test("a family of which TSA is unknown counts as without it, in every rule that asks", async () => {
    const asking = cases.filter(([, met]) => met.tsa_active === false);
    const ids = rules.filter((rule) => rule.condition.features.includes("tsa_active")).map((rule) => rule.id);
    expect(new Set(asking.map(([id]) => id))).toEqual(new Set(ids));
    for (const [id, met] of asking) {
      expect(await verdict(id, { ...met, tsa_active: null }), id).toBe(true);
      expect(await verdict(id, { ...met, tsa_active: true }), id).toBe(false);
    }
  });

  test("suspicion never raises a tier: the sole trader's rule is a question without one, and no other rule reads its features", () => {
    const questions = rules.filter((rule) => rule.question);
    expect(questions.map((rule) => [rule.id, rule.tier])).toEqual([["sole-trader-spending", "none"]]);
    const others = rules.filter((rule) => !rule.question).flatMap((rule) => rule.condition.features);
    expect(others).not.toContain("has_sole_trader");
    expect(others).not.toContain("outflow_to_income_ratio_3m");
  });
});

const words: Vocabulary = {
  features: new Map<string, ValueType>([
    ["rent_share_3m", "number"],
    ["is_rural", "boolean"],
    ["dwelling_tenure", "category"],
  ]),
  parameters: new Set(["mrp"]),
};

describe("a condition", () => {
  test.each([
    ["rent_shar_3m > 1", 'character 1 (rent_shar_3m > 1): rent_shar_3m is not a feature of the catalogue (did you mean "rent_share_3m"?)'],
    ["is_rural and rent_share_3m > $mpr", '$mpr is neither a dated value of this rule nor a legal parameter (did you mean "mrp"?)'],
    ["rent_share_3m > (select 1)", "character 17 ((select 1)): subquery is not allowed in a rule"],
    ["coalesce(rent_share_3m, 0) > 1", "coalesce is not allowed in a rule"],
    ["least(rent_share_3m, 0) > 1", "the function least is not allowed; these are: + - * / abs ceil floor round"],
    ["random() > rent_share_3m", "the function random is not allowed"],
    ["sum(rent_share_3m) over () > 1", "window is not allowed in a rule"],
    ["rent_share_3m::integer > 1", "cast is not allowed in a rule"],
    ["rent_share_3m > 1) as a, (is_rural", "write one expression"],
    ["rent_share_3m > 1) from features; drop table features; select (1", "Only SELECT statements"],
    ["rent_share_3m > ", "character 17: syntax error"],
    ["dwelling_tenure > 'rented'", "a category has no order; use = or <>"],
    ["dwelling_tenure = 3", "a category is wanted here, this is a number"],
    ["not rent_share_3m", "a boolean is wanted here, this is a number"],
    ["rent_share_3m = null", "only numbers, words and true or false may stand here"],
    ["is_rural is distinct from is_rural", "is distinct from is not allowed in a rule"],
    ["rent_share_3m is not true", "a boolean is wanted here, this is a number"],
    ["getvariable('x') > 1", "the function getvariable is not allowed"],
  ])("%s is refused with its place: %s", async (text, message) => {
    const refusal = parseExpression(session, text, words, "models/rules/x.yaml: when");
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toThrow("models/rules/x.yaml: when");
    await expect(refusal).rejects.toMatchObject({ name: "UserError" });
  });

  test("says which names it uses, and what runs is printed from what was checked", async () => {
    const { sql, features, parameters } = await parseExpression(session, "rent_share_3m*2 > $mrp -- in tenge", words, "x");
    expect({ sql, features, parameters }).toEqual({
      sql: '(("rent_share_3m" * 2) > $mrp)',
      features: ["rent_share_3m"],
      parameters: ["mrp"],
    });
  });
});

const whole = {
  id: "rent",
  tier: "elevated",
  reason: '{kk: "{rent_share_3m, number, percent}", ru: "{rent_share_3m, number, percent}", en: "rent"}',
  when: "rent_share_3m > $threshold",
  threshold: "{2024-01-01: 0.5, 2025-01-01: 0.4}",
  in_force: "{2024-01-01: true, 2026-01-01: false}",
  offers: "[tsa]",
  reference: "test",
};

async function ruleFrom(directory: string, change: Partial<Record<string, string>>, file = "rent") {
  const path = join(root, directory);
  mkdirSync(path, { recursive: true });
  const lines = Object.entries({ ...whole, ...change }).filter(([, value]) => value !== undefined);
  writeFileSync(join(path, `${file}.yaml`), lines.map(([key, value]) => `${key}: ${value}\n`).join(""));
  return checkRules(session, path, { ...words, offers: new Set(["tsa"]) });
}

describe("a rule's file", () => {
  test.each([
    ["argument", { reason: '{kk: "{rent}", ru: "x", en: "x"}' }, "reason: kk: {rent} is not known here"],
    ["language", { reason: '{kk: "x", ru: "x"}' }, "reason.en"],
    ["message", { reason: '{kk: "{", ru: "x", en: "x"}' }, "reason: kk:"],
    ["key", { teir: "high", tier: undefined }, "tier"],
    ["offer", { offers: "[tsb]" }, 'offers: there is no tsb (did you mean "tsa"?)'],
    ["order", { threshold: "{2025-01-01: 0.4, 2024-01-01: 0.5}" }, "threshold: overlap: 2024-01-01 stands after 2025-01-01"],
    ["date", { threshold: "{2024-02-30: 0.4}" }, "2024-02-30"],
    ["late", { threshold: "{2024-06-01: 0.4}" }, "threshold begins on 2024-06-01, the rule on 2024-01-01"],
    ["question", { question: "true" }, "a question never raises a tier"],
    ["legal", { mrp: "{2024-01-01: 1}", when: "rent_share_3m > $mrp" }, "mrp is the name of a legal parameter"],
    ["unused", { when: "rent_share_3m > 1" }, "threshold is not used by the condition"],
    ["type", { when: "rent_share_3m * $threshold" }, "a condition is true or false, this is a number"],
  ])("with a fault in its %s is named with the file", async (name, change, message) => {
    const { rules, faults } = await ruleFrom(name, change as Partial<Record<string, string>>);
    expect(rules).toEqual([]);
    expect(faults.join("\n")).toContain(message);
    expect(faults.join("\n")).toContain(join(name, "rent.yaml"));
  });

  test("the value in force on the date counts, and a rule that is off is not there", async () => {
    const { rules: read, faults } = await ruleFrom("dated", {});
    expect(faults).toEqual([]);
    const sqlOn = (date: string) => compileRules(read, new Map(), date).map((rule) => rule.sql);
    expect(sqlOn("2023-12-31")).toEqual([]);
    expect(sqlOn("2024-12-31")).toEqual(['("rent_share_3m" > 0.5)']);
    expect(sqlOn("2025-01-01")).toEqual(['("rent_share_3m" > 0.4)']);
    expect(sqlOn("2025-12-31")).toEqual(['("rent_share_3m" > 0.4)']);
    expect(sqlOn("2026-01-01")).toEqual([]);
  });
});

describe("forms of support", () => {
  test("no offer states the law of a programme again", () => {
    const programmes = readdirSync(deployment.programmes).map((file) => basename(file, ".yaml"));
    const ofLaw = offers.filter(({ programme }) => programme !== undefined);
    expect(ofLaw.map(({ code }) => code).sort()).toEqual(programmes.filter((code) => code !== "terms").sort());
    for (const { code, programme, when, amount } of ofLaw) expect([programme, when, amount]).toEqual([code, undefined, undefined]);
    expect(offers.filter(({ amount }) => amount !== undefined)).toEqual([]);
  });

  test("an offer that somebody would have to find out about stays possible: unknown is not no", async () => {
    const fits = async (row: FeatureRow) => {
      const offer = offers.find(({ code }) => code === "health_checkups") as CompiledOffer;
      return (await session.row(`select ${offer.fits} as fits from ${household(row)}`)).fits;
    };
    expect([await fits({ children: 1 }), await fits({ children: 0 }), await fits({})]).toEqual([true, false, null]);
  });
});
