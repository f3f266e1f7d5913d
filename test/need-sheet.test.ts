import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Need } from "../src/api/need-schema.ts";
import { needText } from "../src/cli/need-text.ts";
import { languages } from "../src/domain/languages.ts";
import type { Principal } from "../src/domain/principal.ts";
import type { NeedRow } from "../src/need/need-row.ts";
import { needSheet, perMonth, perMonthUp } from "../src/need/sheet.ts";
import { labels } from "../src/need/sheet-labels.ts";
import * as words from "../src/need/words.ts";
import { messageFaults } from "../src/rules/message.ts";
import { admin, keyOf, type TestApi, testApi } from "./support/api.ts";
import { listedAsOf, listedFamilies } from "./support/listed-families.ts";
import { plainNeed } from "./support/need-rows.ts";
import { pseudonym, temporaryDirectory } from "./support/registry.ts";

const frame = (language: (typeof languages)[number]) => ({ asOf: "2026-10-01", currency: "KZT", language });
const silent = plainNeed(pseudonym("poor"), "751110000");
/** The same family with consent: 90,000 declared and 30,000 verified for a home, food that nobody verified, and a question. */
const open: NeedRow = {
  ...silent,
  categories: silent.categories.map((each) => ({
    ...each,
    counted_lcu: each.category === "food" ? 240_000 : each.category === "housing" ? 90_000 : 0,
    declared_lcu: each.category === "food" ? 240_000 : each.category === "housing" ? 270_000 : null,
    verified_lcu: each.category === "housing" ? 90_000 : null,
    verified_by: each.category === "housing" ? "bank,utility" : null,
    gap_lcu: each.category === "food" || each.category === "housing" ? 0 : 60_000,
    is_unverified: each.category === "food",
    settles_spending_above_income: each.category === "food",
    settles_standard: each.category === "food",
  })),
  spent_lcu: 330_000,
  declared_lcu: 510_000,
  verified_lcu: 90_000,
  spending_gap_lcu: 150_001,
  housing_share: 0.4286,
  medical_share: 10,
  spends_above_income: true,
  overspent_lcu: 120_001,
  savings_before_lcu: 50_000,
  savings_lcu: 20_000,
  draws_on_savings: true,
  spent_last_month_lcu: 110_000,
  questions: ["sole_trader_spending"],
  self_employment_lcu: 180_000,
  traceable_lcu: 330_000,
  missing: [{ item: "tenure", reason: "unknown" }],
};

describe("sums a month", () => {
  test("are of the quarter over three, to the nearest tenge; what is missing rounds up", () => {
    expect([0, 1, 2, 3, 4, 5].map((amount) => perMonth(amount, 3))).toEqual([0, 0, 1, 1, 1, 2]);
    expect([0, 1, 3, 4].map((amount) => perMonthUp(amount, 3))).toEqual([0, 1, 1, 2]);
    expect([perMonth(null, 3), perMonthUp(null, 3)]).toEqual([null, null]);
  });

  test("stand in the sheet as they are worked out by hand", () => {
    const sheet = needSheet(open, frame("en"));
    expect(sheet.income).toMatchObject({ total_lcu: 70_000, per_member_lcu: 23_333 });
    expect(sheet.income.sources.map(({ amount_lcu }) => amount_lcu)).toEqual([60_000, 10_000]);
    expect(sheet.lines).toMatchObject({ line_gap_lcu: 50_000, subsistence_gap_lcu: 80_000 });
    expect(sheet.standard).toEqual({ total_lcu: 160_000, is_least: true, income_gap_lcu: 90_001 });
    expect(sheet.spending).toEqual({ total_lcu: 110_000, declared_lcu: 170_000, verified_lcu: 30_000, standard_gap_lcu: 50_001 });
    expect(sheet.coping).toMatchObject({ overspent_lcu: 40_001, savings_sum_lcu: 20_000, overdue_loans_sum_lcu: 7_000 });
  });
});

