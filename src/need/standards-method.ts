import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../domain/errors.ts";
import { checkIntervals, inForce } from "../parameters/dated-values.ts";
import { readYaml } from "../parameters/yaml-file.ts";

/** The seven categories of spending, in the order in which they are shown. */
export const categories = ["food", "housing", "medical", "education", "transport", "clothing", "other"] as const;
export type Category = (typeof categories)[number];

/** Members by age, of whom one of unknown age counts as the least in each category. */
export const memberUnits = ["child_0_6", "child_7_13", "child_14_17", "adult", "pensioner"] as const;
const extraUnits = ["household", "disability", "rented", "mortgaged", "dormitory"] as const;
export const units = [...memberUnits, "age_unknown", ...extraUnits] as const;
export type Unit = (typeof units)[number];

const statuses = ["source", "memory", "derived", "assumption"] as const;
const factor = z.number().min(0).max(10);
const byCategory = z.strictObject(Object.fromEntries(categories.map((category) => [category, factor])) as Record<Category, typeof factor>);
const dated = <T extends z.ZodType>(value: T) =>
  z
    .array(
      z.strictObject({ from: z.iso.date(), until: z.iso.date().optional(), value, status: z.enum(statuses), reference: z.string().min(1) }),
    )
    .min(1);
const region = z.string().regex(/^(\d\d)?$/, "is not two digits of KATO, or '' for everywhere else");
const ofUnits = [...memberUnits, ...extraUnits] as const;

const MethodFile = z.strictObject({
  shares: dated(byCategory),
  units: dated(
    z.strictObject(Object.fromEntries(ofUnits.map((unit) => [unit, byCategory])) as Record<(typeof ofUnits)[number], typeof byCategory>),
  ),
  season: dated(z.strictObject({ housing: z.number().min(1).max(1.5), clothing: z.number().min(1).max(1.5) })),
  heating_months: dated(z.record(region, z.array(z.int().min(1).max(12)).min(1).max(8))),
  prices: dated(z.record(region, byCategory.partial())),
});
/** The method by date; each part is an assumption until the authority sets it. */
export type StandardsMethod = z.output<typeof MethodFile>;

/** What the method says on a date. */
export interface MethodAt {
  shares: Record<Category, number>;
  units: Record<(typeof ofUnits)[number], Record<Category, number>>;
  season: { housing: number; clothing: number };
  heatingMonths: Record<string, number[]>;
  prices: Record<string, Partial<Record<Category, number | undefined>>>;
}

/** Reads `method.yaml` of a directory of standards. A UserError names what is out of order, and shares that do not make up 1. */
export function readMethod(directory: string): StandardsMethod {
  const file = join(directory, "method.yaml");
  const method = readYaml(file, MethodFile);
  for (const [part, values] of Object.entries(method)) checkIntervals(`${file}: ${part}`, values);
  for (const { from, value } of method.shares) {
    const total = categories.reduce((sum, category) => sum + Math.round(10_000 * value[category]), 0);
    if (total !== 10_000) throw new UserError("bad_standards", `${file}: the shares from ${from} make up ${total / 10_000}, not 1`);
  }
  for (const { from, value } of method.heating_months)
    if (value[""] === undefined)
      throw new UserError("bad_standards", `${file}: the heating months from ${from} have none for everywhere else (""); add them`);
  return method;
}

/** The method in force on a date; a UserError names the part that has no value then. */
export function methodAt(method: StandardsMethod, date: string): MethodAt {
  const at = <V>(part: string, values: readonly { from: string; until?: string | undefined; value: V }[]): V => {
    const found = inForce(values, date);
    if (found === undefined) throw new UserError("no_value", `the method of standards has no ${part} on ${date}; add a dated value`);
    return found.value;
  };
  return {
    shares: at("shares", method.shares),
    units: at("units", method.units),
    season: at("season", method.season),
    heatingMonths: at("heating_months", method.heating_months),
    prices: at("prices", method.prices),
  };
}
