import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeOnnx } from "../src/scoring/onnx-format.ts";
import { writeLogisticOnnx } from "../src/scoring/onnx-logistic.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { aldyn, columnOf, csv } from "./support/model-command.ts";
import { smallModel } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const at = (name: string) => join(root, name);

beforeAll(async () => {
  writeFileSync(at("train.csv"), csv(1));
  writeFileSync(at("test.csv"), csv(2));
  writeFileSync(at("config.yaml"), "name: risk\nl2: 2\nhorizon_months: 12\ndirections: {children: '+', income_lcu: '-', debt: '+'}\n");
  const fitted = await aldyn(
    ...["fit", "--data", at("train.csv"), "--label", "y", "--time", "year", "--exclude", "household,region"],
    ...["--config", at("config.yaml"), "--out", at("model"), "--json"],
  );
  expect(fitted.problem).toBe("");
  const predicted = await aldyn("predict", "--model", at("model"), "--data", at("test.csv"), "--out", at("preds.csv"));
  expect(predicted.problem).toBe("");
});

describe("fit, predict, evaluate", () => {
  test("a fit writes the model, its manifest and its card, measured on the latest fifth of time only", async () => {
    expect(readdirSync(at("model")).sort()).toEqual(["card.md", "manifest.json", "model.onnx", "reference.json"]);
    const manifest = JSON.parse(readFileSync(at("model/manifest.json"), "utf8"));
    expect(manifest).toMatchObject({ name: "risk", label: "y", horizon_months: 12, l2: 2, synthetic: false });
    expect(manifest.features.map((feature: { name: string }) => feature.name)).toEqual(["income_lcu", "children", "debt", "is_rural"]);
    expect(manifest.features[0]).toMatchObject({ transform: "signed_log", direction: "-" });
    expect(manifest.training).toMatchObject({ rows: 600, from: "2020", until: "2022", data: { file: "train.csv" } });
    expect(manifest.quality).toMatchObject({ kept_aside: "later", from: "2022", until: "2022", n: 200, refitted: true });
    expect(manifest.quality.metrics.auc).toBeGreaterThan(0.6);
  });

  test("a prediction file has one row per input row, in its order, with what is no feature beside the probability", async () => {
    const [head] = readFileSync(at("preds.csv"), "utf8").split("\n");
    expect(head).toBe("household,year,region,y,probability,margin");
    for (const name of ["household", "year", "region", "y"])
      expect(columnOf(at("preds.csv"), name)).toEqual(columnOf(at("test.csv"), name));
    expect(columnOf(at("preds.csv"), "probability").every((value) => Number(value) > 0 && Number(value) < 1)).toBe(true);
  });

  test("more children never lower a probability, more income never raises it", async () => {
    const head = "income_lcu,children,debt,is_rural";
    writeFileSync(at("pairs.csv"), `${head}\n50000,1,0.5,true\n50000,2,0.5,true\n90000,1,0.5,true\n50000,1,,true\n`);
    expect((await aldyn("predict", "--model", at("model"), "--data", at("pairs.csv"), "--out", at("pairs-out.csv"))).problem).toBe("");
    const [base, moreChildren, moreIncome, unknownDebt] = columnOf(at("pairs-out.csv"), "probability").map(Number);
    expect(moreChildren).toBeGreaterThan(base!);
    expect(moreIncome).toBeLessThan(base!);
    expect(unknownDebt).toBeGreaterThan(0);
  });

  test("evaluate gives all metrics with intervals, and each group's own", async () => {
    const { out } = await aldyn("evaluate", "--predictions", at("preds.csv"), "--label", "y", "--group", "region", "year", "--json");
    const report = JSON.parse(out);
    expect(report).toMatchObject({ n: 600, positives: columnOf(at("test.csv"), "y").filter((value) => value === "1").length });
    for (const name of [
      "auc",
      "average_precision",
      "precision_at_5",
      "recall_at_10",
      "lift_at_5",
      "brier",
      "log_loss",
      "ece",
      "calibration_slope",
    ]) {
      expect(report[name]).toBeTypeOf("number");
      expect(report.intervals[name][0]).toBeLessThanOrEqual(report.intervals[name][1]);
    }
    expect(Object.keys(report.groups.region)).toEqual(["north", "south"]);
    expect(Object.keys(report.groups.year)).toEqual(["2020", "2021", "2022"]);
    expect(report.groups.region.north.n + report.groups.region.south.n).toBe(600);
  });

  test("labels may stand in another file, row by row; a score that is only an order is measured as one", async () => {
    writeFileSync(at("only.csv"), `probability\n${columnOf(at("preds.csv"), "probability").join("\n")}\n`);
    const apart = JSON.parse(
      (await aldyn("evaluate", "--predictions", at("only.csv"), "--data", at("test.csv"), "--label", "y", "--json")).out,
    );
    const together = JSON.parse((await aldyn("evaluate", "--predictions", at("preds.csv"), "--label", "y", "--json")).out);
    expect(apart).toEqual(together);
    const order = JSON.parse(
      (await aldyn("evaluate", "--predictions", at("preds.csv"), "--label", "y", "--score", "margin", "--ranking", "--json")).out,
    );
    expect(order.auc).toBe(together.auc);
    expect(order.brier).toBeUndefined();
  });

  test("Parquet in and out gives the same probabilities; so does model.onnx alone, which names its features", async () => {
    const session = await openDatabase(":memory:", { mode: "write", threads: 1 });
    await session.run(`copy (from read_csv(${quoted(at("test.csv"))})) to ${quoted(at("test.parquet"))}`);
    expect(
      (await aldyn("predict", "--model", at("model/model.onnx"), "--data", at("test.parquet"), "--out", at("preds.parquet"))).problem,
    ).toBe("");
    const { numbers } = await session.columns(`select probability from read_parquet(${quoted(at("preds.parquet"))})`);
    session.close();
    expect([...numbers["probability"]!]).toEqual(columnOf(at("preds.csv"), "probability").map(Number));
  });
});

