import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { register } from "../src/cli/model.ts";
import { UserError } from "../src/domain/errors.ts";
import { projectFile } from "../src/domain/project-files.ts";
import { packModel, storeModel, writeModel } from "../src/scoring/model-store.ts";
import { encodeOnnx } from "../src/scoring/onnx-format.ts";
import { writeLogisticOnnx } from "../src/scoring/onnx-logistic.ts";
import { holdOut } from "../src/training/hold-out.ts";
import { seededRandom } from "../src/training/random.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import { quoted } from "../src/warehouse/session.ts";
import { smallModel, smallStatement } from "./support/models.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const at = (name: string) => join(root, name);

/** The command in this process; `wired` starts the program itself. */
async function aldyn(...words: string[]): Promise<{ code: number; out: string; problem: string }> {
  const program = new Command("aldyn").exitOverride().configureOutput({ writeErr: () => undefined });
  register(program);
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await program.parseAsync(["model", ...words], { from: "user" });
    return { code: 0, out: written.mock.calls.map(([text]) => String(text)).join(""), problem: "" };
  } catch (error) {
    const out = written.mock.calls.map(([text]) => String(text)).join("");
    return { code: error instanceof UserError ? error.exitCode : 2, out, problem: (error as Error).message };
  } finally {
    written.mockRestore();
  }
}

function wired(...words: string[]): { code: number | null; out: string; problem: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [projectFile("src/cli/aldyn.js"), "model", ...words], {
    encoding: "utf8",
  });
  return { code: status, out: stdout, problem: stderr };
}

/** 600 households of three years: children raise the risk, income lowers it; debt is unknown for some. */
function csv(seed: number): string {
  const random = seededRandom(seed);
  const lines = ["household,year,region,income_lcu,children,debt,is_rural,y"];
  for (let row = 0; row < 600; row++) {
    const [income, children, debt] = [Math.round(Math.exp(9 + 3 * random())), Math.floor(5 * random()), random()];
    const risk = 1 / (1 + Math.exp(1 - 0.6 * children + 0.8 * (Math.log(income) - 10)));
    const cells = [`h${row % 300}`, 2020 + Math.floor(row / 200), row % 2 === 0 ? "north" : "south", income, children];
    lines.push([...cells, random() < 0.2 ? "" : debt.toFixed(3), random() < 0.5, random() < risk ? 1 : 0].join(","));
  }
  return `${lines.join("\n")}\n`;
}

const columnOf = (path: string, name: string) => {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const index = head!.split(",").indexOf(name);
  return lines.map((line) => line.split(",")[index]);
};

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
    expect(readdirSync(at("model")).sort()).toEqual(["card.md", "manifest.json", "model.onnx"]);
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

describe("list, verify, promote", () => {
  test("a promoted model is in the store, verified, listed as champion, and logged with its reason", async () => {
    const data = at("data");
    writeModel(packModel(smallModel, smallStatement), at("promotable"));
    const promoted = await aldyn("promote", at("promotable"), "--why", "trial in one district", "--who", "analyst", "--data", data);
    expect(promoted.problem).toBe("");
    const listed = JSON.parse((await aldyn("list", "--data", data, "--json")).out).filter((model: { champion: boolean }) => model.champion);
    expect(listed).toMatchObject([{ name: "small", label: "hardship_entry_6m", rows: 100 }]);
    expect((await aldyn("verify", listed[0].id.slice(0, 10), "--data", data)).out).toContain("file and manifest agree");
    const log = readFileSync(join(data, "models/promotions.jsonl"), "utf8").trim().split("\n");
    expect(log.map((line) => JSON.parse(line))).toMatchObject([{ id: listed[0].id, who: "analyst", why: "trial in one district" }]);
    expect((await aldyn("promote", "none", "--why", "back to the rules", "--data", data)).out).toContain("No model is champion now");
    expect(JSON.parse((await aldyn("list", "--data", data, "--json")).out).some((model: { champion: boolean }) => model.champion)).toBe(
      false,
    );
  });
});

