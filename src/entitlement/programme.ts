import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { didYouMean, UserError } from "../domain/errors.ts";
import { Sentences } from "../domain/languages.ts";
import { checkIntervals, type ParameterSet, regionalNames } from "../parameters/dated-values.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import { messageFaults } from "../rules/message.ts";
import { type Expression, parseExpression, type ValueType } from "../rules/parse-condition.ts";
import type { Session } from "../warehouse/session.ts";
import { factDays, factTypes } from "./facts.ts";

/** How a condition's value stands to its threshold when the condition is met; of a yes or no, which of them meets it. */
export const relations = ["below", "at_most", "above", "at_least", "yes", "no"] as const;
export type Relation = (typeof relations)[number];

const text = z.string().min(1);
const Condition = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]*$/, "lower case, digits and _"),
  on: text.optional(),
  value: text.optional(),
  up_to: text.optional(),
  relation: z.enum(relations).optional(),
  threshold: text.optional(),
  unless: text.optional(),
  shown_per: text.optional(),
  unit: text,
  register: text,
  reference: text,
  met: Sentences,
  exempt: Sentences.optional(),
  unmet: Sentences,
  unknown: Sentences,
});
const ProgrammeFile = z.strictObject({
  name: Sentences,
  kind: z.enum(["money", "in_kind", "service"]),
  in_force: z.record(z.string(), z.boolean()),
  on: text.optional(),
  reference: text,
  papers: z.array(Sentences).min(1),
  ask: Sentences.optional(),
  receives: text.optional(),
  amount: text.optional(),
  rounding: z.enum(["up", "nearest", "down"]).default("up"),
  period: z.enum(["month", "once"]).optional(),
  assigned_for: z.enum(["quarter"]).optional(),
  conditions_of: text.optional(),
  conditions: z.array(Condition),
});
const TermFile = z.record(
  z.string().regex(/^[a-z][a-z0-9_]*$/, "name it in lower case with _"),
  z.strictObject({ is: text, decimals: z.number().int().min(0).max(6).optional(), description: text }),
);

/** A condition of a programme: a value beside its threshold, or a yes or no; without a value, what only a visit can find out. */
export interface Condition extends Omit<z.output<typeof Condition>, "value" | "up_to" | "threshold" | "unless" | "shown_per"> {
  value: Expression | undefined;
  /** The most that the value may be where some of it is unknown; `value` is then the least. */
  upTo: Expression | undefined;
  threshold: Expression | undefined;
  /** Where it holds, the condition is met whatever the value. */
  unless: Expression | undefined;
  /** Value and threshold are compared as they stand, and shown divided by it. */
  shownPer: Expression | undefined;
}

/** A form of support that the law gives, as models/programmes says it. */
export interface Programme extends Omit<z.output<typeof ProgrammeFile>, "conditions" | "receives" | "amount" | "in_force"> {
  code: string;
  inForce: readonly { from: string; value: boolean }[];
  receives: Expression | undefined;
  amount: Expression | undefined;
  /** Its own; those of the programme that `conditions_of` names come before them. */
  conditions: readonly Condition[];
}

/** An expression that programmes share under a name. */
export interface Term {
  name: string;
  expression: Expression;
  /** Digits behind the point to which it is rounded, half away from zero; exact when absent. */
  decimals: number | undefined;
}

/** Programmes in the order of their codes, and the terms they share in the order of making. */
export interface ProgrammeSet {
  terms: readonly Term[];
  programmes: readonly Programme[];
}

const termsFile = "terms.yaml";

/** Reads a directory of programmes, whose expressions may name the `facts`. A UserError names every fault with its file. */
export async function readProgrammes(
  session: Session,
  directory: string,
  legal: ParameterSet,
  facts: ReadonlyMap<string, ValueType> = factTypes,
): Promise<ProgrammeSet> {
  const parameters = new Set(legal.keys());
  const features = new Map(facts);
  const parse = (from: string, place: string) => parseExpression(session, from, { features, parameters }, place);
  const terms: Term[] = [];
  const place = join(directory, termsFile);
  for (const [name, { is, decimals }] of Object.entries(readYaml(place, TermFile))) {
    const expression = await parse(is, `${place}: ${name}`);
    features.set(name, expression.type);
    terms.push({ name, expression, decimals });
  }
  const files = readdirSync(directory).filter((name) => name.endsWith(".yaml") && name !== termsFile);
  const read: Programme[] = [];
  const faults: string[] = [];
  for (const name of files.sort())
    try {
      read.push(await readProgramme(join(directory, name), { parse, features, parameters, regional: regionalNames(legal) }));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error.message);
    }
  if (faults.length > 0) throw new UserError("bad_programmes", faults.join("\n"));
  for (const programme of read) checkConditionsOf(programme, read, directory);
  return { terms, programmes: read };
}

