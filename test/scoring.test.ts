import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256File } from "../src/domain/canonical.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { storeModel } from "../src/scoring/model-store.ts";
import { packModel } from "../src/scoring/pack-model.ts";
import { Scorer } from "../src/scoring/scorer.ts";
import { scoreHouseholds } from "../src/steps/score-households.ts";
import type { StepContext } from "../src/steps/step.ts";
import { marginOf } from "../src/training/logistic-model.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { bucketCount } from "../src/warehouse/warehouse.ts";
import { storable, tableModel } from "./support/external-models.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const data = dataDirectory(join(root, "data"));
const { id, name } = storeModel(data, packModel(smallModel, smallStatement)).manifest;
const buckets = Array.from({ length: bucketCount }, (_, bucket) => String(bucket).padStart(2, "0"));
let runs = 0;

/** A run whose features are one select per bucket. */
async function runWith(features: (bucket: number) => string): Promise<string> {
  const runDirectory = join(root, `run-${runs++}`);
  mkdirSync(join(runDirectory, "features"), { recursive: true });
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  for (const [bucket, file] of buckets.entries())
    await session.copyToParquet(`${features(bucket)} order by household_id`, join(runDirectory, "features", `${file}.parquet`));
  session.close();
  return runDirectory;
}

/** Two households in bucket 3, one in bucket 40, none elsewhere. */
const fewHouseholds = (bucket: number) => {
  const rows = { 3: "('c', 4, 162753::bigint, true), ('b', 0, null, false)", 40: "('a', null, -5, null)" }[bucket];
  const types = "household_id, children, income_lcu, is_rural";
  return rows === undefined
    ? "select 'x' as household_id, 1 as children, 1::bigint as income_lcu, true as is_rural where false"
    : `select * from (values ${rows}) as t(${types})`;
};

async function score(runDirectory: string, options: { threads?: number; model?: StepContext["manifest"]["model"] } = {}) {
  const outputDirectory = join(root, `output-${runs++}`);
  mkdirSync(outputDirectory);
  const { threads = 1, model = { id, name } } = options;
  const context = {
    data,
    manifest: { model },
    runDirectory,
    outputDirectory,
    threads,
    memoryLimit: undefined,
    partitions: 1,
    progress: () => undefined,
  };
  const counts = await scoreHouseholds.run(context as unknown as StepContext);
  return { counts, outputDirectory };
}

async function read(directory: string) {
  const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
  const rows = await session.rows<{ file: string; household_id: string; margin: number; probability: number }>(
    `select right(filename, 10) as file, household_id, margin, probability
     from read_parquet(${quoted(join(directory, "*.parquet"))}, filename = true) order by file, household_id`,
  );
  session.close();
  return rows;
}

test("every household of every bucket gets the formula's log-odds and probability, unknown values and all", async () => {
  const { counts, outputDirectory } = await score(await runWith(fewHouseholds));
  expect(counts).toEqual({ scored: 3 });
  expect(readdirSync(outputDirectory).sort()).toEqual(buckets.map((bucket) => `${bucket}.parquet`));
  const rows = await read(outputDirectory);
  expect(rows.map((row) => [row.file, row.household_id])).toEqual([
    ["03.parquet", "b"],
    ["03.parquet", "c"],
    ["40.parquet", "a"],
  ]);
  const expected = [marginOf(smallModel, [0, Number.NaN]), marginOf(smallModel, [4, 162753]), marginOf(smallModel, [Number.NaN, -5])];
  rows.forEach((row, index) => {
    expect(row.margin).toBeCloseTo(expected[index]!, 12);
    expect(row.probability).toBeCloseTo(1 / (1 + Math.exp(-expected[index]!)), 12);
  });
});

test("a model made elsewhere scores numbers, true and false, and words; where it gives no number for a gap the household's row is named", async () => {
  const number = (name: string, kind: "float32" | "string" = "float32") => ({ name, kind, rank: 2 as const, columns: [name] });
  const nodes = [
    {
      op_type: "OneHotEncoder",
      domain: "ai.onnx.ml",
      input: ["tenure"],
      output: ["hot"],
      attribute: [{ name: "cats_strings", type: 8, strings: ["rented"] }],
    },
    { op_type: "Flatten", input: ["hot"], output: ["rented"] },
    { op_type: "Sum", input: ["children", "is_rural", "rented"], output: ["margin"] },
    { op_type: "Sigmoid", input: ["margin"], output: ["p"] },
  ];
  const onnx = tableModel(
    [
      ["children", 1],
      ["is_rural", 1],
      ["tenure", 8],
    ],
    nodes,
    ["p", 1],
  );
  const { manifest } = storeModel(data, storable(onnx, [number("children"), number("is_rural"), number("tenure", "string")]));
  const features = (children: string) => (bucket: number) =>
    `select * from (values ('a', ${bucket === 9 ? children : "-1"}, true, 'rented'), ('b', 2, false, null)) as t(household_id, children, is_rural, tenure)
     where ${bucket} = 9`;
  const { outputDirectory } = await score(await runWith(features("-3")), { model: { id: manifest.id, name: "elsewhere" } });
  const [a, b] = await read(outputDirectory);
  expect(a!.probability).toBeCloseTo(1 / (1 + Math.exp(1)), 7);
  expect(a!.margin).toBeCloseTo(-1, 6);
  expect(b!.probability).toBeCloseTo(1 / (1 + Math.exp(-2)), 7);
  await expect(score(await runWith(features("null::integer")), { model: { id: manifest.id, name: "elsewhere" } })).rejects.toThrow(
    /09\.parquet, row 1: the model gives no number where children is unknown/,
  );
});