test("a broken model is listed with the reason beside the sound ones, and the command fails", async () => {
  const data = dataDirectory(at("half-broken"));
  const sound = storeModel(data, packModel(smallModel, smallStatement)).manifest.id;
  const broken = storeModel(data, packModel({ ...smallModel, base: -3 }, smallStatement)).manifest.id;
  rmSync(join(data.models, broken, "model.onnx"));
  const { code, out, problem } = await aldyn("list", "--data", data.root);
  const line = (id: string) => out.split("\n").find((each) => each.startsWith(id.slice(0, 12)));
  expect(line(sound)).toContain("small  hardship_entry_6m");
  expect(line(broken)).toMatch(/broken: .*model\.onnx is missing/);
  expect({ code, problem }).toEqual({ code: 1, problem: expect.stringContaining("1 of ") });
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
    expect(await predict("--model", at("foreign.onnx"))).toContain('a model takes "features"');
  });

  test("predictions that are no probabilities, labels of other rows, options that are missing", async () => {
    writeFileSync(at("bad.csv"), "probability,y\n0.5,1\n1.5,0\n");
    const evaluate = (...words: string[]) => aldyn("evaluate", "--predictions", at("bad.csv"), "--label", "y", ...words);
    expect((await evaluate()).problem).toContain("column probability, row 2: 1.5 is no probability");
    expect((await evaluate("--ranking", "--data", at("test.csv"))).problem).toContain("bad.csv has 2 rows");
    expect((await aldyn("fit", "--data", at("train.csv"))).code).toBe(2);
  });
});

test("the program says its version, and that is no failure", () => {
  const { status, stdout } = spawnSync(process.execPath, [projectFile("src/cli/aldyn.js"), "--version"], { encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${JSON.parse(readFileSync(projectFile("package.json"), "utf8")).version}\n` });
});

test("the program has the command: wrong use exits 2 and says what is missing, a UserError exits 1 in one line", () => {
  expect(wired("fit", "--data", "x.csv")).toMatchObject({ code: 2, problem: expect.stringContaining("--label") });
  const absent = wired("fit", "--data", at("absent.csv"), "--label", "y", "--out", at("wrong"));
  expect(absent).toEqual({ code: 1, out: "", problem: `aldyn: ${at("absent.csv")} does not exist\n` });
});

describe("rows kept aside", () => {
  const rows = 100;
  const sides = (divided: ReturnType<typeof holdOut>) => [[...(divided?.fitted ?? [])], [...(divided?.keptAside ?? [])]] as const;

  test("are the latest fifth of time, whole times, numbers as numbers", async () => {
    // ten times of ten rows, 1..10: as text 10 would come before 2
    const time = Array.from({ length: rows }, (_, row) => String(1 + (row % 10)));
    const divided = holdOut({ rows, time });
    const [fitted, aside] = sides(divided);
    expect(divided).toMatchObject({ kind: "later", from: "9", until: "10" });
    expect(new Set(aside.map((row) => time[row]))).toEqual(new Set(["9", "10"]));
    expect(fitted.length + aside.length).toBe(rows);
  });

  test("share no group with the rows fitted on, by time, by group or both", async () => {
    const group = Array.from({ length: rows }, (_, row) => `g${row % 25}`);
    const rotating = Array.from({ length: rows }, (_, row) => `g${Math.floor(row / 3)}`);
    const time = Array.from({ length: rows }, (_, row) => String(2000 + Math.floor(row / 10)));
    for (const keys of [{ group }, { group, time }, { group: rotating, time }]) {
      const [fitted, aside] = sides(holdOut({ rows, ...keys }));
      expect(fitted.length).toBeGreaterThan(30);
      expect(aside.length).toBeGreaterThan(5);
      const fittedGroups = new Set(fitted.map((row) => keys.group[row]));
      expect(aside.filter((row) => fittedGroups.has(keys.group[row] as string))).toEqual([]);
    }
  });

  test("do not exist where all rows have one time or one group", async () => {
    expect(holdOut({ rows, time: Array<string>(rows).fill("2020") })).toBeNull();
    expect(holdOut({ rows, group: Array<string>(rows).fill("g") })).toBeNull();
  });

  test("without time and group are a fifth of the rows, the same each time", async () => {
    const [fitted, aside] = sides(holdOut({ rows: 10_000 }));
    expect(fitted.length + aside.length).toBe(10_000);
    expect(Math.abs(aside.length - 2000)).toBeLessThan(150);
    expect(sides(holdOut({ rows: 10_000 }))[1]).toEqual(aside);
  });
});
