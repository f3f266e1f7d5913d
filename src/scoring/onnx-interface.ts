import { UserError } from "../domain/errors.ts";
import { decodeModel } from "./external-model.ts";
import { elementTypes, type OnnxModel, type OnnxValue } from "./onnx-format.ts";
import { readMetadata } from "./onnx-graph.ts";
import { inputName, outputNames } from "./onnx-names.ts";

/** The features that a model file written here takes, in order: as it names them, or as given. */
export function readInterface(onnx: Uint8Array, path: string, given?: readonly string[]): string[] {
  const model = decodeModel(onnx, path);
  const named = readMetadata(onnx)?.features;
  const features = given ?? named;
  if (features === undefined)
    throw new UserError("no_features", `${path} does not name its features; give --features FILE.yaml with a list of them in order`);
  const width = model.graph.input[0]?.type.tensor_type.shape.dim[1]?.dim_value;
  if (width !== features.length) throw new UserError("wrong_features", `${path} takes ${width} features, but ${features.length} are named`);
  const differing = features.findIndex((name, index) => named !== undefined && named[index] !== name);
  if (differing >= 0)
    throw new UserError(
      "wrong_features",
      `feature ${differing + 1} is given as ${features[differing]}, but ${path} takes ${named?.[differing]} there`,
    );
  return [...features];
}

/** Whether a file has the inputs and outputs of the models that are written here. */
export function hasOwnInterface({ graph }: OnnxModel): boolean {
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  const [input, ...others] = graph.input.filter((value) => !constants.has(value.name));
  if (input?.name !== inputName || others.length > 0 || !isDouble(input)) return false;
  return outputNames.every((name) => graph.output.some((value) => value.name === name && isDouble(value)));
}

function isDouble(value: OnnxValue): boolean {
  return value.type?.tensor_type?.elem_type === elementTypes.double;
}
