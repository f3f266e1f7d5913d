import { expect, test } from "vitest";
import { createLabels, type LabelName } from "../src/features/labels.ts";
import { asOf, byName, household, income, inRegistry, months, type World } from "./support/features.ts";

// The plain reference: subsistence minimum 50,000, poverty line 40,000 per head and month, everywhere and always.

const coverage = ["income", "benefit", "level"].map((table) => ({ table, from: "2023-01-01", until: "2028-01-01" }));
async function labels(
  label: LabelName,
  world: World,
  options: { asOf?: string; snapshot?: number } = {},
): Promise<Record<string, unknown>> {
  const rows = await inRegistry({ coverage, ...world }, async (session) => {
    await createLabels(session, { label, asOf, snapshot: 100, ...options });
    return session.rows("select household_id, label, label_known_on::varchar as label_known_on from labels");
  });
  return Object.fromEntries(Object.entries(byName(world.tables, rows)).map(([name, row]) => [name, row.label]));
}
const alone = (name: string, more = {}) => household(name, { members: 1, ...more });
/** Monthly income by quarters from 2026Q3 on, on time. */
const byQuarter = (name: string, ...amounts: (number | null)[]) =>
  ["2026-07", "2026-10", "2027-01", "2027-04"].flatMap((first, index) => {
    const amount = amounts[index];
    if (amount === null || amount === undefined) return [];
    const [year, month] = first.split("-") as [string, string];
    return months(first, `${year}-${String(Number(month) + 2).padStart(2, "0")}`).map((each) => income(name, each, amount));
  });

test("entry: not below in the reference quarter, below in a quarter that ends in (as_of, as_of + 6 months]", async () => {
  const tables = {
    household: ["falls first", "falls last", "falls after", "stays", "at the line", "below already"].map((name) => alone(name)),
    income: [
      ...byQuarter("falls first", 60_000, 49_999, 60_000, 60_000),
      ...byQuarter("falls last", 60_000, 60_000, 49_999, 60_000),
      ...byQuarter("falls after", 60_000, 60_000, 60_000, 49_999),
      ...byQuarter("stays", 60_000, 60_000, 60_000, 60_000),
      ...byQuarter("at the line", 50_000, 50_000, 50_000, 50_000),
      ...byQuarter("below already", 49_999, 49_999, 49_999, 49_999),
    ],
  };
  expect(await labels("hardship_entry_6m", { tables })).toEqual({
    "falls first": true,
    "falls last": true,
    "falls after": false,
    stays: false,
    "at the line": false,
  });
  expect(await labels("poverty_entry_6m", { tables })).toEqual(
    Object.fromEntries(tables.household.map((row) => [row.household_id, false])),
  );
});

test("a quarter that ends on as_of is past, one that ends the day after is ahead", async () => {
  const tables = {
    household: [alone("h")],
    income: [...byQuarter("h", 10_000, 90_000, 90_000), ...months("2026-04", "2026-06").map((month) => income("h", month, 90_000))],
  };
  expect(await labels("hardship_entry_6m", { tables }, { asOf: "2026-09-30" })).toEqual({ h: true });
  expect(await labels("hardship_entry_6m", { tables }, { asOf: "2026-10-01" })).toEqual({});
});

test("a household that is not observed in the window is unknown, not 0", async () => {
  const tables = {
    household: ["stays", "falls", "gone"]
      .map((name) => alone(name))
      .concat(alone("gone", { dissolved_on: "2027-02-01", recorded_at: "2027-02-02" })),
    income: ["stays", "gone"].flatMap((name) => byQuarter(name, 60_000, 60_000, 60_000)).concat(byQuarter("falls", 60_000, 0, 60_000)),
  };
  tables.household[2] = { ...tables.household[2], superseded_at: "2027-02-02", superseded_by_load: 1 };
  expect(await labels("hardship_entry_6m", { tables })).toEqual({ stays: false, falls: true, gone: null });
  const short = [{ table: "income", from: "2023-01-01", until: "2027-01-01" }];
  expect(await labels("hardship_entry_6m", { tables, coverage: short })).toEqual({ stays: null, falls: true, gone: null });
  expect(await labels("hardship_entry_6m", { tables, coverage: [] })).toEqual({});
});

test("labels know what was recorded before the horizon's end plus the lag, not later, nor from later loads", async () => {
  const late = (recorded_at: string, load_id = 1) => ({
    household: [alone("h")],
    income: [
      ...byQuarter("h", 60_000, 60_000),
      ...months("2027-01", "2027-03").map((month) => income("h", month, 60_000, { recorded_at, load_id })),
    ],
  });
  const lagged = [{ table: "income", from: "2023-01-01", until: "2028-01-01", lagDays: 25 }];
  const on = (world: World) => labels("hardship_entry_6m", world, { asOf: "2026-10-26", snapshot: 1 });
  expect(await on({ tables: late("2027-05-20"), coverage: lagged })).toEqual({ h: false });
  expect(await on({ tables: late("2027-05-21"), coverage: lagged })).toEqual({ h: true });
  expect(await on({ tables: late("2027-04-20", 2), coverage: lagged })).toEqual({ h: true });
});

