import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { addDays, addMonths } from "../src/domain/dates.ts";
import { rulesScoreSql } from "../src/experiments/baselines.ts";
import { readExperiment } from "../src/experiments/experiment.ts";
import { asOfDates, type Examples, laterSplit, type Moment, planSplits, rowsOfSplit } from "../src/experiments/splits.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);

/** A quarterly grid from 2006Q1: looked from the day after the quarter, label decided `horizon` months later. */
function momentsOf(quarters: number, horizon: number): Moment[] {
  return Array.from({ length: quarters }, (_, index) => {
    const asOf = addMonths("2006-04-01", 3 * index);
    return { asOf, quarter: addMonths(asOf, -3), labelKnownOn: addMonths(asOf, horizon) };
  });
}

const examples = fc
  .record({
    quarters: fc.integer({ min: 1, max: 24 }),
    horizon: fc.constantFrom(3, 6, 12, 18),
    rows: fc.array(fc.nat({ max: 10_000 }), { maxLength: 200 }),
  })
  .map(({ quarters, horizon, rows }): Examples => {
    const moments = momentsOf(quarters, horizon);
    return { moments, moment: Uint16Array.from(rows, (row) => row % quarters), household: rows.map((row) => row % 37) };
  });

const rules = [
  { splits: "reference_year" as const, training: {} },
  { splits: { months: 3 }, training: {} },
  { splits: { months: 7, last: 4 }, training: { months: 24, every_months: 6 } },
];

const splitsOf = (given: Examples, households: "apart" | "shared") => [
  ...rules.flatMap((rule) =>
    planSplits(given.moments, rule).map((split) => ({ start: split.knownBy, ...rowsOfSplit(given, split, households) })),
  ),
  ...given.moments.map(({ asOf }) => ({ start: asOf, ...laterSplit(given, asOf, households) })),
];

test("no label that is learned from was decided after the test period began, and every test row lies in that period", () => {
  let learned = 0;
  fc.assert(
    fc.property(examples, fc.constantFrom("apart" as const, "shared" as const), (given, households) => {
      for (const { start, train, test: judged } of splitsOf(given, households)) {
        const decided = Array.from(train, (row) => given.moments[given.moment[row]!]!.labelKnownOn);
        expect(decided.filter((day) => day > start)).toEqual([]);
        expect(Array.from(judged, (row) => given.moments[given.moment[row]!]!.asOf).filter((day) => day < start)).toEqual([]);
        learned += train.length;
      }
    }),
  );
  expect(learned).toBeGreaterThan(0);
});

test("apart, no household is both learned from and judged by; either way no row is", () => {
  fc.assert(
    fc.property(examples, (given) => {
      for (const { train, test: judged } of splitsOf(given, "apart")) {
        const households = new Set(Array.from(judged, (row) => given.household[row]!));
        expect(Array.from(train, (row) => given.household[row]!).filter((household) => households.has(household))).toEqual([]);
      }
      for (const { train, test: judged } of splitsOf(given, "shared"))
        expect(Array.from(train).filter((row) => judged.includes(row))).toEqual([]);
    }),
  );
});

test("a year learns from every row whose label was decided by the end of the year before, and from no other", () => {
  // Label four quarters later. For 2008: 2006Q1-Q4 are decided by 2007Q4, 2007Q1 only in 2008Q1. Household 9 is of 2008 too.
  const moments = momentsOf(9, 12);
  const rows = [
    { moment: 0, household: 1 },
    { moment: 3, household: 2 },
    { moment: 3, household: 9 },
    { moment: 4, household: 3 },
    { moment: 8, household: 9 },
    { moment: 8, household: 4 },
  ];
  const given = { moments, moment: Uint16Array.from(rows, (row) => row.moment), household: rows.map((row) => row.household) };
  expect(moments[3]).toEqual({ asOf: "2007-01-01", quarter: "2006-10-01", labelKnownOn: "2008-01-01" });
  const year = planSplits(moments, { splits: "reference_year", training: {} }).find(({ name }) => name === "2008")!;
  expect(year).toMatchObject({ knownBy: "2008-01-01", test: [8], next: [] });
  expect(rowsOfSplit(given, year, "apart")).toEqual({ train: Uint32Array.of(0, 1), test: Uint32Array.of(4, 5) });
  expect(rowsOfSplit(given, year, "shared")).toEqual({ train: Uint32Array.of(0, 1, 2), test: Uint32Array.of(4, 5) });
});

