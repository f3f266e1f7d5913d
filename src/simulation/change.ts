import { existsSync } from "node:fs";
import { z } from "zod";
import { parseDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { readYaml, shaped } from "../parameters/yaml-file.ts";

const said = z.string().trim().min(1);
const parts = z.record(z.string(), z.unknown());
const rate = z.number().positive().max(1);
const byName = <V extends z.ZodType>(value: V) => z.record(z.string(), value);
const DatedNumbers = z
  .record(z.string(), z.number())
  .refine((dated) => Object.keys(dated).length > 0, "give at least one dated value, as {2025-01-01: 0.8}");

export const Change = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/, "lower case, digits and -"),
  /** What is asked, in words. */
  question: said.max(500),
  /** A number holds on every day and everywhere; dated ones from their day on. */
  parameters: byName(z.union([z.number(), DatedNumbers])).optional(),
  /** Parts of a rule by id; null turns it off. */
  rules: byName(parts.nullable()).optional(),
  /** Parts of a programme by code, conditions by id; a whole new one; null turns it off. */
  programmes: byName(parts.nullable()).optional(),
  /** Parts of the method of standards, as models/standards/method.yaml has them, without dates. */
  standards: z.strictObject({ shares: parts, units: parts, season: parts, heating_months: parts, prices: parts }).partial().optional(),
  /** Parts of the policy of lists. */
  policy: parts.optional(),
  /** Assistance falls by `rate` for each unit of income, and ends where nothing is left of it. */
  taper: z.strictObject({ programme: said.default("tsa"), rate }).optional(),
  /** A family's line is its minimum standard of spending. */
  line: z.literal("expenditure").optional(),
  /** What the housing part of the standard costs above this share of income. */
  housing_allowance: z.strictObject({ share: rate }).optional(),
  /** The pilot's expenditure criteria. */
  pilot: z.literal("on").optional(),
});
/** A change of rules, parameters, programmes, standards or policy whose consequences are asked for. */
export type Change = z.output<typeof Change>;

/** Reads a change from a YAML file. A UserError names the file and key, and for an unknown key the nearest right one. */
export function readChange(file: string): Change {
  if (!existsSync(file)) throw new UserError("bad_change", `${file} does not exist; name a change's YAML file`, { exitCode: 2 });
  return checked(file, () => readYaml(file, Change));
}

/** The same from a value; `place` is said in errors. */
export function changeOf(place: string, content: unknown): Change {
  return checked(place, () => shaped(place, content, Change));
}

function checked(place: string, read: () => Change): Change {
  try {
    const change = read();
    for (const [name, value] of Object.entries(change.parameters ?? {}))
      if (typeof value !== "number") for (const date of Object.keys(value)) parseDate(date, `${place}: parameters.${name}`);
    return change;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError("bad_change", error.message, { cause: error });
  }
}
