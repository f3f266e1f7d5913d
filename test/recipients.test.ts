import { describe, expect, test } from "vitest";
import { indicatorText } from "../src/cli/indicator-text.ts";
import { languages } from "../src/domain/languages.ts";
import { readIndicators } from "../src/indicators/definition.ts";
import { noteNames, type Recipient, readNotes, readRecipients } from "../src/indicators/recipients.ts";
import { reportProgramme } from "../src/indicators/report.ts";
import { formatMessage } from "../src/rules/message.ts";
import { asOf, byName, household, income, months, person, type Tables, type World } from "./support/features.ts";
import { family, type Measuring, measured, tsa } from "./support/indicators.ts";
import { pseudonym, type TestRow } from "./support/registry.ts";

const quarterly = (household_id: string, first: string, last: string, amount: number) =>
  months(first, last).map((month) => income(household_id, month, amount));

/** The notes on families by their short names: `yes` with reasons and values, else the state. */
async function notesOf(world: World, options: Measuring = {}) {
  return measured(world, options, async (session) => {
    const found = await readRecipients(session, readNotes(), { asOf, areas: [""], limit: 100, language: "en", currency: "KZT" });
    const named = byName(world.tables, found as never) as unknown as Record<string, Recipient>;
    return Object.fromEntries(
      Object.entries(named).map(([name, { notes }]) => [
        name,
        Object.fromEntries(
          notes.map(({ note, state, reasons }) => [
            note,
            state === "no"
              ? "no"
              : `${state}: ${reasons.map(({ code, value }) => (value === null ? code : `${code} ${value}`)).join(", ")}`,
          ]),
        ),
      ]),
    );
  });
}

describe("notes on present recipients", () => {
  test("exit ready: two quarters running at the line, both sides; unknown where a quarter is", async () => {
    const names = ["at", "under", "once", "young"];
    const tables: Tables = {
      household: names.map((name) => family(name, 1, name === "young" ? { formed_on: "2026-07-01" } : {})),
      benefit: names.map((name) => tsa(name, "2026-08-01", "2026-12-31")),
      income: [
        ...quarterly("at", "2026-04", "2026-09", 40_000),
        ...quarterly("under", "2026-04", "2026-09", 39_999),
        ...quarterly("once", "2026-07", "2026-09", 40_000),
        ...quarterly("young", "2026-07", "2026-09", 40_000),
      ],
    };
    const notes = await notesOf({ tables });
    expect(Object.fromEntries(names.map((name) => [name, notes[name]?.exit_ready]))).toEqual({
      ...{ at: "yes: income_above_line 2", under: "no", once: "no", young: "unknown: income_unknown" },
    });
    expect((await notesOf({ tables }, { values: { exit_ready_quarters: 1 } })).once?.exit_ready).toBe("yes: income_above_line 1");
  });

  test("return risk: an earlier spell not long before, a narrow margin, seasonal work only", async () => {
    const names = ["back", "long ago", "narrow", "wide", "seasonal", "two jobs", "unseen"];
    const tables: Tables = {
      household: names.map((name) => household(name, { members: 1 })),
      person: names
        .map((name) =>
          person(name, name, "1990-01-01", {
            employment: name === "seasonal" || name === "two jobs" ? "seasonal" : "inactive",
            disability: "none",
          }),
        )
        .concat([person("two jobs", "other", "1990-01-01", { employment: "hired", disability: "none" })]),
      benefit: [
        ...names.map((name) => (name === "unseen" ? tsa(name, "2023-01-01", null) : tsa(name, "2026-08-01", "2026-12-31"))),
        tsa("back", "2024-01-01", "2024-08-01"),
        tsa("long ago", "2024-01-01", "2024-07-31"),
      ],
      income: [
        ...quarterly("narrow", "2026-07", "2026-09", 43_999),
        ...quarterly("wide", "2026-07", "2026-09", 44_000),
        ...quarterly("two jobs", "2026-07", "2026-09", 100_000),
      ],
    };
    const notes = await notesOf({ tables });
    expect(Object.fromEntries(names.map((name) => [name, notes[name]?.return_risk]))).toEqual({
      back: "yes: returned_before 24",
      "long ago": "no",
      narrow: "yes: narrow_margin 3999",
      wide: "no",
      seasonal: "yes: only_seasonal_work 1",
      "two jobs": "no",
      unseen: "unknown: history_unknown",
    });
  });

  test("long stay: a year to the day; nobody able, or nobody working; unknown where that is", async () => {
    const names = ["year", "day short", "unable", "idle", "works", "unknown"];
    const work: Record<string, TestRow> = {
      unable: { disability: "1" },
      idle: { employment: "unemployed" },
      unknown: { employment: null },
    };
    const tables: Tables = {
      household: names.map((name) => household(name)),
      person: names.map((name) => person(name, name, "1990-01-01", { disability: "none", employment: "hired", ...work[name] })),
      benefit: names.map((name) =>
        tsa(name, name === "year" ? "2025-10-01" : name === "day short" ? "2025-10-02" : "2026-08-01", "2026-12-31"),
      ),
    };
    const notes = await notesOf({ tables });
    expect(Object.fromEntries(names.map((name) => [name, notes[name]?.long_stay_risk]))).toEqual({
      ...{ year: "yes: stayed_long 12", "day short": "no", unable: "yes: nobody_able_to_work", idle: "yes: nobody_works 1", works: "no" },
      unknown: "unknown: work_unknown",
    });
  });

  test("plan overdue: measures of an active plan due before the day and not done; no plan is not known", async () => {
    const names = ["due before", "due today", "done", "broken", "none"];
    const tables: Tables = {
      household: names.map((name) => family(name)),
      benefit: names.map((name) => tsa(name, "2026-08-01", "2026-12-31")),
      plan: names.slice(0, 4).map((name) => ({
        ...{
          household_id: name,
          plan_id: "p",
          kind: "social_contract",
          signed_on: "2026-08-01",
          ends_on: "2027-01-01",
          recorded_at: "2026-08-02",
        },
        status: name === "broken" ? "broken" : "active",
      })),
      plan_measure: names.slice(0, 4).map((name) => ({
        ...{ household_id: name, plan_id: "p", measure_id: "m", person_id: null, kind: "training", recorded_at: "2026-09-01" },
        due_on: name === "due today" ? asOf : "2026-09-30",
        done_on: name === "done" ? "2026-09-30" : null,
        status: name === "done" ? "done" : "planned",
      })),
    };
    const notes = await notesOf({ tables });
    expect(Object.fromEntries(names.map((name) => [name, notes[name]?.plan_overdue]))).toEqual({
      ...{
        "due before": "yes: measures_overdue 1",
        "due today": "no",
        done: "no",
        broken: "unknown: plan_unknown",
        none: "unknown: plan_unknown",
      },
    });
  });

  test("every reason that the select names has its sentence in three languages, and the words of no note threaten help", async () => {
    const notes = readNotes();
    for (const note of noteNames)
      for (const sentences of [notes[note].name, notes[note].advice, ...Object.values(notes[note].reasons)])
        for (const language of languages) {
          const said = formatMessage(sentences[language], language, { value: 2, currency: "KZT" });
          expect(said).not.toMatch(/прекратить|отказ|сократить помощь|not eligible|refuse|cut |тоқтатыл|бас тарт/i);
        }
    const sql = (await import("node:fs")).readFileSync("sql/programme/recipient_note.sql", "utf8");
    const pairs = [...sql.matchAll(/'(exit_ready|return_risk|long_stay_risk|plan_overdue)'(?: as note)?, '(\w+)'/g)].map(
      ([, note, reason]) => `${note} ${reason}`,
    );
    const worded = noteNames.flatMap((note) => Object.keys(notes[note].reasons).map((reason) => `${note} ${reason}`));
    expect([...new Set(pairs)].sort()).toEqual(worded.sort());
  });

  test("areas, one note only, and pages by household", async () => {
    const names = ["a", "b", "c"];
    const tables: Tables = {
      household: names.map((name) => family(name, 1, name === "c" ? { area_code: "750000000" } : {})),
      benefit: names.map((name) => tsa(name, name === "a" ? "2025-01-01" : "2026-08-01", null)),
    };
    await measured({ tables }, {}, async (session) => {
      const read = async (query: object) =>
        (await readRecipients(session, readNotes(), { asOf, areas: [""], limit: 100, language: "en", currency: "KZT", ...query })).map(
          ({ household_id }) => household_id,
        );
      const all = names.map(pseudonym).sort();
      expect(await read({})).toEqual(all);
      expect(await read({ limit: 2 })).toEqual(all.slice(0, 2));
      expect(await read({ after: all[1] })).toEqual(all.slice(2));
      expect(await read({ areas: ["75"] })).toEqual([pseudonym("c")]);
      expect(await read({ note: "long_stay_risk" })).toEqual([pseudonym("a")]);
      // Before the day from which a note is given, nobody has it.
      expect(await read({ note: "long_stay_risk", asOf: "2017-12-31" })).toEqual([]);
    });
  });
});