test("a year on: the line of the quarter four quarters later, by the household's own row in a survey", async () => {
  const survey = [{ table: "income", from: "2023-01-01", until: "2028-01-01", byRow: true }];
  const world = {
    tables: {
      household: ["falls", "stays", "not asked again", "below already", "below between"].map((name) => alone(name)),
      income: [
        ...["falls", "stays", "not asked again", "below between"].map((name) => income(name, "2026-08", 40_000)),
        income("below already", "2026-08", 39_999),
        income("falls", "2027-07", 39_999),
        income("stays", "2027-09", 40_000),
        income("below between", "2026-11", 0),
        income("below between", "2027-08", 90_000),
      ],
    },
    coverage: survey,
  };
  expect(await labels("line_entry_4q", world)).toEqual({ falls: true, stays: false, "not asked again": null, "below between": false });
});

test("a fall of level is D or E assessed in [as_of, as_of + 6 months), unknown when nothing was assessed", async () => {
  const level = (name: string, assessed_on: string, letter: string) => ({
    household_id: name,
    assessed_on,
    level: letter,
    recorded_at: assessed_on,
  });
  const before = (name: string, letter = "C") => level(name, "2026-07-01", letter);
  const world = {
    tables: {
      household: ["falls", "falls today", "falls too late", "stays", "not assessed", "down already"].map((name) => alone(name)),
      level: [
        ...["falls", "falls today", "falls too late", "stays", "not assessed"].map((name) => before(name)),
        before("down already", "D"),
        level("falls", "2027-03-31", "E"),
        level("falls today", "2026-10-01", "D"),
        level("falls too late", "2026-11-01", "B"),
        level("falls too late", "2027-04-01", "D"),
        level("stays", "2026-12-01", "C"),
      ],
    },
  };
  expect(await labels("level_fall_6m", world)).toEqual({
    falls: true,
    "falls today": true,
    "falls too late": false,
    stays: false,
    "not assessed": null,
  });
});

const grant = (household_id: string, application_id: string, starts_on: string, ends_on: string) => ({
  household_id,
  application_id,
  kind: "tsa_unconditional",
  applied_on: starts_on,
  decision: "granted",
  starts_on,
  ends_on,
  recorded_at: starts_on,
});

test("return to TSA: of those out of it for at least 92 days and at most a year, who is granted it again within twelve months", async () => {
  const world = {
    tables: {
      household: ["returns", "returns late", "stays out", "out too shortly", "out too long", "receives"].map((name) => alone(name)),
      benefit: [
        ...["returns", "returns late", "stays out"].map((name) => grant(name, "1", "2026-01-01", "2026-03-31")),
        grant("returns", "2", "2027-09-30", "2027-12-31"),
        grant("returns late", "2", "2027-10-01", "2027-12-31"),
        grant("out too shortly", "1", "2026-04-01", "2026-07-02"),
        grant("out too long", "1", "2025-07-01", "2025-09-30"),
        grant("receives", "1", "2026-09-01", "2026-11-30"),
      ],
    },
  };
  expect(await labels("tsa_return_12m", world)).toEqual({ returns: true, "returns late": false, "stays out": false });
  const short = [{ table: "benefit", from: "2023-01-01", until: "2027-09-01" }];
  expect(await labels("tsa_return_12m", { ...world, coverage: short })).toEqual({ returns: true, "returns late": null, "stays out": null });
});

test("long stay on TSA: still or again on it twelve months later with no gap of 92 days", async () => {
  const quarters = (name: string, ...starts: [string, string][]) => starts.map(([from, to], index) => grant(name, String(index), from, to));
  const world = {
    tables: {
      household: ["renews", "pauses", "breaks", "ends", "not on it"].map((name) => alone(name)),
      benefit: [
        ...quarters("renews", ["2026-09-01", "2026-11-30"], ["2026-12-01", "2027-05-31"], ["2027-06-01", "2027-10-01"]),
        ...quarters("pauses", ["2026-09-01", "2026-12-31"], ["2027-04-01", "2027-12-31"]),
        ...quarters("breaks", ["2026-09-01", "2026-12-31"], ["2027-04-02", "2027-12-31"]),
        ...quarters("ends", ["2026-09-01", "2027-09-30"]),
        ...quarters("not on it", ["2026-10-02", "2027-12-31"]),
      ],
    },
  };
  expect(await labels("tsa_long_stay_12m", world)).toEqual({ renews: true, pauses: true, breaks: false, ends: false });
});
