import { UserError } from "../domain/errors.ts";
import type { ExternalPlan } from "./external-plan.ts";
import type { ExternalSettings } from "./external-settings.ts";
import type { OnnxModel, OnnxNode } from "./onnx-format.ts";
import { exposedByZipMap } from "./onnx-zipmap.ts";

type Choice = Pick<ExternalPlan, "output" | "column" | "link">;
const numberTypes = new Set([1, 11]);

/** Which output is the probability or the log-odds, and which of its columns is the event's. A UserError says what is missing and how to say or export it. */
export function planOutput(model: OnnxModel, settings: ExternalSettings, path: string): Choice {
  const output = chosenOutput(model, settings, path);
  const { source, passed } = sourceOf(model, output);
  if (source !== undefined) requireRightSums(source, path);
  const link = settings.link ?? "identity";
  if (settings.link === undefined && source !== undefined && isRaw(source, passed))
    throw new UserError(
      "no_probability",
      `${path}: output ${output} comes straight from ${source.op_type}, whose values have no bounds; say "link: logistic" in the features file when they are log-odds, "link: identity" when they are probabilities, or export a classifier (predict_proba)`,
    );
  const classes = classesOf(model, output, source);
  return { output, column: settings.column ?? eventColumn(classes, settings.class, path), link };
}

/** The output to read: the one named, the only one of numbers, or the only one called probability. */
function chosenOutput({ graph }: OnnxModel, settings: ExternalSettings, path: string): string {
  const exposed = exposedByZipMap(graph);
  const declared = graph.output.map(({ name, type }) => ({
    said: name,
    name: exposed.get(name) ?? name,
    isNumbers: exposed.has(name) || numberTypes.has((type as Partial<typeof type> | undefined)?.tensor_type?.elem_type ?? 1),
  }));
  if (settings.output !== undefined) {
    const found = declared.find(({ said, name }) => said === settings.output || name === settings.output);
    if (found?.isNumbers) return found.name;
    const why = found === undefined ? "there is no such output" : "it holds labels, no probabilities";
    throw new UserError(
      "wrong_output",
      `${path}, output ${settings.output}: ${why}; it has: ${declared.map(({ said }) => said).join(", ")}`,
    );
  }
  const numbers = declared.filter((each) => each.isNumbers);
  const named = numbers.filter((each) => /prob/i.test(each.said));
  const event = numbers.filter((each) => each.said === "i1");
  const found = [numbers, named, event].find((each) => each.length === 1)?.[0];
  if (found !== undefined) return found.name;
  const said = declared.map((each) => each.said).join(", ");
  throw numbers.length === 0
    ? new UserError(
        "no_probability",
        `${path} gives ${said === "" ? "nothing" : `only labels (${said})`}; export it with the output of predict_proba`,
      )
    : new UserError("wrong_output", `${path} gives ${said}: say which is the probability with "output: NAME" in the features file`);
}

/** Operators that hand on what they are given; a Normalizer makes shares of it. */
const handsOn = new Set(["Identity", "Cast", "Reshape", "Flatten", "Squeeze", "ArrayFeatureExtractor", "Slice", "Gather", "Normalizer"]);

/** The operator that an output comes from, behind those that only hand it on. */
function sourceOf({ graph }: OnnxModel, output: string): { source: OnnxNode | undefined; passed: string[] } {
  const passed: string[] = [];
  let tensor: string | undefined = output;
  for (;;) {
    const node = graph.node.find((each) => each.output.includes(tensor as string));
    if (node === undefined || !handsOn.has(node.op_type) || passed.length > graph.node.length) return { source: node, passed };
    passed.push(node.op_type);
    tensor = node.input[0];
  }
}

const regressors = new Set(["TreeEnsembleRegressor", "LinearRegressor", "SVMRegressor", "TreeEnsemble", "MatMul", "Gemm", "Add", "Sum"]);

