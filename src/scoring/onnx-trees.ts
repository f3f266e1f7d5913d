import type { BoostedModel, Tree } from "../training/boosting/tree.ts";
import type { CalibrationLine } from "../training/calibration-slope.ts";
import { decodeOnnx, elementTypes, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxTensor } from "./onnx-format.ts";
import { doubles, modelFile, node, type OnnxMetadata } from "./onnx-graph.ts";
import { inputName } from "./onnx-names.ts";

/** Trees with, where they were calibrated, the line that their log-odds go through: slope * log-odds + intercept. */
export interface CalibratedTrees {
  model: BoostedModel;
  calibration: CalibrationLine | null;
}

/** TreeEnsemble came with version 5 of the operators for machine learning; ONNX 1.16, which has it, is IR 10. */
const versions = {
  ir_version: 10,
  opset_import: [
    { domain: "", version: 17 },
    { domain: "ai.onnx.ml", version: 5 },
  ],
};

/** The trees as an ONNX file that does everything itself, in double: NaN, the sum, the calibration, the sigmoid. The same model has the same bytes. */
export function writeTreesOnnx({ model, calibration }: CalibratedTrees, about: Omit<OnnxMetadata, "features">): Uint8Array {
  const last = calibration === null ? "margin" : "uncalibrated";
  const nodes: OnnxNode[] = [
    { ...node("TreeEnsemble", [inputName], "leaves"), domain: "ai.onnx.ml", attribute: treeAttributes(model) },
    node("Squeeze", ["leaves", "second_axis"], "sum"),
    node("Add", ["sum", "base"], last),
    ...(calibration === null ? [] : [node("Mul", [last, "slope"], "sloped"), node("Add", ["sloped", "intercept"], "margin")]),
    node("Sigmoid", ["margin"], "probability"),
  ];
  const secondAxis: OnnxTensor = { name: "second_axis", dims: [1], data_type: elementTypes.int64, int64_data: [1] };
  return modelFile({ ...about, features: model.features }, nodes, [...constants({ model, calibration }), secondAxis], versions);
}

/** Names of what differs between a model and the graph of a file; none when the file computes this model. */
export function differingTrees(bytes: Uint8Array, trees: CalibratedTrees): string[] {
  const found = decodeOnnx(bytes);
  return [...numbersIn(found, constants(trees)), ...attributesIn(found, treeAttributes(trees.model)), ...operatorsIn(found, trees)];
}

function constants({ model, calibration }: CalibratedTrees): OnnxTensor[] {
  const line = calibration === null ? [] : [doubles("slope", [1], [calibration.slope]), doubles("intercept", [1], [calibration.intercept])];
  return [doubles("base", [1], [model.base]), ...line];
}

/** The trees as the attributes of one `TreeEnsemble`: inner nodes and leaves of all trees in two lists, each tree's in its own order. */
function treeAttributes({ trees }: BoostedModel): OnnxAttribute[] {
  const { splits, weights, ...whole } = layOut(trees.length === 0 ? [constantTree(0)] : trees);
  return [
    ...Object.entries(whole).map(([name, ints]) => ({ name, type: 7, ints })),
    { name: "nodes_splits", type: 4, t: doubles("splits", [splits.length], splits) },
    { name: "leaf_weights", type: 4, t: doubles("weights", [weights.length], weights) },
    // 0: a value <= the split goes to the true node
    { name: "nodes_modes", type: 4, t: bytes("modes", Array<number>(splits.length).fill(0)) },
    { name: "n_targets", type: 2, i: 1 },
    { name: "aggregate_function", type: 2, i: 1 },
    { name: "post_transform", type: 2, i: 0 },
  ];
}

function layOut(trees: readonly Tree[]) {
  const parts = {
    tree_roots: [] as number[],
    nodes_featureids: [] as number[],
    nodes_truenodeids: [] as number[],
    nodes_falsenodeids: [] as number[],
    nodes_trueleafs: [] as number[],
    nodes_falseleafs: [] as number[],
    nodes_missing_value_tracks_true: [] as number[],
    leaf_targetids: [] as number[],
    splits: [] as number[],
    weights: [] as number[],
  };
  for (const grown of trees) {
    const tree = grown.feature[0]! < 0 ? constantTree(grown.value[0]!) : grown;
    const [firstNode, firstLeaf] = [parts.splits.length, parts.weights.length];
    const isLeaf = Array.from(tree.feature, (feature) => feature < 0);
    let [nodes, leaves] = [firstNode, firstLeaf];
    const place = isLeaf.map((leaf) => (leaf ? leaves++ : nodes++));
    parts.tree_roots.push(firstNode);
    isLeaf.forEach((leaf, at) => {
      if (leaf) {
        parts.weights.push(tree.value[at]! + 0);
        parts.leaf_targetids.push(0);
        return;
      }
      const [left, right] = [tree.left[at]!, tree.right[at]!];
      parts.nodes_featureids.push(tree.feature[at]!);
      parts.splits.push(tree.threshold[at]! + 0);
      parts.nodes_truenodeids.push(place[left]!);
      parts.nodes_falsenodeids.push(place[right]!);
      parts.nodes_trueleafs.push(Number(isLeaf[left]));
      parts.nodes_falseleafs.push(Number(isLeaf[right]));
      parts.nodes_missing_value_tracks_true.push(tree.isMissingLeft[at]!);
    });
  }
  return parts;
}

/** `TreeEnsemble` wants a split in each tree: a tree of one leaf becomes two leaves of its value. */
function constantTree(value: number): Tree {
  return {
    feature: Int32Array.of(0, -1, -1),
    threshold: new Float64Array(3),
    isMissingLeft: new Uint8Array(3),
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    value: Float64Array.of(0, value, value),
    weight: new Float64Array(3),
    gain: new Float64Array(3),
  };
}

function bytes(name: string, values: number[]): OnnxTensor {
  return { name, dims: [values.length], data_type: elementTypes.uint8, int32_data: values };
}

function numbersIn({ graph }: OnnxModel, wanted: readonly OnnxTensor[]): string[] {
  const found = new Map(graph.initializer.map((tensor) => [tensor.name, tensor.double_data]));
  return wanted.filter(({ name, double_data }) => !isSame(found.get(name), double_data)).map(({ name }) => name);
}

function attributesIn({ graph }: OnnxModel, wanted: readonly OnnxAttribute[]): string[] {
  const found = new Map(graph.node[0]?.attribute?.map((attribute) => [attribute.name, numbersOf(attribute)]));
  const names = wanted.filter((attribute) => !isSame(found.get(attribute.name), numbersOf(attribute))).map(({ name }) => name);
  return found.size === wanted.length ? names : [...names, "attributes"];
}

function operatorsIn({ graph }: OnnxModel, { calibration }: CalibratedTrees): string[] {
  const wanted = ["TreeEnsemble", "Squeeze", "Add", ...(calibration === null ? [] : ["Mul", "Add"]), "Sigmoid"];
  return graph.node.map((each) => each.op_type).join() === wanted.join() ? [] : ["operators"];
}

function numbersOf({ type, i, t, ints }: OnnxAttribute): number[] {
  if (type === 4) return (t?.data_type === elementTypes.double ? t.double_data : t?.int32_data) ?? [];
  return type === 7 ? (ints ?? []) : [i ?? 0];
}

function isSame(found: readonly number[] | undefined, wanted: readonly number[] = []): boolean {
  return found?.length === wanted.length && wanted.every((each, index) => Object.is(each + 0, found[index]! + 0));
}
