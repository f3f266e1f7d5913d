import type { LogisticModel } from "../training/logistic-model.ts";
import { decodeOnnx, elementTypes, type OnnxNode, type OnnxTensor } from "./onnx-format.ts";
import { doubles, modelFile, node, type OnnxMetadata } from "./onnx-graph.ts";
import { inputName } from "./onnx-names.ts";

/**
 * The model as an ONNX file that does everything itself, in double: NaN, bending, standardising, the sum, the sigmoid.
 * Opset 17 of the standard operators; the same model has the same bytes.
 */
export function writeLogisticOnnx(model: LogisticModel, about: Omit<OnnxMetadata, "features">): Uint8Array {
  const { nodes, bent } = bendingNodes(model);
  return modelFile({ ...about, features: model.terms.map((term) => term.name) }, [...nodes, ...linearNodes(bent)], constants(model));
}

/** sign(x) * log(1 + |x|) where a feature asks for it; no node when none does. */
function bendingNodes(model: LogisticModel): { nodes: OnnxNode[]; bent: string } {
  if (!bentMarks(model).includes(1)) return { nodes: [], bent: inputName };
  const nodes = [
    node("Abs", [inputName], "size"),
    node("Add", ["size", "one"], "size_plus_one"),
    node("Log", ["size_plus_one"], "log_size"),
    node("Sign", [inputName], "sign"),
    node("Mul", ["sign", "log_size"], "signed_log"),
    node("Where", ["is_signed_log", "signed_log", inputName], "bent"),
  ];
  return { nodes, bent: "bent" };
}

function linearNodes(bent: string): OnnxNode[] {
  return [
    node("IsNaN", [inputName], "is_unknown"),
    node("Sub", [bent, "mean"], "centred"),
    node("Div", ["centred", "deviation"], "standardised"),
    node("Where", ["is_unknown", "zero", "standardised"], "known_part"),
    { ...node("Cast", ["is_unknown"], "unknown"), attribute: [{ name: "to", i: elementTypes.double, type: 2 }] },
    node("Sub", ["unknown", "missing_rate"], "unknown_centred"),
    node("Div", ["unknown_centred", "missing_deviation"], "missing_part"),
    node("MatMul", ["known_part", "coefficient"], "known_sum"),
    node("MatMul", ["missing_part", "missing_coefficient"], "missing_sum"),
    node("Add", ["known_sum", "missing_sum"], "sum"),
    node("Add", ["sum", "base"], "margin"),
    node("Sigmoid", ["margin"], "probability"),
  ];
}

function constants(model: LogisticModel): OnnxTensor[] {
  const isBent = bentMarks(model);
  const forBending = [
    doubles("one", [1], [1]),
    { name: "is_signed_log", dims: [isBent.length], data_type: elementTypes.bool, int32_data: isBent },
  ];
  return [
    ...Object.entries(parameterVectors(model)).map(([name, values]) => doubles(name, [values.length], values)),
    doubles("base", [1], [model.base]),
    doubles("zero", [1], [0]),
    ...(isBent.includes(1) ? forBending : []),
  ];
}

function bentMarks({ terms }: LogisticModel): number[] {
  return terms.map((term) => (term.transform === "signed_log" ? 1 : 0));
}

/** The model's numbers by the names they have in the graph, one per feature. A feature that was never unknown has missing coefficient 0. */
function parameterVectors({ terms }: LogisticModel): Record<string, number[]> {
  return {
    mean: terms.map((term) => term.mean),
    deviation: terms.map((term) => term.deviation),
    coefficient: terms.map((term) => term.coefficient),
    missing_rate: terms.map((term) => term.missing?.rate ?? 0),
    missing_deviation: terms.map((term) => term.missing?.deviation ?? 1),
    missing_coefficient: terms.map((term) => term.missing?.coefficient ?? 0),
  };
}

/** Names of the numbers in which a model differs from the graph of a file; none when the file computes this model. */
export function differingParameters(bytes: Uint8Array, model: LogisticModel): string[] {
  const found = new Map(decodeOnnx(bytes).graph.initializer.map((tensor) => [tensor.name, numbersOf(tensor)]));
  const isBent = bentMarks(model);
  const wanted = {
    ...parameterVectors(model),
    base: [model.base],
    ...(isBent.includes(1) || found.has("is_signed_log") ? { is_signed_log: isBent } : {}),
  };
  return Object.entries(wanted).flatMap(([name, values]) => {
    const there = found.get(name) ?? [];
    return there.length === values.length && values.every((each, index) => Object.is(each + 0, there[index]! + 0)) ? [] : [name];
  });
}

function numbersOf(tensor: OnnxTensor): number[] {
  return (tensor.data_type === elementTypes.double ? tensor.double_data : tensor.int32_data) ?? [];
}