test("windows end with the last day looked from; training keeps to the months before the window, thinned from the latest back", () => {
  // Looked from 2006-04-01 to 2008-04-01, labels known six months later.
  const moments = momentsOf(9, 6);
  const all = planSplits(moments, { splits: { months: 6 }, training: {} });
  expect(all.map(({ name, test: tested, train, next }) => ({ name, tested, train, next }))).toEqual([
    { name: "2006-04-01", tested: [0], train: [], next: [1, 2] },
    { name: "2006-07-01", tested: [1, 2], train: [], next: [3, 4] },
    { name: "2007-01-01", tested: [3, 4], train: [0, 1], next: [5, 6] },
    { name: "2007-07-01", tested: [5, 6], train: [0, 1, 2, 3], next: [7, 8] },
    { name: "2008-01-01", tested: [7, 8], train: [0, 1, 2, 3, 4, 5], next: [] },
  ]);
  const cut = planSplits(moments, { splits: { months: 6, last: 1 }, training: { months: 15, every_months: 6 } });
  expect(cut).toEqual([{ name: "2008-01-01", knownBy: "2008-01-01", test: [7, 8], train: [3, 5], next: [] }]);
});

test("days looked from begin on the first of a month and end when the last label is known", () => {
  const range = {
    from: "2025-01-01",
    until: "2026-01-25",
    everyMonths: 3,
    labelKnownOn: (asOf: string) => addDays(addMonths(asOf, 6), 24),
  };
  expect(asOfDates(range)).toEqual(["2025-01-01", "2025-04-01", "2025-07-01"]);
  expect(asOfDates({ ...range, from: "2025-01-02" })).toEqual(["2025-02-01", "2025-05-01"]);
  expect(asOfDates({ ...range, until: "2026-01-24" })).toEqual(["2025-01-01", "2025-04-01"]);
  expect(asOfDates({ ...range, until: "2025-06-30" })).toEqual([]);
});

test("one rule of a tier outweighs any number of lower ones; a rule that cannot be decided and a question count nothing", async () => {
  const rules = [
    { tier: "high", column: "a" },
    { tier: "elevated", column: "b" },
    { tier: "elevated", column: "c" },
    { tier: "none", column: "d" },
  ];
  const session = await openDatabase(":memory:", { mode: "write" });
  const scores = await session.rows(
    `select ${rulesScoreSql(rules)} as score from (values (1, true, false, null, true), (2, false, true, true, true), (3, false, null, null, true)) as t(n, a, b, c, d) order by n`,
  );
  session.close();
  // High counts 10,000, elevated 100.
  expect(scores.map((row) => row.score)).toEqual([10_000, 200, 0]);
});

const whole = {
  name: "small",
  question: "who falls",
  deployment: "deployment.yaml",
  label: "line_entry_4q",
  as_of: { every_months: 3, history_months: 3 },
  households: "apart",
  held_out_months: 6,
};

function written(content: object): string {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "deployment.yaml"), "");
  const file = join(root, "experiment.yaml");
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test("an experiment is read strictly: an unknown key names the nearest right one, a missing file names itself", () => {
  expect(readExperiment(written(whole))).toMatchObject({
    splits: "reference_year",
    directions: "declared",
    deployment: join(root, "deployment.yaml"),
  });
  expect(() => readExperiment(written({ ...whole, household: "apart" }))).toThrow(
    /household is not a known key \(did you mean "households"\?\)/,
  );
  expect(() => readExperiment(written({ ...whole, sources: [{ file: "panel.yaml" }] }))).toThrow(
    /sources\.0\.file: panel\.yaml does not exist/,
  );
  expect(() => readExperiment(written({ ...whole, baselines: ["luck"] }))).toThrow(/baselines\.0/);
  expect(() => readExperiment(join(root, "none.yaml"))).toThrow(/none\.yaml does not exist/);
});
