import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { addDays, type IsoDate, parseDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { readYaml } from "./yaml-file.ts";

/** How well a value is known: read in a source, from memory, derived from others, or assumed. */
const statuses = ["source", "memory", "derived", "assumption"] as const;

const DatedValue = z.strictObject({
  from: z.string(),
  until: z.string().optional(),
  value: z.number(),
  status: z.enum(statuses),
  reference: z.string().min(1),
});
/** A value in force from a day (included) until a day (excluded), or until the next value. */
export type DatedValue = z.infer<typeof DatedValue>;

const Parameter = z.strictObject({ unit: z.string().min(1), description: z.string().min(1), values: z.array(DatedValue).min(1) });
/** A legal value by date: number, unit, and the dated values in order. */
export type Parameter = z.infer<typeof Parameter> & { file: string };

const ParameterFile = z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, "name it in lower case with _"), Parameter);

/** Parameters by name. */
export type ParameterSet = ReadonlyMap<string, Parameter>;

/** Reads every YAML file of a directory. A UserError names a value that is out of order, overlaps the next, or leaves a gap before it. */
export function readParameters(directory: string): ParameterSet {
  const parameters = new Map<string, Parameter>();
  const files = readdirSync(directory)
    .filter((name) => name.endsWith(".yaml"))
    .sort();
  if (files.length === 0) throw new UserError("no_parameters", `${directory} has no .yaml file of parameters`);
  for (const name of files) {
    const file = join(directory, name);
    for (const [parameter, read] of Object.entries(readYaml(file, ParameterFile))) {
      const earlier = parameters.get(parameter);
      if (earlier !== undefined) throw new UserError("bad_parameter", `${file}: ${parameter} stands in ${earlier.file} already`);
      checkIntervals(`${file}: ${parameter}`, read.values);
      parameters.set(parameter, { ...read, file });
    }
  }
  return parameters;
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

/** The dated value in force on a date, or undefined. */
export function inForce<V extends { from: IsoDate; until?: IsoDate | undefined }>(values: readonly V[], date: IsoDate): V | undefined {
  return values.findLast((each) => each.from <= date && (each.until === undefined || date < each.until));
}

/** The value of a parameter in force on a date. A UserError names a parameter that does not exist or has no value on that date. */
export function parameterAt(parameters: ParameterSet, name: string, date: IsoDate): number {
  const parameter = parameters.get(name);
  if (parameter === undefined) throw new UserError("no_parameter", `there is no parameter ${name}${didYouMean(name, parameters.keys())}`);
  const found = inForce(parameter.values, date);
  if (found === undefined)
    throw new UserError(
      "no_value",
      `${parameter.file}: ${name} has no value on ${date}; its first begins on ${parameter.values[0]?.from}. Add a dated value`,
    );
  return found.value;
}

/** Every parameter's value in force on a date. */
export function parametersAt(parameters: ParameterSet, date: IsoDate): Map<string, number> {
  return new Map([...parameters.keys()].map((name) => [name, parameterAt(parameters, name, date)]));
}
