import { z } from "zod";

/** Kinds of tensor that a table's columns can fill, by their number in ONNX. */
export const inputKinds = { 1: "float32", 6: "int32", 7: "int64", 8: "string", 9: "bool", 11: "float64" } as const;
export type InputKind = (typeof inputKinds)[keyof typeof inputKinds];

/** One input of a model made elsewhere, and the columns that fill it, in order. */
export const PlanInput = z.strictObject({
  name: z.string(),
  kind: z.enum(Object.values(inputKinds) as [InputKind, ...InputKind[]]),
  /** Dimensions of the tensor: 1 = a value per row, 2 = rows by columns. */
  rank: z.union([z.literal(1), z.literal(2)]),
  columns: z.array(z.string().min(1)).min(1),
});
export type PlanInput = z.infer<typeof PlanInput>;

/** How a model made elsewhere is fed and read. */
export const ExternalPlan = z.strictObject({
  inputs: z.array(PlanInput).min(1),
  output: z.string(),
  /** Which column of the output is the event's; only asked when the output has several. */
  column: z.int().min(0),
  /** `logistic`: the output is log-odds; `identity`: a probability. */
  link: z.enum(["identity", "logistic"]),
  /** Rows that the file takes at once; null = any number. */
  batch: z.int().positive().nullable(),
});
export type ExternalPlan = z.infer<typeof ExternalPlan>;

/** The columns that a plan reads, each once, in the order of the inputs. */
export function planColumns({ inputs }: Pick<ExternalPlan, "inputs">): string[] {
  return [...new Set(inputs.flatMap((input) => input.columns))];
}

/** Those of them that are read as words. */
export function wordColumns({ inputs }: Pick<ExternalPlan, "inputs">): Set<string> {
  return new Set(inputs.filter((input) => input.kind === "string").flatMap((input) => input.columns));
}
