import { expect, test } from "vitest";
import { addMonths } from "../src/domain/dates.ts";
import { projectFile } from "../src/domain/project-files.ts";
import type { SplitAbout, SplitResult } from "../src/experiments/backtest-result.ts";
import type { Experiment } from "../src/experiments/experiment.ts";
import { fitAndJudge, groundOf, rankAndJudge } from "../src/experiments/fit-split.ts";
import { variantsOf } from "../src/experiments/model-grid.ts";
import type { Matrix } from "../src/experiments/read-matrix.ts";
import { planSplits } from "../src/experiments/splits.ts";
import { readCatalogue } from "../src/features/catalogue.ts";
import { smallExperiment } from "./support/experiments.ts";

const experiment: Experiment = { ...smallExperiment, households: "apart", baselines: ["lowest_income_first", "rules"] };

interface TestRow {
  quarter: string;
  household: number;
  /** Larger is worse: the declared direction of members is +. */
  members: number;
  fell: boolean;
  income?: number;
}

/** Rows looked from the day after their quarter, the label known a year later. */
function matrixOf(rows: TestRow[]): Matrix {
  const quarters = [...new Set(rows.map((row) => row.quarter))].sort();
  return {
    moments: quarters.map((quarter) => ({ quarter, asOf: addMonths(quarter, 3), labelKnownOn: addMonths(quarter, 15) })),
    moment: Uint16Array.from(rows, (row) => quarters.indexOf(row.quarter)),
    household: rows.map((row) => row.household),
    features: readCatalogue(projectFile("models/features")).filter(({ name }) => name === "members"),
    columns: [Float64Array.from(rows, (row) => row.members)],
    label: Uint8Array.from(rows, (row) => (row.fell ? 1 : 0)),
    district: new Float64Array(rows.length).fill(6110),
    isHelped: new Uint8Array(rows.length),
    rankings: new Map([
      ["lowest_income_first", Float64Array.from(rows, (row) => -(row.income ?? row.members))],
      ["rules", new Float64Array(rows.length)],
    ]),
    snapshot: { load_id: 1, loads_sha256: "" },
    synthetic: false,
  };
}

/** 40 households of a quarter, half of which fall: the large ones, or (`upside down`) the small ones. */
function cohort(quarter: string, firstHousehold: number, isUpsideDown = false): TestRow[] {
  return Array.from({ length: 40 }, (_, index) => ({
    quarter,
    household: firstHousehold + index,
    members: 1 + (index % 4),
    fell: index % 4 >= 2 !== isUpsideDown,
  }));
}

interface Tested {
  splits: SplitAbout[];
  results: SplitResult[];
  skipped: { split: string; why: string }[];
}

/** What a backtest does with each split, without files. */
async function backtest(experiment: Experiment, matrix: Matrix): Promise<Tested> {
  const tested: Tested = { splits: [], results: [], skipped: [] };
  for (const split of planSplits(matrix.moments, experiment)) {
    const { rows, ground } = groundOf(experiment, matrix, split);
    if ("why" in ground) {
      tested.skipped.push({ split: split.name, why: ground.why });
      continue;
    }
    tested.splits.push(ground.about);
    for (const variant of variantsOf(experiment)) tested.results.push((await fitAndJudge(rows, variant, 1)).result);
    for (const baseline of experiment.baselines) tested.results.push(rankAndJudge(rows, baseline).result);
  }
  return tested;
}

const logistic = async (matrix: Matrix, split: string) =>
  (await backtest(experiment, matrix)).results.find((result) => result.split === split && result.model === "logistic")?.metrics;

test("a model that sees the reason ranks all who fall first; a ranking of equals is worth a coin and the base rate", async () => {
  const { splits, results } = await backtest(experiment, matrixOf([...cohort("2006-10-01", 0), ...cohort("2008-01-01", 100)]));
  expect(splits).toMatchObject([{ split: "2008", trained_on: 40, tested_on: 40, events: 20, base_rate: 0.5 }]);
  expect(results.map(({ model, n, metrics }) => ({ model, n, auc: metrics.auc }))).toEqual([
    { model: "logistic", n: 40, auc: 1 },
    // Small families have the lowest income here, and the large ones fall.
    { model: "lowest_income_first", n: 40, auc: 0 },
    { model: "rules", n: 40, auc: 0.5 },
  ]);
  // 5 % of 40 are two places.
  expect(results.map(({ metrics }) => metrics.precision_at_5)).toEqual([1, 0, 0.5]);
});

test("what is known only after the year began teaches nothing, nor do the households of the year", async () => {
  const taught = [...cohort("2006-10-01", 0), ...cohort("2008-01-01", 100)];
  const before = await logistic(matrixOf(taught), "2008");
  // 2007Q1 is decided by 2008Q1: three months too late.
  const late = [0, 1, 2].flatMap((group) => cohort("2007-01-01", 1000 + 100 * group, true));
  expect(await logistic(matrixOf([...taught, ...late]), "2008")).toEqual(before);
  const sameHouseholds = [0, 1, 2].flatMap(() => cohort("2006-07-01", 100, true));
  expect(await logistic(matrixOf([...taught, ...sameHouseholds]), "2008")).toEqual(before);
  const early = [0, 1, 2].flatMap((group) => cohort("2006-07-01", 1000 + 100 * group, true));
  expect((await logistic(matrixOf([...taught, ...early]), "2008"))?.auc).not.toBe(before?.auc);
});

test("a declared direction holds: with data that say the opposite the feature counts nothing", async () => {
  const upsideDown = [...cohort("2006-10-01", 0, true), ...cohort("2008-01-01", 100, true)];
  expect((await logistic(matrixOf(upsideDown), "2008"))?.auc).toBe(0.5);
  expect((await backtest({ ...experiment, directions: "free" }, matrixOf(upsideDown))).results[0]?.metrics.auc).toBe(1);
});

test("a year with too little to learn from or to be judged by is passed over with the reason", async () => {
  const rare = cohort("2009-01-01", 200).map((row, index) => ({ ...row, fell: index < 19 }));
  const { splits, skipped } = await backtest(experiment, matrixOf([...cohort("2006-10-01", 0), ...cohort("2008-01-01", 100), ...rare]));
  expect(splits.map(({ split }) => split)).toEqual(["2008"]);
  expect(skipped).toEqual([
    { split: "2006", why: "0 rows to learn from, 0 with the event; at least 20 of each kind are needed" },
    { split: "2009", why: "40 rows to be judged by, 19 with the event; at least 20 of each kind are needed" },
  ]);
});
