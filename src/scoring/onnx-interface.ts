import { UserError } from "../domain/errors.ts";
import { decodeOnnx, elementTypes, type OnnxModel, type OnnxValue } from "./onnx-format.ts";
import { readMetadata } from "./onnx-graph.ts";
import { inputName, outputNames } from "./onnx-names.ts";

/** The features that a model file takes, in order: as it names them, or as given. A file with another interface is a UserError that says what is expected. */
export function readInterface(onnx: Uint8Array, path: string, given?: readonly string[]): string[] {
  const model = decodeFile(onnx, path);
  const problem = interfaceProblem(model);
  if (problem !== undefined)
    throw new UserError(
      "foreign_model",
      `${path}: ${problem}; a model takes "${inputName}" (double, any number of rows by features) and gives "${outputNames.join('" and "')}" (double)`,
    );
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

function decodeFile(onnx: Uint8Array, path: string): OnnxModel {
  try {
    return decodeOnnx(onnx);
  } catch (cause) {
    throw new UserError("bad_model", `${path} is no ONNX model: ${(cause as Error).message}`, { cause });
  }
}

function interfaceProblem({ graph }: OnnxModel): string | undefined {
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((value) => !constants.has(value.name));
  if (inputs.length !== 1 || inputs[0]?.name !== inputName) return `its inputs are ${inputs.map((value) => value.name).join(", ")}`;
  if (!isDouble(inputs[0])) return "its input is not in double";
  const missing = outputNames.filter((name) => !graph.output.some((value) => value.name === name && isDouble(value)));
  return missing.length === 0 ? undefined : `it gives no ${missing.join(" and no ")} in double`;
}

function isDouble(value: OnnxValue): boolean {
  return value.type?.tensor_type?.elem_type === elementTypes.double;
}