test("a model of a flat file, which stands beside no rules, is neither promoted nor stored", async () => {
  const data = at("other-data");
  const { code, problem } = await aldyn("promote", at("model"), "--why", "trial", "--data", data);
  expect(code).toBe(1);
  expect(problem).toContain("risk (");
  expect(problem).toContain("cannot become champion: no rules or need ranking was measured beside it");
  expect(existsSync(data)).toBe(false);
});

describe("wrong input is refused with the file, the column, the row and what to do", () => {
  const head = "income,children,y";
  test.each<[string, string, string[], string]>([
    ["text among numbers", `${head}\n100,1,0\nmuch,2,1\n`, [], 'column income, row 2: "much" is not a number; leave it out with --exclude'],
    ["a label that is neither 0 nor 1", `${head}\n100,1,0\n200,2,2\n`, [], "column y, row 2: the label is 2; give 0 or 1"],
    ["an unknown label", `${head}\n100,1,0\n200,2,\n`, [], "column y, row 2: the label is unknown"],
    ["one class", `${head}\n100,1,0\n200,2,0\n`, [], "the label is 0 in all of 2 rows"],
    ["an infinite value", `${head}\n100,1,0\ninf,2,1\n`, [], "column income, row 2: Infinity"],
    ["a column that is not there", `${head}\n100,1,0\n`, ["--exclude", "childen"], 'no column childen (did you mean "children"?)'],
    ["no rows", `${head}\n`, [], "has no rows"],
    ["a negative weight", `${head}\n100,1,0\n200,-1,1\n`, ["--weight", "children"], "weight, row 2: -1"],
    ["a time that is unknown", `${head}\n100,1,0\n200,,1\n`, ["--time", "children"], "row 2 has no time"],
  ])("%s", async (_, content, words, message) => {
    writeFileSync(at("wrong.csv"), content);
    const { code, problem } = await aldyn("fit", "--data", at("wrong.csv"), "--label", "y", ...words, "--out", at("wrong"));
    expect(problem).toContain(message);
    expect(code).toBe(1);
    expect(existsSync(at("wrong"))).toBe(false);
  });

  test("a key of the config that does not exist, with the nearest right one", async () => {
    writeFileSync(at("wrong.yaml"), "derections: {children: '+'}\n");
    const { problem } = await aldyn("fit", "--data", at("train.csv"), "--label", "y", "--config", at("wrong.yaml"), "--out", at("wrong"));
    expect(problem).toContain('derections is not a known key (did you mean "directions"?)');
  });

  test("a feature that the data lack", async () => {
    writeFileSync(at("short.csv"), "income_lcu,debt,is_rural\n1,1,true\n");
    const { problem } = await aldyn("predict", "--model", at("model"), "--data", at("short.csv"), "--out", at("x.csv"));
    expect(problem).toContain("short.csv has no column children");
    expect(existsSync(at("x.csv"))).toBe(false);
  });

  test("a model file that names no features, has another number of them, or another interface", async () => {
    const bytes = writeLogisticOnnx(smallModel, { name: "small", label: "y", horizon_months: null });
    writeFileSync(at("small.onnx"), bytes);
    writeFileSync(at("turned.yaml"), "features: [income_lcu, children]\n");
    writeFileSync(at("three.yaml"), "[children, income_lcu, debt]\n");
    const predict = async (...words: string[]) =>
      (await aldyn("predict", ...words, "--data", at("test.csv"), "--out", at("x.csv"))).problem;
    expect(await predict("--model", at("small.onnx"), "--features", at("turned.yaml"))).toContain("feature 1 is given as income_lcu, but");
    expect(await predict("--model", at("small.onnx"), "--features", at("three.yaml"))).toContain("takes 2 features, but 3 are named");
    expect(await predict("--model", at("train.csv"))).toContain("is no ONNX model");
    const graph = { name: "g", node: [], initializer: [], input: [], output: [] };
    writeFileSync(
      at("foreign.onnx"),
      encodeOnnx({ ir_version: 8, producer_name: "x", opset_import: [{ domain: "", version: 17 }], metadata_props: [], graph }),
    );
    expect(await predict("--model", at("foreign.onnx"))).toContain("foreign.onnx takes no input; export the fitted model");
  });

  test("predictions that are no probabilities, labels of other rows, options that are missing", async () => {
    writeFileSync(at("bad.csv"), "probability,y\n0.5,1\n1.5,0\n");
    const evaluate = (...words: string[]) => aldyn("evaluate", "--predictions", at("bad.csv"), "--label", "y", ...words);
    expect((await evaluate()).problem).toContain("column probability, row 2: 1.5 is no probability");
    expect((await evaluate("--ranking", "--data", at("test.csv"))).problem).toContain("bad.csv has 2 rows");
    expect((await aldyn("fit", "--data", at("train.csv"))).code).toBe(2);
  });
});
