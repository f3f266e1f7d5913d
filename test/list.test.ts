import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import ExcelJS from "exceljs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashOf } from "../src/domain/canonical.ts";
import { languages } from "../src/domain/languages.ts";
import { diffLists } from "../src/lists/diff-lists.ts";
import { expiredTexts, keepTexts, textsFrom } from "../src/lists/entry-texts.ts";
import { exportColumns, exportFormats } from "../src/lists/export-columns.ts";
import { exportList } from "../src/lists/export-list.ts";
import { readFrame } from "../src/lists/frame.ts";
import { openPublished, publishedFile } from "../src/lists/published.ts";
import { type List, type ListQuery, readList } from "../src/lists/read-list.ts";
import { sheetsFrom } from "../src/lists/sheets.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { calm, type ListedRun, listedRun, type TestHousehold } from "./support/listed-run.ts";
import { pseudonym, temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const asOf = "2026-10-01";
const terms = [{ name: "overdue_days_max", transform: "none" as const, mean: 30, deviation: 30, coefficient: 2, missing: null }];
const poor = {
  ...calm,
  is_below_line: true,
  is_below_subsistence: true,
  income_per_capita_q0_lcu: 30000,
  poverty_line_q0_lcu: 48000.5,
  line_shortfall_lcu: 18000.5,
  income_to_line_ratio: 0.625,
  income_to_subsistence_ratio: 0.5,
};
const families: TestHousehold[] = [
  { name: "poor", features: poor, programmes: { tsa: { state: "may_be_entitled", amount: 72_002 } } },
  { name: "slipping", features: { ...calm, overdue_days_max: 60, income_to_subsistence_ratio: 1.4 }, risk: 0.6 },
  { name: "warned", area: "612000000", features: { ...calm, overdue_days_max: 120, children: 1 }, risk: 0.2 },
  { name: "dark", unknown_reason: "no_income_register", confidence: 0.2, features: { registers_known: 1, days_since_newest_record: 800 } },
];

let run: ListedRun;
beforeAll(async () => {
  run = await listedRun(join(root, "run"), asOf, families, terms);
});

async function listOf(query: Partial<ListQuery> = {}, of: ListedRun = run): Promise<List> {
  const { session, meta } = await openPublished(of.data, of.id);
  try {
    return await readList(session, await readFrame(session, meta), { area: "", language: "ru", today: asOf, ...query });
  } finally {
    session.close();
  }
}
const idsOf = (list: List) => list.entries.map((entry) => entry.household_id);
const ids = (...names: string[]) => names.map(pseudonym);

describe("a published list", () => {
  test("what was said of its entries at publishing is what a reading says of them, in every language, also when it is kept in memory", async () => {
    const { session, meta } = await openPublished(run.data, run.id);
    const frame = await readFrame(session, meta);
    const places = [4, 1, 3];
    for (const language of languages) {
      const { entries } = await readList(session, frame, { area: "", language, today: asOf });
      const said = places.map((place) => entries[place - 1]!);
      for (const readTexts of [textsFrom(session), await keepTexts(session)]) {
        const texts = (await readTexts(places, language)).map((text) => Buffer.from(text).toString());
        expect(texts.map((text, index) => JSON.parse(`{"rank":${places[index]},${text}`))).toEqual(said);
        expect(await readTexts([], language)).toEqual([]);
      }
      const expired = await readList(session, frame, { area: "", language, today: "2026-11-02" });
      const last = expired.entries.at(-1)!;
      const [text] = await expiredTexts(frame, sheetsFrom(session))([last.rank], language);
      expect(JSON.parse(`{"rank":${last.rank},${Buffer.from(text!).toString()}`)).toEqual(last);
    }
    session.close();
  });

  test("orders the country, an area, a tier; ranks count where one looks", async () => {
    expect(idsOf(await listOf())).toEqual(ids("poor", "slipping", "warned", "dark"));
    const region = await listOf({ area: "610000000" });
    expect(region.entries.map(({ household_id, rank }) => [household_id, rank])).toEqual([[pseudonym("warned"), 1]]);
    expect(idsOf(await listOf({ area: "7511" }))).toEqual(ids("poor", "slipping", "dark"));
    expect((await listOf({ tier: "high" })).entries.map(({ household_id, rank }) => [household_id, rank])).toEqual([
      [pseudonym("poor"), 1],
      [pseudonym("slipping"), 2],
    ]);
    expect(await listOf({ limit: 1 })).toMatchObject({ listed: 4, matching: 4, entries: [{ household_id: pseudonym("poor") }] });
  });

  test("has an id that binds the run's inputs, the places and the area, the one the run wrote down", async () => {
    const { list_id, places } = await listOf({ area: "75" });
    expect(list_id).toBe(hashOf({ manifest: run.manifest, capacity: places, area: "75" }));
    const written = JSON.parse(readFileSync(join(run.runDirectory, "publish", "manifest.json"), "utf8")) as {
      lists: Record<string, string>;
    };
    expect(written.lists["75"]).toBe(list_id);
    expect(Object.keys(written.lists).sort()).toEqual(["", "61", "6120", "75", "7511"]);
    expect((await listOf({ area: "61" })).list_id).not.toBe(list_id);
  });

  test("shows no score after its last day: what rests on it is kept back, need and rules stay", async () => {
    expect(idsOf(await listOf({ today: "2026-11-01" }))).toEqual(ids("poor", "slipping", "warned", "dark"));
    const expired = await listOf({ today: "2026-11-02" });
    expect(idsOf(expired)).toEqual(ids("poor", "warned", "dark"));
    expect(expired.expired).toBe(1);
    expect(expired.entries.flatMap((entry) => entry.reasons.map((reason) => reason.source))).not.toContain("model");
    for (const { reasons } of expired.entries) {
      expect(reasons.length).toBeGreaterThanOrEqual(3);
      expect(new Set(reasons.map((reason) => reason.code)).size).toBe(reasons.length);
    }
    for (const { reasons } of (await listOf()).entries) expect(reasons.map((reason) => reason.source)).not.toContain("spare");
  });

  test("never holds the score itself", async () => {
    expect(JSON.stringify(await listOf())).not.toMatch(/probability":0\.6|"risk":|"margin"/);
  });

  test("an unknown area, tier or run is named, with what there is", async () => {
    await expect(listOf({ area: "19" })).rejects.toThrow("--area 19: no household is known there; regions of this run: 61, 75");
    await expect(listOf({ area: "Almaty" })).rejects.toThrow("--area Almaty: give a KATO code");
    await expect(listOf({ tier: "hihg" })).rejects.toThrow('there is no such tier (did you mean "high"?)');
    await expect(openPublished(run.data, "zzz")).rejects.toThrow("run zzz has not been published");
  });
});

describe("sentences", () => {
  test("say sums, shares and counts as people write them", async () => {
    const said = Object.fromEntries(
      await Promise.all(
        languages.map(async (language) => [
          language,
          (await listOf({ language })).entries[0]?.reasons.slice(0, 2).map((reason) => reason.text.replaceAll(/\s/g, " ")),
        ]),
      ),
    );
    expect(said).toEqual({
      kk: [
        "Жан басына шаққандағы табыс айына 30 000 теңге, бұл кедейлік шегінен (48 001 теңге) төмен, ал отбасы АӘК алмайды",
        "Кедейлік шегіне дейін жан басына айына 18 001 теңге жетпейді",
      ],
      ru: [
        "Доход 30 000 тенге на человека в месяц ниже черты бедности (48 001 тенге), а АСП семья не получает",
        "До черты бедности не хватает 18 001 тенге на человека в месяц",
      ],
      en: [
        "Income of 30,000 tenge per head and month is below the poverty line (48,001 tenge), and the family does not receive TSA",
        "18,001 tenge per head and month are missing to the poverty line",
      ],
    });
  });

  test("no sentence of a rule, feature or offer has a bare decimal, a placeholder or a gap, in any language", async () => {
    let seen = 0;
    for (const language of languages)
      for (const entry of (await listOf({ language })).entries)
        for (const { text } of [...entry.reasons, ...entry.questions, ...entry.offers]) {
          seen += 1;
          expect(text).not.toMatch(/\d\.\d{3,}|[{}]|undefined|null|NaN|KZT| {2}/);
        }
    expect(seen).toBeGreaterThan(40);
  });

  test("offers say what a family may be entitled to, with the sum, and never refuse", async () => {
    const [tsa] = (await listOf({ language: "en" })).entries[0]?.offers ?? [];
    expect(tsa).toMatchObject({
      programme: "tsa",
      amount_lcu: 72002, // as the programme says
      text: "Targeted social assistance (TSA): may be entitled to it, about 72,002 tenge a month",
      rules: ["below-line-without-tsa"],
    });
    const texts = (await listOf({ language: "en" })).entries.flatMap((entry) => entry.offers.map((offer) => offer.text));
    for (const text of texts) expect(text).toContain("may be entitled");
  });
});

describe("exports", () => {
  const out = (format: string) => join(root, "out", `list.${format}`);
  let list: List;
  beforeAll(async () => {
    list = await listOf();
    for (const format of exportFormats) await exportList(list, format, out(format), "ru");
  });
  const names = exportColumns.map((column) => column.name);

  test("CSV, Parquet and Arrow hold the same rows, in order, with the purpose in each", async () => {
    const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
    const read = (relation: string) =>
      session.rows(
        `select rank::integer as rank, household_id, tier, reasons, members::integer as members, purpose from ${relation} order by rank`,
      );
    const csv = await read(`read_csv(${quoted(out("csv"))}, header = true)`);
    const parquet = await read(`read_parquet(${quoted(out("parquet"))})`);
    const metadata = await session.rows(
      `select decode(key) as key, decode(value) as value from parquet_kv_metadata(${quoted(out("parquet"))})`,
    );
    session.close();
    expect(parquet).toEqual(csv);
    expect(csv.map((row) => [row.rank, row.household_id, row.purpose])).toEqual(
      list.entries.map((entry) => [entry.rank, entry.household_id, "outreach"]),
    );
    expect(metadata).toContainEqual({ key: "purpose", value: "outreach" });
    const arrow = tableFromIPC(readFileSync(out("arrow")));
    expect(arrow.schema.fields.map((field) => field.name)).toEqual(names);
    expect(arrow.schema.metadata.get("purpose")).toBe("outreach");
    expect(arrow.toArray().map((row) => [row.rank, row.household_id, row.reasons])).toEqual(
      csv.map((row) => [row.rank, row.household_id, row.reasons]),
    );
  });

  test("JSON is the list as it is shown", () => {
    expect(JSON.parse(readFileSync(out("json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(list)));
  });

  test("a workbook has a frozen heading, filters, readable widths and the purpose as property, footer and column", async () => {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(out("xlsx"));
    const sheet = workbook.worksheets[0] as ExcelJS.Worksheet;
    expect(workbook.subject).toBe("purpose=outreach");
    expect(sheet.headerFooter.oddFooter).toContain("purpose=outreach");
    expect(sheet.views[0]).toMatchObject({ state: "frozen", ySplit: 1 });
    expect(sheet.autoFilter).toBeTruthy();
    expect(sheet.rowCount).toBe(list.entries.length + 1);
    const headings = (sheet.getRow(1).values as string[]).slice(1);
    expect(headings).toEqual(exportColumns.map((column) => column.heading.ru));
    expect(sheet.getRow(2).getCell(headings.indexOf("Почему сейчас") + 1).value).toContain("ниже черты бедности");
    expect(sheet.getRow(2).getCell(headings.indexOf("Цель") + 1).value).toBe("outreach");
    for (const column of sheet.columns) expect(column.width).toBeGreaterThanOrEqual(8);
  });
});

describe("what changed between two runs", () => {
  test("who entered, who left, who moved, and the reasons that came and went", async () => {
    const later = await listedRun(
      join(root, "later"),
      "2026-10-02",
      [
        { name: "warned", area: "612000000", features: { ...calm, overdue_days_max: 120, children: 1, map_level_e: true }, risk: 0.2 },
        { name: "slipping", features: { ...calm, overdue_days_max: 60, income_to_subsistence_ratio: 1.4 }, risk: 0.6 },
        { name: "fallen", features: poor },
        {
          name: "dark",
          unknown_reason: "no_income_register",
          confidence: 0.2,
          features: { registers_known: 1, days_since_newest_record: 800 },
        },
      ],
      terms,
    );
    const diff = diffLists(await listOf(), await listOf({}, later));
    expect(diff.entered).toMatchObject([{ household_id: pseudonym("fallen"), to: { rank: 2, tier: "high", basis: "need" } }]);
    expect(diff.entered[0]?.because.map((cause) => cause.code)).toContain("below-line-without-tsa");
    expect(diff.left).toMatchObject([{ household_id: pseudonym("poor"), from: { rank: 1, tier: "high" } }]);
    expect(diff.moved.map(({ household_id, from, to }) => [household_id, from.tier, from.rank, to.tier, to.rank])).toEqual([
      [pseudonym("warned"), "elevated", 3, "emergency", 1],
      [pseudonym("slipping"), "high", 2, "high", 3],
    ]);
    expect(diff.moved[0]?.came.map((cause) => cause.code)).toEqual(["map-level-e"]);
    expect(diff.unmoved).toBe(1);
  });
});

test("the pointer names the run published last, and a run that is not current can still be read", async () => {
  const older = await openPublished(run.data);
  expect(older.meta.run_id).toBe(run.id);
  older.session.close();
  expect(readFileSync(join(run.data.published, "current"), "utf8")).toBe(`${run.id}\n`);
  expect(publishedFile(run.data, run.id)).toBe(join(run.data.published, `${run.id}.duckdb`));
});
