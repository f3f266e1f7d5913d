import { z } from "zod";
import { canonicalJson } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { type Tables, tableExplainer } from "../training/boosting/tables.ts";
import type { BoostedModel, Tree } from "../training/boosting/tree.ts";
import { type TreeExplainer, treeExplainer } from "../training/boosting/tree-shap.ts";
import { directions } from "../training/training-rows.ts";
import type { CalibratedTrees } from "./onnx-trees.ts";
import { scoreSql } from "./score-sql.ts";

/** Boosted trees as they are scored, and the same as a sum of tables (calibration taken in) where they have that form. */
export interface Boosted extends CalibratedTrees {
  tables: Tables | null;
}

const Whole = z.array(z.int());
const Numbers = z.array(z.number());

/** A tree's arrays, one entry per node. A threshold of null parts the known (left) from the unknown: JSON has no infinity. */
const TreeFile = z.strictObject({
  feature: Whole,
  threshold: z.array(z.number().nullable()),
  is_missing_left: Whole,
  left: Whole,
  right: Whole,
  value: Numbers,
  weight: Numbers,
  gain: Numbers,
});
const TreesFile = z.strictObject({
  format: z.literal("aldyn-trees/1"),
  features: z.array(z.string()),
  directions: z.array(z.enum(directions)),
  base: z.number(),
  calibration: z.strictObject({ slope: z.number().positive(), intercept: z.number() }).nullable(),
  trees: z.array(TreeFile),
});
const TablesFile = z.strictObject({
  format: z.literal("aldyn-tables/1"),
  base: z.number(),
  tables: z.array(
    z.strictObject({
      features: z.array(z.string()).min(1).max(2),
      thresholds: z.array(Numbers),
      values: Numbers,
      weights: Numbers,
    }),
  ),
});

/** The files that hold a boosted model beside model.onnx, by name. Numbers are written so that they are read back to the bit. */
export function boostedFiles({ model, calibration, tables }: Boosted): Record<string, string> {
  const { features, directions, base } = model;
  const trees = { format: "aldyn-trees/1", features, directions, base, calibration, trees: model.trees.map(treeFile) };
  return {
    "trees.json": `${canonicalJson(trees)}\n`,
    ...(tables === null
      ? {}
      : { "tables.json": `${canonicalJson({ format: "aldyn-tables/1", ...tables })}\n`, "score.sql": scoreSql(tables) }),
  };
}

/** Reads them back. `where` is the directory; a UserError names the file and what is wrong with it. */
export function readBoosted(files: Readonly<Record<string, string>>, where: string): Boosted {
  const { trees, features, directions, base, calibration } = parse(TreesFile, files, "trees.json", where);
  const model: BoostedModel = { features, directions, base, trees: trees.map(treeOf) };
  const tables = files["tables.json"] === undefined ? null : parse(TablesFile, files, "tables.json", where);
  return { model, calibration, tables: tables === null ? null : { base: tables.base, tables: tables.tables } };
}

/** What each feature adds to a row's log-odds: by tables where there are some, else by TreeSHAP. */
export function boostedExplainer(boosted: Boosted): TreeExplainer {
  return boosted.tables === null ? treeExplainer(calibrated(boosted)) : tableExplainer(boosted.tables, boosted.model.features);
}

/** The same model with its calibration taken into base and leaves. */
export function calibrated({ model, calibration }: CalibratedTrees): BoostedModel {
  if (calibration === null) return model;
  const { slope, intercept } = calibration;
  const trees = model.trees.map((tree) => ({ ...tree, value: tree.value.map((value) => slope * value) }));
  return { ...model, base: slope * model.base + intercept, trees };
}

function treeFile(tree: Tree): z.infer<typeof TreeFile> {
  return {
    feature: [...tree.feature],
    threshold: Array.from(tree.threshold, (threshold) => (threshold === Infinity ? null : threshold)),
    is_missing_left: [...tree.isMissingLeft],
    left: [...tree.left],
    right: [...tree.right],
    value: [...tree.value],
    weight: [...tree.weight],
    gain: [...tree.gain],
  };
}

function treeOf(tree: z.infer<typeof TreeFile>): Tree {
  return {
    feature: Int32Array.from(tree.feature),
    threshold: Float64Array.from(tree.threshold, (threshold) => threshold ?? Infinity),
    isMissingLeft: Uint8Array.from(tree.is_missing_left),
    left: Int32Array.from(tree.left),
    right: Int32Array.from(tree.right),
    value: Float64Array.from(tree.value),
    weight: Float64Array.from(tree.weight),
    gain: Float64Array.from(tree.gain),
  };
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  files: Readonly<Record<string, string>>,
  name: string,
  where: string,
): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(files[name] ?? ""));
  } catch (cause) {
    throw new UserError("bad_model", `${where}/${name} cannot be read; restore the file that was written with model.onnx`, { cause });
  }
}
