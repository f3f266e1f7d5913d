import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, addMonths } from "../src/domain/dates.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { type Experiment, readExperiment } from "../src/experiments/experiment.ts";
import { fitChampion } from "../src/experiments/fit-champion.ts";
import { buildMatrix } from "../src/experiments/matrix.ts";
import { measureExternal } from "../src/experiments/measure-external.ts";
import { ModelGrid } from "../src/experiments/model-grid.ts";
import type { Matrix } from "../src/experiments/read-matrix.ts";
import { readDeployment } from "../src/parameters/deployment.ts";
import { selfTest } from "../src/scoring/self-test.ts";
import { ingest } from "../src/sources/ingest.ts";
import { generatePopulation } from "../src/synth/generate.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { storable, tableModel } from "./support/external-models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "data"));
const around = { environment: {}, now: () => new Date("2026-10-01"), threads: 2 };
let experiment: Experiment;
let matrix: Matrix;

beforeAll(async () => {
  const population = join(root, "population");
  const settings = { households: 700, months: 36, seed: 7, until: "2026-10-01", directory: population, threads: 2, partitions: 1 };
  await generatePopulation({ ...settings, progress: () => undefined });
  const { areas, time_zone } = readDeployment(projectFile("models/deployment.yaml"));
  await ingest({ ...around, data, sources: [join(population, "sources.yaml")], areas, timeZone: time_zone });
  // A short history, so that a small population has days enough.
  experiment = {
    ...readExperiment(projectFile("models/hardship-entry-6m/experiment.yaml")),
    as_of: { every_months: 3, history_months: 3 },
    baselines: ["rules", "need", "lowest_income_first"],
    area_rates: "off",
    models: [ModelGrid.parse({ kind: "logistic", l2: 10 })],
    champion: "logistic",
  };
  matrix = await buildMatrix(experiment, data, around, "2026-10-01");
});

const column = (name: string) => matrix.columns[matrix.features.findIndex((feature) => feature.name === name)]!;

test("need and lowest income order by the ratios to the lines, rules by what is met; what is unknown comes last", () => {
  const [subsistence, line] = [column("income_to_subsistence_ratio"), column("income_to_line_ratio")];
  expect(matrix.label.length).toBeGreaterThan(1000);
  const known = (value: number) => (Number.isNaN(value) ? -1e12 : value);
  expect(Array.from(matrix.rankings.get("lowest_income_first")!)).toEqual(Array.from(line, (ratio) => known(-ratio)));
  expect(Array.from(matrix.rankings.get("need")!)).toEqual(
    Array.from(line, (ratio, row) => known(Math.max(1 - ratio, 1 - subsistence[row]!))),
  );
  // A home that is rented for over 40 % of income and a loan overdue for over 90 days are rules; most families meet none.
  const rules = matrix.rankings.get("rules")!;
  expect(rules.filter((score) => score === 0).length).toBeGreaterThan(rules.length / 2);
  const overdue = column("overdue_days_max");
  expect(rules.filter((score, row) => overdue[row]! > 90 && score === 0).length).toBe(0);
  expect(overdue.filter((days) => days > 90).length).toBeGreaterThan(0);
});

test("rates of the place of residence are no input, and nobody is looked at who is below the minimum already", () => {
  expect(matrix.features.filter(({ family }) => family === "area")).toEqual([]);
  expect(matrix.features.filter(({ type }) => type === "category")).toEqual([]);
  expect(column("income_to_subsistence_ratio").filter((ratio) => ratio < 1).length).toBe(0);
});

test("the same data and day give the same champion, measured beside rules, need and lowest income first", async () => {
  const first = await fitChampion(experiment, data, { ...around, asOf: "2026-10-01" });
  const again = await fitChampion(experiment, data, { ...around, asOf: "2026-10-01" });
  expect(again.manifest).toEqual(first.manifest);
  expect(first.manifest).toMatchObject({ synthetic: true, label: "hardship_entry_6m", horizon_months: 6 });
  expect(Object.keys(first.manifest.quality?.baselines ?? {})).toEqual(["rules", "need", "lowest_income_first"]);
  const watched = new Map(first.reference!.features.map(({ name, family }) => [name, family]));
  expect(first.manifest.features.filter(({ name }) => !watched.has(name))).toEqual([]);
  expect([...watched.values()].filter((family) => family === "knowledge").length).toBeGreaterThan(5);
  const lastYear = matrix.moments.map(({ asOf }) => asOf > addMonths(matrix.moments.at(-1)!.asOf, -12));
  expect(first.reference!.rows).toBe(matrix.moment.filter((moment) => lastYear[moment]).length);
  expect(first.reference!.rows).toBeLessThan(matrix.label.length);
  expect(first.reference!.score!.rows).toBe(first.manifest.quality!.n);
  expect(first.manifest.proxies).toMatchObject({
    sex_of_head: { n: expect.any(Number) },
    settlement: {},
    family_type: {},
    household_size: {},
  });
  const features = first.manifest.kind === "logistic" ? first.manifest.features : [];
  expect(features.length).toBeGreaterThan(20);
  for (const { direction, coefficient } of features) {
    if (direction === "+") expect(coefficient).toBeGreaterThanOrEqual(0);
    if (direction === "-") expect(coefficient).toBeLessThanOrEqual(0);
  }
});

