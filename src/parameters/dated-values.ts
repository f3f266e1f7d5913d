import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { addDays, type IsoDate, parseDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { readYaml } from "./yaml-file.ts";

/** How well a value is known: read in a source, from memory, derived from others, or assumed. */
const statuses = ["source", "memory", "derived", "assumption"] as const;

const said = z.string().trim().min(1);

/** Who changed a value or a rule, on which day, and why. */
export const Change = z.strictObject({ by: said, on: z.iso.date(), why: said.optional() });
export type Change = z.infer<typeof Change>;

const DatedValue = z.strictObject({
  from: z.string(),
  until: z.string().optional(),
  value: z.number().refine((value) => Math.abs(value * 1e4 - Math.round(value * 1e4)) < 1e-6, "has more than four decimals"),
  status: z.enum(statuses),
  /** The act, or where the number was read. */
  reference: said,
  article: said.optional(),
  link: z.url().optional(),
  changed: Change.optional(),
});
/** A value in force from a day (included) until a day (excluded), or until the next value. */
export type DatedValue = z.infer<typeof DatedValue>;

const Parameter = z.strictObject({
  unit: said,
  description: said,
  values: z.array(DatedValue).min(1),
  /** Where it differs by region: dated values by the beginning of the region's KATO code, two digits or more. */
  regions: z
    .record(z.string().regex(/^\d{2,9}$/, "a region is the beginning of a KATO code, two digits or more"), z.array(DatedValue).min(1))
    .optional(),
});
/** A legal value by date: number, unit, and the dated values in order; those of a region hold there, and the others where no region says otherwise. */
export type Parameter = z.infer<typeof Parameter> & { file: string };

const ParameterFile = z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, "name it in lower case with _"), Parameter);

/** Parameters by name. */
export type ParameterSet = ReadonlyMap<string, Parameter>;

/** Reads every YAML file of a directory. A UserError names every value that is out of order, overlaps the next, or leaves a gap before it. */
export function readParameters(directory: string): ParameterSet {
  const { parameters, faults } = inspectParameters(directory);
  if (faults.length > 0) throw new UserError("bad_parameter", faults.join("\n"));
  return parameters;
}

/** Reads the parameters of a directory with every fault that they have; those of a file that cannot be read are missing. */
export function inspectParameters(directory: string): { parameters: ParameterSet; faults: string[] } {
  const parameters = new Map<string, Parameter>();
  const faults: string[] = [];
  const collect = (work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(...error.message.split("\n"));
    }
  };
  const files = readdirSync(directory)
    .filter((name) => name.endsWith(".yaml"))
    .sort();
  if (files.length === 0) faults.push(`${directory} has no .yaml file of parameters`);
  for (const name of files) {
    const file = join(directory, name);
    collect(() => {
      for (const [parameter, read] of Object.entries(readYaml(file, ParameterFile))) {
        const earlier = parameters.get(parameter);
        if (earlier !== undefined) faults.push(`${file}: ${parameter} stands in ${earlier.file} already`);
        collect(() => checkIntervals(`${file}: ${parameter}`, read.values));
        for (const [region, values] of Object.entries(read.regions ?? {}))
          collect(() => checkIntervals(`${file}: ${parameter}, region ${region}`, values));
        parameters.set(parameter, { ...read, file });
      }
    });
  }
  return { parameters, faults };
}

/** Checks that dated values follow each other without overlap or gap. */
export function checkIntervals(place: string, values: ReadonlyArray<Pick<DatedValue, "from" | "until">>): void {
  values.forEach(({ from, until }, index) => {
    parseDate(from, `${place}: from`);
    if (until !== undefined && parseDate(until, `${place}: until`) <= from)
      throw new UserError("bad_parameter", `${place}: the value from ${from} ends on ${until}, not after it began`);
    const next = values[index + 1];
    if (next === undefined) return;
    if (next.from <= from)
      throw new UserError("bad_parameter", `${place}: overlap: ${next.from} stands after ${from}; write the values by date, each once`);
    if (until !== undefined && until > next.from)
      throw new UserError(
        "bad_parameter",
        `${place}: overlap from ${next.from} to ${addDays(until, -1)}; end the earlier value on ${next.from}`,
      );
    if (until !== undefined && until < next.from)
      throw new UserError("bad_parameter", `${place}: gap from ${until} to ${addDays(next.from, -1)}; every date needs one value`);
  });
}

/** The dated value in force on a date, or undefined; one that ended does not bring back the one before it. */
export function inForce<V extends { from: IsoDate; until?: IsoDate | undefined }>(values: readonly V[], date: IsoDate): V | undefined {
  const last = values.findLast((each) => each.from <= date);
  return last?.until !== undefined && last.until <= date ? undefined : last;
}

/**
 * The dated value of a parameter in force on a date: that of the narrowest region that holds the place (a KATO code), else the general one.
 * A UserError names a parameter that does not exist or has no value on that date.
 */
export function datedValueAt(parameters: ParameterSet, name: string, date: IsoDate, place?: string): DatedValue {
  const parameter = parameters.get(name);
  if (parameter === undefined) throw new UserError("no_parameter", `there is no parameter ${name}${didYouMean(name, parameters.keys())}`);
  const found = regionalValue(parameter, date, place) ?? inForce(parameter.values, date);
  if (found !== undefined) return found;
  const [first] = parameter.values;
  const last = parameter.values.at(-1);
  const why = date < (first?.from ?? "") ? `its first begins on ${first?.from}` : `its last ended on ${last?.until}`;
  throw new UserError("no_value", `${parameter.file}: ${name} has no value on ${date}; ${why}. Add a dated value`);
}

function regionalValue({ regions = {} }: Parameter, date: IsoDate, place: string | undefined): DatedValue | undefined {
  if (place === undefined) return undefined;
  const holding = Object.keys(regions).filter((region) => place.startsWith(region));
  const narrowestFirst = holding.sort((a, b) => b.length - a.length);
  return narrowestFirst.map((region) => inForce(regions[region] as DatedValue[], date)).find((value) => value !== undefined);
}

/** The value of a parameter in force on a date; with a place (a KATO code), that of its region where it differs. Errors as of `datedValueAt`. */
export function parameterAt(parameters: ParameterSet, name: string, date: IsoDate, place?: string): number {
  return datedValueAt(parameters, name, date, place).value;
}

/** Every parameter's value in force on a date. */
export function parametersAt(parameters: ParameterSet, date: IsoDate, place?: string): Map<string, number> {
  return new Map([...parameters.keys()].map((name) => [name, parameterAt(parameters, name, date, place)]));
}

/** Names of the parameters that differ by region, whatever the date: one number for everybody would be wrong for them. */
export function regionalNames(parameters: ParameterSet): Set<string> {
  return new Set([...parameters].filter(([, { regions }]) => regions !== undefined).map(([name]) => name));
}