describe("words", () => {
  const names = Object.values({ ...words, labels }).flatMap((group) => Object.entries(group));

  test("exist in three languages, parse, and take the same arguments in each", () => {
    expect(names.length).toBeGreaterThan(80);
    for (const [code, sentences] of names) {
      for (const language of languages) expect(sentences[language].trim(), `${code} ${language}`).not.toBe("");
      const used = languages.map((language) =>
        [...sentences[language].matchAll(/\{(\w+)/g)].map((match) => match[1]).filter((name) => /^[a-z]/i.test(name!)),
      );
      const known = new Set(used.flat() as string[]);
      expect(messageFaults(sentences, known), code).toEqual([]);
    }
  });

  test("never refuse, suspect or accuse", () => {
    const texts = [
      needText(needSheet(open, frame("en")), "en"),
      needText(needSheet(open, frame("ru")), "ru"),
      needText(needSheet(open, frame("kk")), "kk"),
    ];
    for (const text of texts)
      expect(text).not.toMatch(
        /refus|not eligible|suspicio|fraud|hid(es|den)|conceal|отказ|скрыва|подозр|не положен|бас тарт|жасыр|күмән/i,
      );
  });
});

describe("a sheet for people", () => {
  test.each(languages)("in %s has every part, without code or stray number", (language) => {
    const text = needText(needSheet(open, frame(language)), language);
    expect(text).not.toMatch(/undefined|null|NaN|_lcu|sole_trader|small_children|no_consent|\{|\}/);
    for (const title of ["income", "lines", "spending", "coping", "verifications", "questions", "missing"] as const)
      expect(text).toContain(labels[title][language].split("{")[0]);
    expect(text).toContain(words.missingWords["tenure unknown"]![language]);
    for (const line of text.split("\n").filter((each) => !each.startsWith("- "))) expect(line.length, line).toBeLessThanOrEqual(120);
  });

  test("says in words what a verification would settle, and by whom", () => {
    const { verifications, questions } = needSheet(open, frame("en"));
    expect(verifications.map(({ category, by, text }) => [category, by, text])).toEqual([
      [
        "food",
        ["bank"],
        "Food: the family says 80,000 tenge a month, nobody has verified it (could: bank). A verification would settle whether spending is above income and whether the standard is reached.",
      ],
      [
        "housing",
        ["bank", "utility"],
        "Housing: the family says 90,000 tenge a month, 30,000 tenge is verified (bank, utility). It would change no verdict.",
      ],
    ]);
    expect(questions[0]?.text).toBe(
      "Spending that can be traced is 110,000 tenge a month, registered income 70,000 tenge, of which own work 60,000 tenge. Does the family get by, and what helps it?",
    );
  });

  test("without consent shows standards, not spending, and says why in each language", () => {
    for (const language of languages) {
      const sheet = needSheet(silent, frame(language));
      expect(sheet.spending).toBeNull();
      expect(sheet.verifications).toEqual([]);
      expect(sheet.categories.map(({ spent_lcu, declared_lcu, gap_lcu }) => [spent_lcu, declared_lcu, gap_lcu])).toEqual(
        Array(7).fill([null, null, null]),
      );
      const text = needText(sheet, language);
      expect(text).toContain(words.missingWords["spending no_consent"]![language]);
      expect(text).not.toContain(labels.declared[language]);
      expect(text).toContain({ kk: "болғаны белгісіз", ru: "фактические неизвестны", en: "what was spent is not known" }[language]);
    }
  });
});

describe("the service", () => {
  const root = temporaryDirectory(afterAll);
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi((await listedFamilies(root)).data, { now: () => new Date("2026-10-02T00:00:00Z") });
  });
  afterAll(() => api.close());
  const get = (name: string, lang: string, as: Principal = admin) =>
    api.app.inject({ method: "GET", url: `/v1/households/${pseudonym(name)}/need?lang=${lang}`, headers: keyOf(as) });

  test.each(languages)("gives the sheet of the run that is shown in %s", async (language) => {
    const { run_id, ...sheet } = Need.parse((await get("poor", language)).json());
    expect(run_id).toMatch(/^[0-9a-f]{32}$/);
    expect(sheet).toEqual(needSheet(silent, { ...frame(language), asOf: listedAsOf }));
  });

  test("shows a household outside one's areas like one that is not there, and notes who was seen", async () => {
    const worker: Principal = { id: "worker-61", role: "social_worker", areas: ["61"] };
    const replies = [await get("poor", "ru", worker), await get("nobody", "ru", worker)];
    const problems = replies.map((reply) => ({ ...(reply.json() as object), instance: "" }));
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([404, 404]);
    expect(problems[0]).toEqual(problems[1]);
    expect((await get("far", "ru", worker)).statusCode).toBe(200);
    expect(api.audited.slice(-3).map(({ outcome, objects }) => [outcome, objects])).toEqual([
      ["denied", [pseudonym("poor")]],
      ["failed", [pseudonym("nobody")]],
      ["ok", [pseudonym("far")]],
    ]);
  });

  test("gives it to no planner or operator", async () => {
    for (const role of ["planner", "operator"] as const)
      expect((await get("poor", "ru", { id: role, role, areas: [""] })).statusCode).toBe(403);
  });
});
