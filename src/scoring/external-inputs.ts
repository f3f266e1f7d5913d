import { didYouMean, UserError } from "../domain/errors.ts";
import { type InputKind, inputKinds, type PlanInput } from "./external-plan.ts";
import type { ExternalSettings } from "./external-settings.ts";
import { widthWanted } from "./external-width.ts";
import type { OnnxModel, OnnxType } from "./onnx-format.ts";

/** An input as the file declares it. */
interface DeclaredInput {
  name: string;
  kind: InputKind;
  rank: 1 | 2;
  /** Rows at once; null = any number. */
  batch: number | null;
  /** Columns; null = not declared. */
  width: number | null;
}

/** The inputs of a graph without those that have a default. */
export function inputNamesOf({ graph }: OnnxModel): string[] {
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  return graph.input.map((input) => input.name).filter((name) => !constants.has(name));
}

/** Which columns fill which input, and how many rows the file takes at once. Anything that does not fit is a UserError that says how to put it right. */
export function planInputs(
  model: OnnxModel,
  features: ExternalSettings["features"],
  path: string,
): { inputs: PlanInput[]; batch: number | null } {
  const names = inputNamesOf(model);
  const declared = names.map((name) => declaredInput(model, name, path));
  const byInput = columnsByInput(declared, features, path);
  const inputs = declared.map(({ name, kind, rank, width }) => {
    const columns = byInput.get(name) as string[];
    requireWidth(model, { name, width }, columns, path);
    return { name, kind, rank, columns };
  });
  const batches = new Set(declared.flatMap((input) => input.batch ?? []));
  if (batches.size > 1)
    throw new UserError("fixed_batch", `${path}: its inputs take ${[...batches].join(" and ")} rows at once; ${freeBatch}`);
  return { inputs, batch: [...batches][0] ?? null };
}

/** How to export a model that takes any number of rows. */
export const freeBatch = "export it with a free number of rows: FloatTensorType([None, n]) in sklearn-onnx and onnxmltools";

function declaredInput({ graph }: OnnxModel, name: string, path: string): DeclaredInput {
  const type: OnnxType | undefined = graph.input.find((input) => input.name === name)?.type;
  const tensor = type?.tensor_type;
  const kind = inputKinds[tensor?.elem_type as keyof typeof inputKinds] as InputKind | undefined;
  if (tensor === undefined || kind === undefined)
    throw new UserError(
      "foreign_model",
      `${path}: input ${name} is no tensor of float, double, whole numbers, true and false, or words; export it with FloatTensorType, DoubleTensorType or StringTensorType inputs`,
    );
  const dims = (tensor.shape?.dim ?? [{}, {}]).map((dim) => (dim.dim_value !== undefined && dim.dim_value > 0 ? dim.dim_value : null));
  if (dims.length !== 1 && dims.length !== 2)
    throw new UserError("foreign_model", `${path}: input ${name} has ${dims.length} dimensions; a table has rows and columns`);
  return { name, kind, rank: dims.length as 1 | 2, batch: dims[0] ?? null, width: dims.length === 1 ? 1 : (dims[1] ?? null) };
}

function columnsByInput(inputs: readonly DeclaredInput[], features: ExternalSettings["features"], path: string): Map<string, string[]> {
  const names = inputs.map((input) => input.name);
  const takesOneEach = inputs.every((input) => (input.width ?? 1) === 1);
  if (features === undefined) {
    if (inputs.length > 1 && takesOneEach) return new Map(names.map((name) => [name, [name]]));
    throw new UserError("no_features", `${path} does not name its features; give --features FILE.yaml with a list of them in order`);
  }
  if (!Array.isArray(features)) return columnsOfMap(names, features, path);
  const twice = features.find((name, index) => features.indexOf(name) < index);
  if (twice !== undefined)
    throw new UserError("wrong_features", `${path}: feature ${twice} is listed twice; list the columns in the order of the model's input`);
  if (inputs.length === 1) return new Map([[names[0] as string, features]]);
  if (takesOneEach && features.length === names.length && names.every((name) => features.includes(name)))
    return new Map(names.map((name) => [name, [name]]));
  return columnsInOrder(inputs, features, path);
}

function columnsOfMap(names: readonly string[], features: Readonly<Record<string, string[]>>, path: string): Map<string, string[]> {
  const unknown = Object.keys(features).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new UserError(
      "wrong_features",
      `${path} has no input ${unknown.map((name) => `${name}${didYouMean(name, names)}`).join(", ")}; its inputs are: ${names.join(", ")}`,
    );
  const missing = names.filter((name) => features[name] === undefined);
  if (missing.length > 0)
    throw new UserError(
      "missing_input",
      `${path} also takes ${missing.join(", ")}: give a column for each of its inputs: ${names.join(", ")}`,
    );
  return new Map(Object.entries(features));
}

/** The list shared out over the inputs, each taking as many as it is wide. */
function columnsInOrder(inputs: readonly DeclaredInput[], features: readonly string[], path: string): Map<string, string[]> {
  const wanted = inputs.reduce((sum, input) => sum + (input.width ?? 1), 0);
  const said = inputs.map((input) => `${input.name} (${input.width ?? 1})`).join(", ");
  if (wanted !== features.length)
    throw new UserError(
      "wrong_features",
      `${path} takes ${wanted} features, in the inputs ${said}, but ${features.length} are named; list all of them, or map each input to its columns`,
    );
  const rest = [...features];
  return new Map(inputs.map(({ name, width }) => [name, rest.splice(0, width ?? 1)]));
}

function requireWidth(
  model: OnnxModel,
  { name, width }: Pick<DeclaredInput, "name" | "width">,
  columns: readonly string[],
  path: string,
): void {
  const refuse = (text: string) => {
    throw new UserError(
      "wrong_features",
      `${path} takes ${text} features, but ${columns.length} are named; list all columns that it was fitted on, in their order`,
    );
  };
  if (width !== null && width !== columns.length) refuse(String(width));
  const wanted = widthWanted(model.graph, name);
  if (wanted.exactly !== undefined && wanted.exactly !== columns.length) refuse(String(wanted.exactly));
  if (wanted.least > columns.length) refuse(`at least ${wanted.least}`);
}