test("the files have the same bytes for one, two and three threads", async () => {
  const many = (bucket: number) =>
    `select md5(i::varchar) as household_id, (i % 7)::integer as children, case when i % 5 > 0 then (i * 977)::bigint end as income_lcu
     from range(${bucket} * 1000, ${bucket} * 1000 + ${bucket === 7 ? 9000 : 50}) as t(i)`;
  const runDirectory = await runWith(many);
  const hashes: string[][] = [];
  for (const threads of [1, 2, 3]) {
    const { counts, outputDirectory } = await score(runDirectory, { threads });
    expect(counts).toEqual({ scored: 9000 + 63 * 50 });
    hashes.push(await Promise.all(buckets.map((bucket) => sha256File(join(outputDirectory, `${bucket}.parquet`)))));
  }
  expect(hashes[1]).toEqual(hashes[0]);
  expect(hashes[2]).toEqual(hashes[0]);
});

test("booleans enter as 0 and 1", async () => {
  const terms = [{ name: "is_rural", transform: "none" as const, mean: 0, deviation: 1, coefficient: 2, missing: null }];
  const rural = storeModel(data, packModel({ base: 1, terms }, { ...smallStatement, name: "rural" })).manifest;
  const { outputDirectory } = await score(await runWith(fewHouseholds), { model: rural });
  expect((await read(outputDirectory)).map((row) => row.margin)).toEqual([1, 3, 1]);
});

test("a run without a model has no scores, and says so", async () => {
  const { counts, outputDirectory } = await score(await runWith(fewHouseholds), { model: null });
  expect(counts).toEqual({ scored: 0 });
  expect(readdirSync(outputDirectory)).toEqual([]);
});

test("a feature that the run does not have is named, with the nearest that it has", async () => {
  const without = () => "select 'x' as household_id, 1 as children, 1 as income_kzt where false";
  await expect(score(await runWith(without))).rejects.toThrow('model small wants income_lcu (did you mean "income_kzt"?)');
});

test("an infinite value is refused with its file, feature and row", async () => {
  const infinite = (bucket: number) =>
    `select 'x' as household_id, 'inf'::double as children, 1 as income_lcu ${bucket === 9 ? "" : "where false"}`;
  await expect(score(await runWith(infinite))).rejects.toThrow(/09\.parquet, column children, row 1: Infinity cannot be scored/);
});

test("a model that cannot be run fails the scoring, with onnxruntime's reason", async () => {
  const scorer = new Scorer(new Uint8Array([1, 2, 3]), 1);
  await expect(scorer.score(["a"], [Float64Array.of(1)], "test")).rejects.toThrow(/a scoring worker failed: .+/);
  await expect(scorer.score(["a"], [Float64Array.of(1)], "test")).rejects.toThrow("a scoring worker failed");
  await scorer.close();
});

test("a pool that is closed while its workers still load the model ends with them", async () => {
  for (let nth = 0; nth < 10; nth++) {
    const scorer = new Scorer(packModel(smallModel, smallStatement).onnx, 4);
    await scorer.loaded();
    await scorer.close();
  }
});

test("onnxruntime is touched only by the worker's files, which run only in a worker thread", async () => {
  const files = readdirSync(projectFile("src"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(50);
  const users = files.filter((path) => readFileSync(projectFile(`src/${path}`), "utf8").includes("onnxruntime-node"));
  expect(users.filter((path) => /from "onnxruntime-node"/.test(readFileSync(projectFile(`src/${path}`), "utf8")))).toEqual([
    "scoring/external-run.ts",
    "scoring/score-worker.ts",
  ]);
  const runs = (path: string) => /^import (?!type).*"\.\/external-run\.ts"/m.test(readFileSync(projectFile(`src/${path}`), "utf8"));
  expect(files.filter(runs)).toEqual(["scoring/score-worker.ts"]);
  await expect(import("../src/scoring/score-worker.ts")).rejects.toThrow("worker thread");
});

test("while half a million rows are scored the event loop goes on turning", async () => {
  const scorer = new Scorer(packModel(smallModel, smallStatement).onnx, 1);
  const columns = [new Float64Array(500_000).fill(2), new Float64Array(500_000).fill(1e5)];
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns += 1;
    if (!isDone) setImmediate(turn);
  };
  await scorer.score(["children", "income_lcu"], [Float64Array.of(1), Float64Array.of(1)], "warm-up");
  setImmediate(turn);
  await scorer.score(["children", "income_lcu"], columns, "test");
  isDone = true;
  await scorer.close();
  // 123 batches come back one by one; a loop that was blocked would turn once or twice.
  expect(turns).toBeGreaterThan(50);
});
