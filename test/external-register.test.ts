import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { sha256 } from "../src/domain/canonical.ts";
import { writeModel } from "../src/scoring/model-store.ts";
import { unmetForPromotion } from "../src/scoring/promotion-gate.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { conditions } from "./support/conditions.ts";
import { putEmptyStore } from "./support/empty-store.ts";
import { type Golden, golden, storable, tableModel } from "./support/external-models.ts";
import { aldyn, columnOf } from "./support/model-command.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
const at = (name: string) => join(root, name);
let directories = 0;

/** Registers a golden in a data directory of its own, tried on its own rows. */
async function register(model: Pick<Golden, "columns" | "rows" | "onnx">, settings: object, ...words: string[]) {
  const data = dataDirectory(at(`data-${directories++}`));
  writeFileSync(at("model.onnx"), Buffer.from(model.onnx, "base64"));
  writeFileSync(at("features.json"), JSON.stringify({ features: model.columns, label: "y", ...settings }));
  writeFileSync(
    at("rows.csv"),
    `${[model.columns, ...model.rows.map((row) => row.map((cell) => cell ?? ""))].map((row) => row.join(",")).join("\n")}\n`,
  );
  const given = ["register", at("model.onnx"), "--features", at("features.json"), "--rows", at("rows.csv"), "--data", data.root, "--json"];
  const { out, problem } = await aldyn(...given, ...words);
  return { data, problem, manifest: problem === "" ? JSON.parse(out) : undefined };
}

const boosted = golden("scikit-learn histogram boosting, gaps, width not declared");

describe("a model made elsewhere in the store", () => {
  test("stands under its file's SHA-256, is listed, verified, and predicts as its file does", async () => {
    const { data, manifest } = await register(boosted, { name: "sklearn", horizon_months: 6 });
    const id = sha256(Buffer.from(boosted.onnx, "base64"));
    expect(manifest).toMatchObject({ id, kind: "external", name: "sklearn", label: "y", horizon_months: 6, file: "model.onnx" });
    expect(manifest.features).toMatchObject([
      { name: "income", direction: "free", takes_unknown: true },
      { name: "children", direction: "+", takes_unknown: true },
      { name: "debt", direction: "free", takes_unknown: true },
    ]);
    expect(readdirSync(join(data.models, id)).sort()).toEqual(["card.md", "manifest.json", "model.onnx"]);
    expect(readFileSync(join(data.models, id, "card.md"), "utf8")).toContain("It was made elsewhere (model.onnx)");
    const list = JSON.parse((await aldyn("list", "--data", data.root, "--json")).out);
    expect(list).toContainEqual(expect.objectContaining({ id, kind: "external", name: "sklearn", rows: null, champion: false }));
    expect((await aldyn("verify", id.slice(0, 8), "--data", data.root)).out).toContain("the file is the one that was registered");
    expect((await aldyn("predict", "--model", join(data.models, id), "--data", at("rows.csv"), "--out", at("preds.csv"))).problem).toBe("");
    columnOf(at("preds.csv"), "probability").forEach((value, row) => {
      expect(Math.abs(Number(value) - boosted.probability[row]!)).toBeLessThan(1e-6);
    });
  });

  test("a file that was changed is refused at each use", async () => {
    const { data, manifest } = await register(boosted, {});
    const directory = join(data.models, manifest.id);
    appendFileSync(join(directory, "model.onnx"), Buffer.from([0x12, 0]));
    const changed = /model\.onnx has SHA-256 [0-9a-f]{64}, but the model is [0-9a-f]{64}: the file was changed/;
    expect((await aldyn("predict", "--model", directory, "--data", at("rows.csv"), "--out", at("no.csv"))).problem).toMatch(changed);
    expect((await aldyn("verify", manifest.id, "--data", data.root)).problem).toMatch(changed);
    expect((await aldyn("promote", manifest.id, "--why", "trial", "--data", data.root)).problem).toMatch(changed);
    expect((await aldyn("list", "--data", data.root)).out).toMatch(/broken: .*the file was changed/);
  });

  test("what it foretells must be said, a fixed number of rows asked for, a direction be of one of its features", async () => {
    expect((await register(boosted, { label: undefined })).problem).toContain('say what it foretells with "label: NAME"');
    expect((await register(boosted, { directions: { incom: "-" } })).problem).toContain('takes no incom (did you mean "income"?)');
  });
});

