import { decodeOnnx, elementTypes, encodeOnnx, type OnnxNode, type OnnxTensor, type OnnxValue } from "./onnx-format.ts";
import { inputName, outputNames } from "./onnx-names.ts";

/** What the file itself says of its model, so that a manifest beside it can be held against it. */
export interface OnnxMetadata {
  name: string;
  label: string;
  horizon_months: number | null;
  features: string[];
}

/** A graph with the input and outputs that every model here has, as a file; `opset_import` and `ir_version` are those of logistic regression unless given. */
export function modelFile(
  about: OnnxMetadata,
  nodes: OnnxNode[],
  initializer: OnnxTensor[],
  { ir_version, opset_import } = { ir_version: 8, opset_import: [{ domain: "", version: 17 }] },
): Uint8Array {
  return encodeOnnx({
    ir_version,
    producer_name: "aldyn",
    opset_import,
    metadata_props: [
      { key: "name", value: about.name },
      { key: "label", value: about.label },
      { key: "horizon_months", value: JSON.stringify(about.horizon_months) },
      { key: "features", value: JSON.stringify(about.features) },
    ],
    graph: {
      name: about.name,
      node: nodes,
      initializer,
      input: [value(inputName, ["rows", about.features.length])],
      output: outputNames.map((name) => value(name, ["rows"])),
    },
  });
}

/** What a model file says of itself; null for a file that was not written here. */
export function readMetadata(bytes: Uint8Array): OnnxMetadata | null {
  const properties = Object.fromEntries(decodeOnnx(bytes).metadata_props.map((each) => [each.key, each.value]));
  const { name, label, horizon_months, features } = properties;
  if (name === undefined || label === undefined || horizon_months === undefined || features === undefined) return null;
  return { name, label, horizon_months: JSON.parse(horizon_months) as number | null, features: JSON.parse(features) as string[] };
}

/** A standard operator with one output. */
export function node(op_type: string, input: string[], output: string): OnnxNode {
  return { op_type, input, output: [output] };
}

/** A constant in double. */
export function doubles(name: string, dims: number[], values: number[]): OnnxTensor {
  return { name, dims, data_type: elementTypes.double, double_data: values };
}

function value(name: string, shape: (string | number)[]): OnnxValue {
  const dim = shape.map((length) => (typeof length === "string" ? { dim_param: length } : { dim_value: length }));
  return { name, type: { tensor_type: { elem_type: elementTypes.double, shape: { dim } } } };
}