function isRaw(node: OnnxNode, passed: readonly string[]): boolean {
  if (passed.includes("Normalizer")) return false;
  const transform = textOf(node, "post_transform") ?? "NONE";
  if (node.op_type === "LinearClassifier" || node.op_type === "SVMClassifier")
    return transform === "NONE" && passed.includes("ArrayFeatureExtractor");
  return regressors.has(node.op_type) && transform === "NONE" && !hasBoundedLeaves(node);
}

/** Whether the values of a tree regressor stay within [0, 1] whatever the row, as a forest's shares do: by the least and most that each tree can add. */
function hasBoundedLeaves(node: OnnxNode): boolean {
  const weights = listOf(node, "target_weights");
  const trees = listOf(node, "target_treeids");
  if (weights.length === 0 || weights.length !== trees.length) return false;
  const bounds = new Map<number, [number, number]>();
  weights.forEach((weight, index) => {
    const [least, most] = bounds.get(trees[index] as number) ?? [weight, weight];
    bounds.set(trees[index] as number, [Math.min(least, weight), Math.max(most, weight)]);
  });
  const base = listOf(node, "base_values")[0] ?? 0;
  const share = textOf(node, "aggregate_function") === "AVERAGE" ? 1 / bounds.size : 1;
  const [least, most] = [0, 1].map((end) => [...bounds.values()].reduce((sum, each) => sum + share * (each[end] as number), base)) as [
    number,
    number,
  ];
  return least >= -1e-6 && most <= 1 + 1e-6;
}

/** onnxruntime drops the first class's sum where a file gives votes and base values for both of two classes. */
function requireRightSums(node: OnnxNode, path: string): void {
  const votesForBoth = new Set(listOf(node, "class_ids")).size > 1;
  if (
    node.op_type === "TreeEnsembleClassifier" &&
    classLabels(node)?.length === 2 &&
    listOf(node, "base_values").length === 2 &&
    votesForBoth
  )
    throw new UserError(
      "wrong_sums",
      `${path}: it has trees and base values for both of two classes, as CatBoost writes a model with a bias; onnxruntime does not add them up as CatBoost does. Fit it with boost_from_average=False and export it again`,
    );
}

function classesOf({ graph }: OnnxModel, output: string, source: OnnxNode | undefined): string[] | null {
  const zipMap = graph.node.find((node) => node.op_type === "ZipMap" && node.input[0] === output);
  return (zipMap && classLabels(zipMap)) ?? (source && classLabels(source)) ?? null;
}

function classLabels(node: OnnxNode): string[] | null {
  const given = node.attribute
    ?.filter((each) => each.name.startsWith("classlabels_"))
    .map((each) => (each.strings?.length ? each.strings : (each.ints ?? [])));
  const labels = given?.find((each) => each.length > 0);
  return labels === undefined ? null : labels.map(String);
}

const eventWords = new Set(["1", "true", "yes", "positive", "1.0"]);

/** The place of the event's class: as told, by its name, or the second of two, in which order every library writes 0 and 1. */
function eventColumn(classes: readonly string[] | null, event: string | undefined, path: string): number {
  if (event !== undefined) {
    const place = classes?.indexOf(event) ?? -1;
    if (place >= 0) return place;
    const known =
      classes === null
        ? `the file does not name its classes; say "column: 1" for the second instead`
        : `its classes are ${classes.join(", ")}`;
    throw new UserError("wrong_class", `${path} has no class ${event}: ${known}`);
  }
  if (classes === null) return 1;
  const events = classes.flatMap((name, index) => (eventWords.has(name.toLowerCase()) ? [index] : []));
  if (classes.length === 2 && events.length === 1) return events[0] as number;
  throw new UserError(
    "wrong_class",
    `${path} has the classes ${classes.join(", ")}: say which is the event with "class: NAME" in the features file`,
  );
}

function listOf(node: OnnxNode, name: string): number[] {
  const found = node.attribute?.find((each) => each.name === name);
  return (found?.floats?.length ? found.floats : found?.ints) ?? [];
}

function textOf(node: OnnxNode, name: string): string | undefined {
  return node.attribute?.find((each) => each.name === name)?.s;
}