test("a model made elsewhere that orders by lowest income is worth in the later window what that baseline is", async () => {
  const ratio = "income_to_line_ratio";
  const nodes = [
    { op_type: "IsNaN", input: [ratio], output: ["is_unknown"] },
    { op_type: "Neg", input: [ratio], output: ["fall"] },
    { op_type: "Sigmoid", input: ["fall"], output: ["risk"] },
    { op_type: "Not", input: ["is_unknown"], output: ["is_known"] },
    { op_type: "Cast", input: ["is_known"], output: ["weight"], attribute: [{ name: "to", type: 2, i: 11 }] },
    { op_type: "Where", input: ["is_unknown", "weight", "risk"], output: ["p"] },
  ];
  const inputs = [{ name: ratio, kind: "float64" as const, rank: 2 as const, columns: [ratio] }];
  const model = (change: object) => storable(tableModel([[ratio, 11]], nodes, ["p", 11]), inputs, { quality: null, ...change });
  const measure = (change: object) => measureExternal(model(change), experiment, data, { ...around, asOf: "2026-10-01" });
  const { quality } = (await measure({ fitted_until: "2024-01-01" })).manifest;
  expect(quality).toMatchObject({ kept_aside: "later", refitted: false });
  const baseline = quality!.baselines.lowest_income_first!;
  for (const metric of ["auc", "average_precision", "precision_at_5"]) expect(quality!.metrics[metric]).toBeCloseTo(baseline[metric]!, 12);
  expect(baseline.auc).toBeGreaterThan(0.5);
  // Labels known by the window's first day are none of the window's; those of the next day may be.
  const from = quality!.from!;
  expect((await measure({ fitted_until: from })).manifest.quality).toEqual(quality);
  await expect(measure({ fitted_until: addDays(from, 1) })).rejects.toThrow(
    `learned from labels known by ${addDays(from, 1)}, within the window that it would be measured on (from ${from})`,
  );
  await expect(measure({})).rejects.toThrow('register it with "fitted_until: DATE"');
  await expect(measure({ fitted_until: "2024-01-01", label: "other" })).rejects.toThrow("foretells other, but");
});

test("a glass box whose probabilities are off on the later window goes through a line, in every form that it has, and knows nothing behind consent", async () => {
  // Ten small steps leave probabilities too near to the base rate.
  const models = [ModelGrid.parse({ name: "glass-box", kind: "boosted", rounds: 10, learning_rate: 0.05 })];
  const fitted = (calibration: "platt" | "none") =>
    fitChampion({ ...experiment, models, champion: "glass-box", calibration }, data, { ...around, asOf: "2026-10-01" });
  const [line, plain] = [await fitted("platt"), await fitted("none")];
  if (line.manifest.kind !== "boosted" || plain.manifest.kind !== "boosted") throw new Error("not boosted");
  expect(plain.manifest.calibration).toBeNull();
  expect(plain.manifest.quality!.metrics.calibration_slope).toBeGreaterThan(1.1);
  expect(line.manifest.calibration!.slope).toBeCloseTo(plain.manifest.quality!.metrics.calibration_slope!, 9);
  expect(line.manifest.quality!.metrics.ece!).toBeLessThan(plain.manifest.quality!.metrics.ece!);
  expect((await selfTest(line)).largest).toBeLessThan(1e-9);
  expect(line.manifest.proofs.filter(({ by }) => by === "none")).toEqual([]);
  const consented = new Set(matrix.features.filter(({ needs_consent }) => needs_consent).map(({ name }) => name));
  expect(consented.size).toBeGreaterThan(5);
  expect(line.manifest.features.filter(({ name }) => consented.has(name))).toEqual([]);
});

test("a feature that an experiment speaks of and that does not exist is named with the nearest right one", async () => {
  const wrong = { ...experiment, models: [ModelGrid.parse({ kind: "logistic", transforms: { income_to_line_ration: "signed_log" } })] };
  await expect(buildMatrix(wrong, data, around)).rejects.toThrow(
    /models\.0\.transforms: there is no income_to_line_ration \(did you mean "income_to_line_ratio"\?\)/,
  );
});

test("with too little behind the later window there is no champion, and the message says what is missing", async () => {
  await expect(fitChampion(experiment, data, { ...around, asOf: "2024-12-31" })).rejects.toThrow(
    /rows to learn from.*More months or more households/,
  );
});
