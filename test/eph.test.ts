import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { backtest, planBacktest } from "../src/experiments/backtest.ts";
import type { BacktestResult } from "../src/experiments/backtest-result.ts";
import { fillLists } from "../src/experiments/capacity.ts";
import { type Experiment, readExperiment } from "../src/experiments/experiment.ts";
import { experimentData, type Surroundings } from "../src/experiments/experiment-data.ts";
import { fitChampion } from "../src/experiments/fit-champion.ts";
import { buildMatrix } from "../src/experiments/matrix.ts";
import { protectedTraits } from "../src/experiments/protected-traits.ts";
import type { Matrix } from "../src/experiments/read-matrix.ts";
import { scoredSplits } from "../src/experiments/scored-splits.ts";
import { readModel } from "../src/scoring/model-store.ts";
import { type DataDirectory, dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const sample = projectFile("data-samples/eph/eph-sample.parquet");
const panel = join(root, "panel.parquet");

interface Interview {
  household: string;
  t: number;
  ITF: number;
  PONDERA: number;
  IX_TOT: number;
  IX_MEN10: number;
  IV4: number | null;
  V5: number | null;
}

let experiment: Experiment;
let around: Surroundings & { said: string[] };
let data: DataDirectory;
let matrix: Matrix;
let result: BacktestResult;
let interviews: Interview[];

/** The smaller agglomeration of the sample stands in for a panel that the environment names. */
beforeAll(async () => {
  const session = await openDatabase(":memory:", { mode: "write" });
  await session.run(
    `copy (select * from read_parquet(${quoted(sample)}) where AGLOMERADO = 13 order by year, quarter, household) to ${quoted(panel)} (format parquet)`,
  );
  interviews = await session.rows<Interview & Record<string, unknown>>(
    `select household, year * 4 + quarter - 1 as t, PONDERA, ITF, IX_TOT, IX_MEN10, IV4, V5 from read_parquet(${quoted(panel)})`,
  );
  session.close();
  const said: string[] = [];
  around = { environment: { EPH_PANEL: panel }, now: () => new Date("2026-01-01"), onProgress: (text) => said.push(text), said };
  experiment = readExperiment(projectFile("data-samples/eph/experiment.yaml"));
  ({ data } = await experimentData(experiment, dataDirectory(root), around));
  matrix = await buildMatrix(experiment, data, around);
  result = await backtest(experiment, data, around);
});

/** What a plain reading of the file and of quarters.csv finds: households not below the line with an interview four quarters later. In whole numbers. */
function plainReading() {
  const lines = new Map(
    readFileSync(projectFile("data-samples/eph/quarters.csv"), "utf8")
      .split("\n")
      .slice(1)
      .map((row) => [Number(row.slice(0, 4)) * 4 + Number(row.slice(5, 6)) - 1, Math.round(Number(row.split(",")[2]) * 100)] as const),
  );
  const lineOf = (one: Interview) => lines.get(one.t)! * (20 + 80 * (one.IX_TOT - one.IX_MEN10) + 55 * one.IX_MEN10);
  const isBelow = (one: Interview) => one.ITF * 10_000 < lineOf(one);
  const at = new Map(interviews.map((one) => [`${one.household} ${one.t}`, one]));
  return interviews.flatMap((one) => {
    const later = at.get(`${one.household} ${one.t + 4}`);
    if (isBelow(one) || later === undefined) return [];
    return [{ ...one, year: Math.floor(one.t / 4), ratio: (one.ITF * 10_000) / lineOf(one), fell: isBelow(later) }];
  });
}

test("the pipeline finds the same households, events and lowest-income ranking as a plain reading of the file", () => {
  const plain = plainReading();
  expect(plain.length).toBeGreaterThan(2000);
  expect(result.splits.length).toBeGreaterThanOrEqual(3);
  for (const { split, tested_on, events } of result.splits) {
    const rows = plain.filter((row) => row.year === Number(split));
    const fallen = rows.filter((row) => row.fell);
    expect({ split, tested_on, events }).toEqual({ split, tested_on: rows.length, events: fallen.length });
    const stood = rows.filter((row) => !row.fell);
    let wins = 0;
    for (const one of fallen) for (const other of stood) wins += one.ratio < other.ratio ? 1 : one.ratio === other.ratio ? 0.5 : 0;
    const ranked = result.results.find((each) => each.split === split && each.model === "lowest_income_first");
    expect(ranked?.metrics.auc).toBeCloseTo(wins / fallen.length / stood.length, 3);
  }
});

test("an answer that the survey does not know is unknown to the model, and so is what it never asked", () => {
  const column = (name: string) => matrix.columns[matrix.features.findIndex((feature) => feature.name === name)]!;
  const plain = plainReading().filter((row) => matrix.moments.some(({ quarter }) => quarter === quarterOf(row.t)));
  const known = (values: Float64Array) => values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  expect(matrix.label.length).toBe(plain.length);
  expect(known(column("obs_roof_rank_latest"))).toBe(plain.filter(({ IV4 }) => IV4 !== null && IV4 >= 1 && IV4 <= 7).length);
  expect(known(column("obs_lives_on_cash_aid_latest"))).toBe(plain.filter(({ V5 }) => V5 === 1 || V5 === 2).length);
  expect(column("obs_lives_on_cash_aid_latest").filter((value) => value === 1).length).toBe(plain.filter(({ V5 }) => V5 === 1).length);
  for (const name of ["overdue_days_max", "head_age_years", "tsa_active", "attendance_rate_3m"]) expect(known(column(name))).toBe(0);
});

test("each year has one element per ranking, a probability has its calibration, and a year that cannot be tested says why", () => {
  const rankings = ["logistic", "glass-box", "lowest_income_first"];
  expect(result.results.map(({ split, model }) => `${split} ${model}`)).toEqual(
    result.splits.flatMap(({ split }) => rankings.map((model) => `${split} ${model}`)),
  );
  for (const { model, metrics, intervals, reliability } of result.results) {
    expect(metrics.ece === null).toBe(model === "lowest_income_first");
    expect(reliability.length).toBe(model === "lowest_income_first" ? 0 : 10);
    const [low, high] = intervals.auc!;
    expect(low).toBeLessThan(metrics.auc!);
    expect(high).toBeGreaterThan(metrics.auc!);
  }
  expect(result.skipped.map(({ split }) => split)).toEqual(["2006", "2007"]);
  expect(result.skipped[0]?.why).toContain("0 rows to learn from");
  // The panel has weights: fairness counts by them.
  expect(result.fairness?.weighted).toBe(true);
});

test("a second run loads nothing, builds nothing and finds the same", async () => {
  const times = () =>
    readdirSync(data.experiments, { recursive: true, encoding: "utf8" })
      .filter((file) => /^(matrices|fits)/.test(file))
      .map((file) => `${file} ${statSync(join(data.experiments, file)).mtimeMs}`);
  const before = times();
  expect(before.length).toBeGreaterThan(10);
  around.said.length = 0;
  const again = await experimentData(experiment, dataDirectory(root), around);
  expect(again.data).toEqual(data);
  expect(again.loads.every((load) => load.already_loaded)).toBe(true);
  expect(await backtest(experiment, data, around)).toEqual(result);
  expect(around.said.filter((text) => /^(features|fit)/.test(text))).toEqual([]);
  expect(times()).toEqual(before);
});

test("a champion learns only from labels known on its day and is measured on later days than it was fitted on for that", async () => {
  const asOf = "2010-06-30";
  const { manifest } = await fitChampion(experiment, data, { ...around, asOf });
  expect(readModel(data, manifest.id).manifest).toEqual(manifest);
  // The label of a day is known a year later: 2009-04-01 is the last quarter's day before 2010-06-30 less a year.
  expect(manifest.training.until).toBe("2009-04-01");
  expect(manifest.training.rows).toBe(
    matrix.moment.reduce((rows, moment) => rows + (matrix.moments[moment]!.asOf <= "2009-04-01" ? 1 : 0), 0),
  );
  expect(manifest.quality).toMatchObject({ kept_aside: "later", from: "2008-07-01", until: "2009-04-01", refitted: true });
  expect(Object.keys(manifest.quality?.baselines ?? {})).toEqual(["lowest_income_first"]);
  const features = manifest.kind === "logistic" ? manifest.features : [];
  expect(features.find(({ name }) => name === "income_to_subsistence_ratio")?.coefficient).toBeLessThanOrEqual(0);
  expect(existsSync(join(data.models, manifest.id, "card.md"))).toBe(true);
});

test("a panel that the environment names and that is not there is named", async () => {
  await expect(experimentData(experiment, dataDirectory(root), { ...around, environment: { EPH_PANEL: "none.parquet" } })).rejects.toThrow(
    /EPH_PANEL=none\.parquet does not exist/,
  );
});

test.runIf(process.env.EPH_PANEL !== undefined)("the line of each quarter is 60 % of the full panel's weighted median", async () => {
  const session = await openDatabase(":memory:", { mode: "write" });
  const rows = await session.rows<{ quarter: string; income: number; persons: number }>(
    `select year || 'Q' || quarter as quarter, ITF / (0.2 + 0.8 * IX_MAYEQ10 + 0.55 * IX_MEN10)::double as income, PONDERA * IX_TOT as persons
     from read_parquet(${quoted(process.env.EPH_PANEL as string)})`,
  );
  session.close();
  const quarters = new Set(rows.map((row) => row.quarter));
  expect(quarters.size).toBe(32);
  const stated = readFileSync(projectFile("data-samples/eph/quarters.csv"), "utf8").split("\n");
  for (const quarter of quarters) {
    const those = rows.filter((row) => row.quarter === quarter).sort((a, b) => a.income - b.income);
    let left = those.reduce((sum, { persons }) => sum + persons, 0) / 2;
    let median = Number.NaN;
    for (const { income, persons } of those) {
      if (left > 0) median = income;
      left -= persons;
    }
    const line = stated.find((row) => row.startsWith(quarter))?.split(",")[2];
    expect(Math.abs(Number(line) - 0.6 * median)).toBeLessThan(0.011);
  }
});

function quarterOf(t: number): string {
  return `${Math.floor(t / 4)}-${String((t % 4) * 3 + 1).padStart(2, "0")}-01`;
}

test("who is missed is measured on the same households, lists and sizes of families, by the panel's weights", async () => {
  const { fairness, gains, splits, results } = result;
  const last = splits.at(-1)!;
  const own = results.filter(({ model }) => model === fairness!.model);
  const { n, positives, measures } = fairness!.last.measured;
  expect(n).toBe(last.tested_on);
  expect(fairness!.pooled!.measured.n).toBe(splits.reduce((sum, { tested_on }) => sum + tested_on, 0));
  const hits = (rows: typeof own) => rows.reduce((sum, { n, metrics }) => sum + Math.round(0.05 * n) * metrics.precision_at_capacity, 0);
  const places = own.reduce((sum, { n }) => sum + Math.round(0.05 * n), 0);
  expect(gains![0]!.model_precision).toBeCloseTo(hits(own) / places, 1);
  // Members by each family's last interview before the last day looked from.
  const size = (members: number) => (members <= 2 ? String(members) : members <= 4 ? "3-4" : members <= 6 ? "5-6" : "7 or more");
  const until = Number(last.tested_until.slice(0, 4)) * 4 + (Number(last.tested_until.slice(5, 7)) - 1) / 3;
  const latest = new Map<string, Interview>();
  for (const one of [...interviews].sort((a, b) => a.t - b.t)) if (one.t < until) latest.set(one.household, one);
  const ofSplit = plainReading().filter(({ year }) => String(year) === last.split);
  const counted = new Map<string, number>();
  for (const { household } of ofSplit) {
    const of = size(latest.get(household)!.IX_TOT);
    counted.set(of, (counted.get(of) ?? 0) + 1);
  }
  const cells = fairness!.last.measured.cells.filter(({ columns }) => columns.join() === "household_size");
  expect(cells.length).toBeGreaterThan(3);
  for (const { values, n } of cells) expect([values[0], n]).toEqual([values[0], counted.get(values[0]!)]);
  // Counts are of households; all else is of weights, one on average.
  const weightOf = ({ household }: { household: string }) => latest.get(household)!.PONDERA;
  const sum = (some: typeof ofSplit) => some.reduce((total, one) => total + weightOf(one), 0);
  expect(positives).toBeCloseTo((sum(ofSplit.filter(({ fell }) => fell)) * n) / sum(ofSplit), 6);
  // The rows are those of the split: unweighted they give its recall to the digit, weighted that of fairness.
  const { files, jobs } = await planBacktest(experiment, data, around);
  const tested = jobs.filter(({ split }) => splits.some((each) => each.split === split.name));
  const { label, score, lists, household } = (await scoredSplits(experiment, files, tested, around)).get(fairness!.model)!.at(-1)!;
  const { chance } = fillLists({ label, score }, lists);
  const recallBy = (weights: ArrayLike<number>) => {
    const total = (of: (row: number) => number) =>
      Array.from(label, (fell, row) => fell * weights[row]! * of(row)).reduce((a, b) => a + b, 0);
    return total((row) => chance[row]!) / total(() => 1);
  };
  expect(recallBy(Array.from(label, () => 1))).toBeCloseTo(own.at(-1)!.metrics.recall_at_capacity!, 12);
  const traits = await protectedTraits(experiment, data, around, { asOf: last.tested_until, snapshot: result.snapshot.load_id });
  const place = new Map(Array.from(traits.household, (key, row) => [key, row]));
  expect(measures.recall).toBeCloseTo(recallBy(Array.from(household, (key) => traits.weight![place.get(key)!]!)), 9);
});