describe("directions are tried on rows by values", () => {
  /** x (5 - x) + z: 4, 6, 6, 4 for x = 1, 2, 3, 4. */
  const hump = tableModel(
    [
      ["x", 1],
      ["z", 1],
      ["five", 1],
    ],
    [
      { op_type: "Sub", input: ["five", "x"], output: ["rest"] },
      { op_type: "Mul", input: ["x", "rest"], output: ["product"] },
      { op_type: "Add", input: ["product", "z"], output: ["margin"] },
      { op_type: "Sigmoid", input: ["margin"], output: ["p"] },
    ],
    ["p", 1],
  );
  const rows = {
    columns: ["x", "z", "five"],
    onnx: hump,
    rows: [
      [1, -6, 5],
      [2, -5, 5],
      [3, -7, 5],
      [4, -6, 5],
    ],
  };

  test.each<["+" | "-", number, number, number]>([
    ["+", 4, 3, 4],
    ["-", 4, 1, 2],
  ])("a hump breaks %s on each row, once", async (direction, violations, from, to) => {
    const { manifest, problem } = await register(rows, { directions: { x: direction, z: "+" } });
    expect(problem).toBe("");
    expect(manifest.sweeps).toMatchObject([
      { feature: "x", direction, rows: 4, steps: 12, violations, worst: { from, to } },
      { feature: "z", direction: "+", rows: 4, steps: 8, violations: 0, worst: null },
    ]);
    const { before, after } = manifest.sweeps[0].worst;
    expect(Math.abs(before - after)).toBeCloseTo(Math.abs(1 / (1 + Math.exp(-1)) - 1 / (1 + Math.exp(1))), 6);
    expect(manifest.unmet[0]).toContain(`the direction of x is broken on 4 of 12 steps; worst from ${from} to ${to}`);
  });

  test("a linear model is seen to take no gaps, on its rows without one", async () => {
    const linear = golden("scikit-learn scaler, logistic regression");
    const gapped = { ...linear, rows: linear.rows.map((row, index) => (index === 1 ? [null, ...row.slice(1)] : row)) };
    const { manifest } = await register(gapped, { directions: { children: "+" } });
    expect(manifest.features.map((feature: { takes_unknown: boolean }) => feature.takes_unknown)).toEqual([false, false, false]);
    expect(manifest.sweeps).toMatchObject([{ feature: "children", rows: 39, violations: 0 }]);
    expect(manifest.unmet).toContainEqual(expect.stringContaining("gives no number where income, children, debt is unknown"));
  });
});

describe("it is promoted by the same gates and some of its own", () => {
  const onnx = tableModel([["children", 1]], [{ op_type: "Sigmoid", input: ["children"], output: ["p"] }], ["p", 1]);
  const inputs = [{ name: "children", kind: "float32" as const, rank: 2 as const, columns: ["children"] }];
  const sound = storable(onnx, inputs);
  const feature = sound.manifest.features[0]!;
  const kept = sound.manifest.sweeps![0]!;
  const worst = { row: 1, from: 0, to: 1, before: 0.5, after: 0.4 };

  test("one that meets them becomes champion", async () => {
    writeModel(sound, at("sound"));
    const data = at("promoted");
    await putEmptyStore(dataDirectory(data));
    expect((await aldyn("promote", at("sound"), "--why", "trial", "--who", "analyst", "--data", data)).problem).toBe("");
    const list = JSON.parse((await aldyn("list", "--data", data, "--json")).out);
    expect(list).toContainEqual(expect.objectContaining({ id: sound.manifest.id, champion: true, kind: "external" }));
  });

  test.each<[string, Parameters<typeof storable>[2], string]>([
    ["never measured", { quality: null }, "its quality was never measured"],
    ["never tried", { sweeps: null }, "its directions were never tried"],
    ["no direction declared", { features: [{ ...feature, direction: "free" }], sweeps: [] }, "no direction is declared"],
    ["a direction broken once", { sweeps: [{ ...kept, violations: 1, worst }] }, "the direction of children is broken on 1 of 30 steps"],
    ["no gaps taken", { features: [{ ...feature, takes_unknown: false }] }, "gives no number where children is unknown"],
    ["consent weighs", { features: [{ ...feature, needs_consent: true }] }, "children is known only with consent"],
  ])("%s", (_, change, unmet) => {
    expect(unmetForPromotion(sound.manifest, conditions)).toEqual([]);
    expect(unmetForPromotion(storable(onnx, inputs, change).manifest, conditions)).toEqual([expect.stringContaining(unmet)]);
  });
});
