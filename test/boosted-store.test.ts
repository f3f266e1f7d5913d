import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { calibrated } from "../src/scoring/boosted-files.ts";
import { modelCard } from "../src/scoring/card.ts";
import { scoreExplainer } from "../src/scoring/contributions.ts";
import { readModel, readModelDirectory, storeModel, writeModel } from "../src/scoring/model-store.ts";
import { packBoosted } from "../src/scoring/pack-model.ts";
import { unmetForPromotion } from "../src/scoring/promotion-gate.ts";
import { selfTest } from "../src/scoring/self-test.ts";
import { marginOf } from "../src/training/boosting/tree.ts";
import { dataDirectory } from "../src/warehouse/data-directory.ts";
import { boostedFamilies, boostedStatement } from "./support/boosted-models.ts";
import { edgeRows } from "./support/boosted-rows.ts";
import { conditions } from "./support/conditions.ts";
import { temporaryDirectory } from "./support/registry.ts";

const root = temporaryDirectory(afterAll);
let directories = 0;
const fresh = () => join(root, String(directories++));

const shallow = await boostedFamilies();
const deep = await boostedFamilies({ depth: null, leaves: 15 });
const line = { slope: 0.7, intercept: -0.2 };
const steeper = { ...shallow, calibration: line, tables: null };
const kinds = [
  ["tables", packBoosted(shallow, boostedStatement)],
  ["deeper trees", packBoosted(deep, boostedStatement)],
  ["calibrated trees", packBoosted(steeper, boostedStatement)],
] as const;

describe.each(kinds)("%s", (kind, packed) => {
  test("are read back as they were written, to the bit", () => {
    const data = dataDirectory(fresh());
    const stored = storeModel(data, packed);
    const beside = kind === "tables" ? ["score.sql", "tables.json", "trees.json"] : ["trees.json"];
    expect(readdirSync(stored.directory).sort()).toEqual(["card.md", "manifest.json", "model.onnx", ...beside]);
    expect(readModel(data, packed.manifest.id.slice(0, 9))).toEqual(stored);
    expect(packed.boosted.model).toEqual(kind === "deeper trees" ? deep.model : shallow.model);
    expect(shallow.model.trees.some(({ threshold }) => threshold.includes(Infinity))).toBe(true);
  });

  test("onnxruntime, the trees and the contributions agree", async () => {
    expect((await selfTest(writeModel(packed, fresh()))).largest).toBeLessThan(1e-12);
    const explain = scoreExplainer(packed);
    const names = packed.manifest.features.map(({ name }) => name);
    for (const row of edgeRows(packed.boosted.model, 300, { onlyFinite: true })) {
      const told = explain(Object.fromEntries(names.map((name, at) => [name, Number.isNaN(row[at]) ? null : row[at]!])));
      const expected = marginOf(packed.boosted.model, row);
      expect(told.margin).toBeCloseTo(kind === "calibrated trees" ? 0.7 * expected - 0.2 : expected, 11);
      expect(told.contributions.reduce((sum, { contribution }) => sum + contribution, told.base)).toBe(told.margin);
      expect(told.contributions.map(({ value }) => value ?? Number.NaN)).toEqual(row);
    }
  });
});

test("a calibration taken into the trees is the line through their log-odds", () => {
  for (const row of edgeRows(shallow.model, 100))
    expect(marginOf(calibrated(steeper), row)).toBeCloseTo(0.7 * marginOf(shallow.model, row) - 0.2, 11);
});

describe("what does not belong together is refused by name", () => {
  const [, packed] = kinds[0];

  test.each(["trees.json", "tables.json", "score.sql"])("another %s", (name) => {
    const { directory } = writeModel(packed, fresh());
    writeFileSync(join(directory, name), readFileSync(join(directory, name), "utf8").replace("1", "2"));
    expect(() => readModelDirectory(directory)).toThrow(`${name} has SHA-256`);
  });

  test("trees of another fit, with their own hashes", () => {
    const { directory, manifest } = writeModel(packed, fresh());
    const other = writeModel(packBoosted({ ...deep, tables: null }, boostedStatement), fresh());
    writeFileSync(join(directory, "trees.json"), readFileSync(join(other.directory, "trees.json")));
    writeFileSync(join(directory, "manifest.json"), JSON.stringify({ ...manifest, files: other.manifest.files }));
    expect(() => readModelDirectory(directory)).toThrow(/tree_roots.*differ from those in model\.onnx/);
  });

  test("contributions that do not add up to the score", async () => {
    const [first, ...others] = packed.boosted.tables!.tables;
    const shifted = { ...first!, values: first!.values.map((value) => value + 1e-6) };
    const wrong = { ...packed.boosted, tables: { ...packed.boosted.tables!, tables: [shifted, ...others] } };
    await expect(selfTest({ ...packed, boosted: wrong, directory: "here" })).rejects.toThrow(
      /here: onnxruntime, the model's formula and its contributions differ/,
    );
  });

  test("a feature behind consent: trees could tell that a family refused", () => {
    const features = packed.manifest.features.map((feature) => ({ ...feature, needs_consent: true }));
    const { directory } = writeModel(packed, fresh());
    writeFileSync(join(directory, "manifest.json"), JSON.stringify({ ...packed.manifest, features }));
    expect(() => readModelDirectory(directory)).toThrow("features.0.needs_consent");
  });
});

describe("the card and the gate", () => {
  test("the card says in three languages what kind of model it is, and which directions are proven", () => {
    const card = modelCard(kinds[0][1].manifest);
    for (const words of ["градиенттік бустингі", "градиентный бустинг", "Gradient-boosted trees: 30 trees"]) expect(card).toContain(words);
    expect(card).toMatch(/\| `income` \| - \| proven \| \d/);
    expect(card).not.toContain("unknown values stand at the mean");
  });

  test("a direction that is not proven is said on the card, and the model is not promoted", () => {
    const claimed = { ...shallow, model: { ...shallow.model, directions: shallow.model.features.map(() => "-" as const) } };
    const { manifest } = packBoosted(claimed, boostedStatement);
    expect(manifest.proofs.filter(({ by }) => by === "none").map(({ feature }) => feature)).toContain("children");
    expect(modelCard(manifest)).toContain("Not proven to keep the direction of children: children from 0.5 or less to above it, with ");
    expect(unmetForPromotion(manifest, conditions).join()).toContain("the direction of children is not proven");
    expect(unmetForPromotion(kinds[0][1].manifest, conditions)).toEqual([]);
  });
});
