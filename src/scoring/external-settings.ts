import { z } from "zod";
import { readYaml, shaped } from "../parameters/yaml-file.ts";
import { directions } from "../training/training-rows.ts";

const Columns = z.union([
  z
    .string()
    .min(1)
    .transform((name) => [name]),
  z.array(z.string().min(1)).min(1),
]);

/** What a `--features` file may say of a model made elsewhere. */
export const ExternalSettings = z.strictObject({
  /** Columns in the order of the model's input, or by the input's name. */
  features: z.union([z.array(z.string().min(1)).min(1), z.record(z.string(), Columns)]).optional(),
  /** The output that is read; needed where several could be meant. */
  output: z.string().optional(),
  /** The class that is the event, as the model names it. */
  class: z.union([z.string(), z.int(), z.boolean()]).transform(String).optional(),
  /** The same as the number of a column, from 0. */
  column: z.int().min(0).optional(),
  link: z.enum(["identity", "logistic"]).optional(),
  /** For the model store: what the model is called, and what it foretells. */
  name: z.string().min(1).optional(),
  label: z.string().min(1).optional(),
  horizon_months: z.int().positive().optional(),
  synthetic: z.boolean().optional(),
  fitted_until: z.iso.date().optional(),
  /** What a rise of a feature may do to the risk; the catalogue's where nothing is said. */
  directions: z.record(z.string(), z.enum(directions)).optional(),
});
export type ExternalSettings = z.infer<typeof ExternalSettings>;

const settingNames = new Set(Object.keys(ExternalSettings.shape));

/** Reads a YAML or JSON file of settings: a list of columns alone, or a map from inputs (`inputNames`) to columns alone, stands for `features`. */
export function readSettings<T>(path: string, inputNames: readonly string[], shape: z.ZodType<T>, known = settingNames): T {
  const content = readYaml(path, z.unknown());
  if (Array.isArray(content)) return shaped(path, { features: content }, shape);
  if (typeof content !== "object" || content === null) return shaped(path, content, shape);
  const others = Object.keys(content).filter((name) => !known.has(name));
  if (others.length === 0 || ("features" in content && !inputNames.includes("features"))) return shaped(path, content, shape);
  const isInput = ([name]: [string, unknown]) => !known.has(name) || name === "features";
  const entries = Object.entries(content);
  const settings = Object.fromEntries(entries.filter((entry) => !isInput(entry)));
  return shaped(path, { ...settings, features: Object.fromEntries(entries.filter(isInput)) }, shape);
}