interface Reading {
  parse(text: string, place: string): Promise<Expression>;
  features: ReadonlyMap<string, ValueType>;
  parameters: ReadonlySet<string>;
  regional: ReadonlySet<string>;
}

async function readProgramme(file: string, reading: Reading): Promise<Programme> {
  const { in_force, receives, amount, conditions, ...rest } = readYaml(file, ProgrammeFile);
  const code = basename(file, ".yaml");
  const typed = async (key: string, from: string | undefined, type: ValueType) => {
    if (from === undefined) return undefined;
    const expression = await reading.parse(from, `${file}: ${key}`);
    if (expression.type === type) return expression;
    throw new UserError("bad_programme", `${file}: ${key}: a ${type} is wanted, this is a ${expression.type}`);
  };
  const inForce = Object.entries(in_force).map(([from, value]) => ({ from, value }));
  checkIntervals(`${file}: in_force`, inForce);
  if ((amount === undefined) !== (rest.period === undefined))
    throw new UserError("bad_programme", `${file}: a sum needs its period (month or once), and a period its sum`);
  const own: Condition[] = [];
  for (const each of conditions) own.push(await readCondition(file, each, reading, typed));
  for (const on of [rest.on, ...conditions.map((each) => each.on)])
    if (on !== undefined && reading.regional.has(on))
      throw new UserError("bad_programme", `${file}: on: ${on} differs by region; what is in force is the same for the whole country`);
    else if (on !== undefined && !reading.parameters.has(on))
      throw new UserError("bad_programme", `${file}: on: there is no parameter ${on}${didYouMean(on, reading.parameters)}`);
  return {
    ...rest,
    code,
    inForce,
    receives: await typed("receives", receives, "boolean"),
    amount: await typed("amount", amount, "number"),
    conditions: own,
  };
}

async function readCondition(
  file: string,
  { value, up_to, threshold, unless, shown_per, ...rest }: z.output<typeof Condition>,
  { features, parameters }: Reading,
  typed: (key: string, text: string | undefined, type: ValueType) => Promise<Expression | undefined>,
): Promise<Condition> {
  const place = `conditions.${rest.id}`;
  const isTruth = rest.relation === "yes" || rest.relation === "no";
  if ((value === undefined) !== (rest.relation === undefined))
    throw new UserError(
      "bad_programme",
      `${file}: ${place}: a value needs its relation (${relations.join(", ")}), and a relation its value`,
    );
  if (value !== undefined && isTruth !== (threshold === undefined))
    throw new UserError("bad_programme", `${file}: ${place}: ${rest.relation} ${isTruth ? "takes no" : "needs a"} threshold`);
  if ((unless === undefined) !== (rest.exempt === undefined))
    throw new UserError("bad_programme", `${file}: ${place}: unless needs its sentence (exempt), and the sentence its unless`);
  const known = new Set([...features.keys(), ...parameters, ...factDays, "value", "threshold", "difference"]);
  const faults = (["met", "exempt", "unmet", "unknown"] as const).flatMap((key) => {
    const sentences = rest[key];
    return sentences === undefined ? [] : messageFaults(sentences, known).map((fault) => `${key}: ${fault}`);
  });
  if (faults.length > 0) throw new UserError("bad_programme", faults.map((fault) => `${file}: ${place}.${fault}`).join("\n"));
  return {
    ...rest,
    value: await typed(`${place}.value`, value, isTruth ? "boolean" : "number"),
    upTo: await typed(`${place}.up_to`, up_to, "number"),
    threshold: await typed(`${place}.threshold`, threshold, "number"),
    unless: await typed(`${place}.unless`, unless, "boolean"),
    shownPer: await typed(`${place}.shown_per`, shown_per, "number"),
  };
}

/** Refuses a programme that takes the conditions of one that does not stand, or that itself takes another's, or a condition twice. */
function checkConditionsOf(programme: Programme, all: readonly Programme[], directory: string): void {
  const { code, conditions_of } = programme;
  const place = join(directory, `${code}.yaml`);
  const other = all.find((each) => each.code === conditions_of);
  if (conditions_of !== undefined && (other === undefined || other.conditions_of !== undefined)) {
    const near = didYouMean(
      conditions_of,
      all.map((each) => each.code),
    );
    throw new UserError("bad_programme", `${place}: conditions_of: ${conditions_of} is no programme with conditions of its own${near}`);
  }
  const ids = conditionsOf(programme, all).map(({ condition }) => condition.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new UserError("bad_programme", `${place}: the condition ${twice} stands twice`);
}

/** Every condition of a programme with the programme that it stands in: those of `conditions_of` first, then its own. */
export function conditionsOf(programme: Programme, all: readonly Programme[]): { owner: string; condition: Condition }[] {
  const other = all.find((each) => each.code === programme.conditions_of);
  return [...(other === undefined ? [] : [other]), programme].flatMap(({ code, conditions }) =>
    conditions.map((condition) => ({ owner: code, condition })),
  );
}