describe("the report", () => {
  const tables: Tables = { household: [family("a"), family("b")], benefit: [tsa("a", "2026-08-01", null)] };
  test.each([
    ["kk", "Қызметтерге қанағаттанған алушылар", "Бірде-бір тіркелімде жоқ"],
    ["ru", "Получатели, довольные услугами", "Нет ни в одном регистре"],
    ["en", "Recipients satisfied with services", "No register holds it"],
  ] as const)("in %s says each indicator beside its target, and what is missing", async (language, name, missing) => {
    const codes = readIndicators().map(({ code }) => code);
    const report = await measured({ tables }, { codes }, (session) =>
      reportProgramme(session, readIndicators(), { asOf, areas: [""], language, areaName: () => "all" }),
    );
    expect(report.indicators).toHaveLength(18);
    const satisfied = report.indicators.find(({ code }) => code === "satisfied_share");
    expect(satisfied).toMatchObject({ name, target: { direction: "at_least", low: 0.75, high: 0.8 } });
    expect(satisfied?.figures).toMatchObject([{ standing: "not_measured", units: 0, unknown: 1 }]);
    expect(satisfied?.figures[0]?.not_measured).toContain(missing);
    expect(report.indicators.find(({ code }) => code === "below_subsistence_share")?.figures).toMatchObject([
      { value: 1, standing: "missed", units: 2 },
    ]);
    for (const each of report.indicators)
      for (const text of [each.name, each.definition, each.missing, each.period]) expect(text).not.toBe("");
    // What a terminal shows has each definition with its registers, and the ministry's last published figures.
    const shown = indicatorText(report, language);
    for (const { number, definition, source } of report.indicators)
      expect(shown).toContain(`${number}. ${definition} (${source.join(", ")})`);
    expect(shown.match(/2023: /g)).toHaveLength(5);
  });

  test("where a register is not complete the figure says which", async () => {
    const coverage = [{ table: "income", from: "2023-01-01", until: "2026-10-01" }];
    const report = await measured({ tables, coverage }, { codes: ["checkup_share"] }, (session) =>
      reportProgramme(session, readIndicators(), { asOf, areas: [""], language: "en", areaName: () => "all" }),
    );
    const figure = report.indicators.find(({ code }) => code === "checkup_share")?.figures[0];
    expect(figure).toMatchObject({ value: null, coverage: 0, not_measured: "the register is not complete here: benefit, health" });
  });
});
