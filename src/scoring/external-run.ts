import { type InferenceSession, Tensor } from "onnxruntime-node";
import { UserError } from "../domain/errors.ts";
import type { ExternalPlan, PlanInput } from "./external-plan.ts";
import { withoutSource } from "./onnx-problems.ts";

/** A table's columns by name: numbers, NaN where unknown, or words, null where unknown. */
export type NamedColumns = Readonly<Record<string, Float64Array | readonly (string | null)[]>>;

/** Rounding of float32 sums that is let pass. */
const mostExcess = 1e-6;
const mostOffOne = 1e-4;
/** Log-odds of the double below 1, at which those of 0 and 1 stop. */
const mostMargin = -Math.log(2 ** -53);

/**
 * Log-odds and probability of `rows` rows, of which the first is the table's row `from` (counted from 0). A row that the model cannot take, and
 * values that are no probabilities, are a UserError that names the row.
 */
export async function runExternal(
  session: InferenceSession,
  plan: ExternalPlan,
  { rows, columns, from }: { rows: number; columns: NamedColumns; from: number },
): Promise<{ margin: Float64Array<ArrayBuffer>; probability: Float64Array<ArrayBuffer> }> {
  const [margin, probability] = [new Float64Array(rows), new Float64Array(rows)];
  const step = plan.batch ?? rows;
  for (let first = 0; first < rows; first += step) {
    const taken = Array.from({ length: step }, (_, index) => Math.min(first + index, rows - 1));
    const feeds = Object.fromEntries(plan.inputs.map((input) => [input.name, tensorOf(input, columns, { taken, from })]));
    const { [plan.output]: output } = await session.run(feeds, [plan.output]).catch(refuseToRun);
    const values = valuesOf(output as Tensor, step, plan.output);
    for (let index = 0; index < step && first + index < rows; index++) {
      const row = first + index;
      const at = { row: from + row + 1, unknown: () => unknownIn(plan, columns, row) };
      [margin[row], probability[row]] = scoreOf(values, index, plan, at);
    }
  }
  return { margin, probability };
}

function refuseToRun(cause: Error): never {
  throw new UserError(
    "bad_run",
    `the model cannot be run on these columns: ${withoutSource(cause.message)}; are they those that it was fitted on, all of them, in their order?`,
    { cause },
  );
}

function tensorOf(input: PlanInput, columns: NamedColumns, { taken, from }: { taken: readonly number[]; from: number }): Tensor {
  const { kind, rank } = input;
  const dims = rank === 1 ? [taken.length] : [taken.length, input.columns.length];
  const cells = (of: (name: string, row: number) => unknown) => taken.flatMap((row) => input.columns.map((name) => of(name, row)));
  const number = (name: string, row: number) => (columns[name] as Float64Array)[row] as number;
  const whole = (name: string, row: number) => wholeNumber(number(name, row), input, name, from + row + 1);
  switch (kind) {
    case "string":
      return new Tensor("string", cells((name, row) => (columns[name] as (string | null)[])[row] ?? "") as string[], dims);
    case "int64":
      return new Tensor("int64", BigInt64Array.from(cells((name, row) => BigInt(whole(name, row))) as bigint[]), dims);
    case "int32":
      return new Tensor("int32", Int32Array.from(cells(whole) as number[]), dims);
    case "bool":
      return new Tensor("bool", Uint8Array.from(cells(whole) as number[]), dims);
    case "float64":
      return new Tensor("float64", Float64Array.from(cells(number) as number[]), dims);
    case "float32":
      return new Tensor("float32", Float32Array.from(cells(number) as number[]), dims);
  }
}

function wholeNumber(value: number, { name, kind }: PlanInput, column: string, row: number): number {
  if (Number.isSafeInteger(value) && (kind !== "bool" || value === 0 || value === 1)) return value;
  const said = Number.isNaN(value) ? "is unknown" : `is ${value}`;
  const wanted = kind === "bool" ? "true or false" : "a whole number";
  throw new UserError(
    "unknown_value",
    `column ${column}, row ${row} ${said}, but input ${name} takes ${wanted} (${kind}) only; mend the value, or export the model with a float input`,
  );
}

/** Numbers of an output, row after row. */
interface Values {
  data: Float32Array | Float64Array;
  width: number;
}

function valuesOf(tensor: Tensor, rows: number, output: string): Values {
  const { data } = tensor;
  const width = data.length / rows;
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    throw new UserError(
      "no_probability",
      `output ${output} holds ${tensor.type}, no probabilities; name the right one with "output: NAME" in the features file`,
    );
  if (!Number.isInteger(width) || width === 0)
    throw new UserError(
      "no_probability",
      `output ${output} holds ${data.length} values for ${rows} rows; export the model with a free number of rows`,
    );
  return { data, width };
}

function scoreOf(
  { data, width }: Values,
  index: number,
  { link, column, output }: ExternalPlan,
  at: { row: number; unknown: () => string[] },
): [margin: number, probability: number] {
  if (width > 1 && column >= width)
    throw new UserError("wrong_class", `output ${output} has ${width} columns; there is no column ${column} (counted from 0)`);
  const value = data[index * width + (width === 1 ? 0 : column)] as number;
  if (Number.isNaN(value)) throw new UserError("unknown_value", noNumber(at.row, at.unknown()));
  if (link === "logistic") return [bounded(value), 1 / (1 + Math.exp(-value))];
  if (value < -mostExcess || value > 1 + mostExcess)
    throw new UserError(
      "no_probability",
      `row ${at.row}: output ${output} is ${value}, which is no probability; say "link: logistic" in the features file when it is log-odds, else export the model with the output of predict_proba`,
    );
  let sum = width === 1 ? 1 : 0;
  if (width > 1) for (let place = 0; place < width; place++) sum += data[index * width + place] as number;
  if (Math.abs(sum - 1) > mostOffOne)
    throw new UserError(
      "no_probability",
      `row ${at.row}: the ${width} columns of output ${output} add up to ${sum}, not to 1; export the model with the output of predict_proba (sklearn-onnx: raw_scores=False)`,
    );
  const probability = Math.min(1, Math.max(0, value));
  return [bounded(Math.log(probability) - Math.log1p(-probability)), probability];
}

function noNumber(row: number, unknown: readonly string[]): string {
  if (unknown.length === 0) return `row ${row}: the model gives no number`;
  return `row ${row}: the model gives no number where ${unknown.join(", ")} ${unknown.length === 1 ? "is" : "are"} unknown; a linear model takes no gaps: fit and export it with an imputer in its pipeline (SimpleImputer), or fill them`;
}

function unknownIn(plan: ExternalPlan, columns: NamedColumns, row: number): string[] {
  const names = new Set(plan.inputs.flatMap((input) => input.columns));
  return [...names].filter((name) => Number.isNaN(columns[name]?.[row]));
}

function bounded(margin: number): number {
  return Math.min(mostMargin, Math.max(-mostMargin, margin));
}
