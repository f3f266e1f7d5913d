import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { contractTables } from "../contract/tables.ts";
import { type IsoDate, parseDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { Sentences } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { indicatorKinds } from "./estimate.ts";
import { indicatorCodes } from "./programme.ts";

/** What stretch of time an indicator speaks of, back from the cut. */
export const periods = [
  "on_date",
  "last_year",
  "leavers_year_before",
  "reference_quarter",
  "year_on_year",
  "last_three_months",
  "school_months",
] as const;

const Target = z
  .strictObject({
    from: z.string(),
    direction: z.enum(["at_least", "at_most", "between"]),
    low: z.number(),
    high: z.number(),
    reference: z.string().min(1),
  })
  .refine(({ low, high }) => low <= high, "low is above high");
/**
 * What is aimed at, since a day. Papers name two edges: `at_least` is met from the high edge on and partly between them, `at_most` is met up to
 * the low edge, `between` is met from edge to edge.
 */
export type Target = z.infer<typeof Target>;

const Indicator = z.strictObject({
  number: z.string().min(1),
  kind: z.enum(indicatorKinds),
  unit: z.enum(["share", "months"]),
  period: z.enum(periods),
  registers: z.array(z.string()).min(1),
  /** The name in the table of observations that carries it, where no register does. */
  observation: z.string().optional(),
  /** Whether sums of areas add up to a larger area's. */
  adds_up: z.boolean().default(true),
  name: Sentences,
  definition: Sentences,
  missing: Sentences,
  targets: z.array(Target),
  published: z.array(z.strictObject({ year: z.int(), plan: z.number(), fact: z.number() })).default([]),
});
export type Indicator = z.output<typeof Indicator> & { code: string };

/** The indicators of a directory in the order of their numbers, one file each. A UserError names a file without a select, or a register that is not one. */
export function readIndicators(directory: string = projectFile("models/indicators")): Indicator[] {
  const known = new Set(contractTables.map(({ name }) => name));
  const codes = indicatorCodes();
  const found = readdirSync(directory)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => {
      const path = join(directory, file);
      const code = file.slice(0, -".yaml".length);
      const read = readYaml(path, Indicator);
      if (!codes.includes(code))
        throw new UserError("bad_indicator", `${path}: sql/indicators/${code}.sql does not exist; every indicator needs its select`);
      const stray = read.registers.find((name) => !known.has(name));
      if (stray !== undefined) throw new UserError("bad_indicator", `${path}: registers: ${stray} is no table of the contract`);
      read.targets.forEach(({ from }, index) => {
        parseDate(from, `${path}: targets.${index}.from`);
        if (index > 0 && from <= (read.targets[index - 1] as Target).from)
          throw new UserError("bad_indicator", `${path}: targets: ${from} does not follow the one before; write them by date, each once`);
      });
      return { code, ...read };
    });
  const missing = codes.filter((code) => !found.some((each) => each.code === code));
  if (missing.length > 0) throw new UserError("bad_indicator", `${directory}: no definition of ${missing.join(", ")}`);
  return found.sort((a, b) => orderOf(a.number) - orderOf(b.number) || a.number.localeCompare(b.number));
}

/** The ministry's own after the papers' twelve. */
function orderOf(number: string): number {
  return number.startsWith("M") ? 100 + Number.parseInt(number.slice(1), 10) : Number.parseInt(number, 10);
}

/** The target on a date; undefined where none was set yet. */
export function targetAt({ targets }: Pick<Indicator, "targets">, asOf: IsoDate): Target | undefined {
  return targets.findLast(({ from }) => from <= asOf);
}

export const standings = ["met", "partly", "missed", "no_target", "not_measured", "hidden"] as const;
/** How a figure stands to its target. */
export type Standing = (typeof standings)[number];

/** How a value stands to a target; edges belong to the better side. */
export function standingOf(value: number, target: Target | undefined): "met" | "partly" | "missed" | "no_target" {
  if (target === undefined) return "no_target";
  const { direction, low, high } = target;
  if (direction === "between") return value >= low && value <= high ? "met" : "missed";
  if (direction === "at_least") return value >= high ? "met" : value >= low ? "partly" : "missed";
  return value <= low ? "met" : value <= high ? "partly" : "missed";
}
