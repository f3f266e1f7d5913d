import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { IsoDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { Sentences } from "../domain/languages.ts";
import { tiers } from "../domain/tiers.ts";
import { checkIntervals, inForce } from "../parameters/dated-values.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import type { Session } from "../warehouse/session.ts";
import { messageFaults } from "./message.ts";
import { type Expression, parseExpression, type Vocabulary } from "./parse-condition.ts";

const byDate = <V extends z.ZodType>(value: V) =>
  z.record(z.string(), value).refine((dated) => Object.keys(dated).length > 0, "give at least one dated value, as {2025-01-01: ...}");

const RuleFile = z
  .object({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower case, digits and -"),
    tier: z.enum(tiers).exclude(["unknown"]),
    question: z.boolean().default(false),
    reason: Sentences,
    when: z.string().min(1),
    in_force: byDate(z.boolean()),
    offers: z.array(z.string().min(1)).default([]),
    reference: z.string().min(1),
  })
  .catchall(byDate(z.number()));

/** A number from the day it is in force. */
export interface DatedNumber {
  from: IsoDate;
  value: number;
}

/** A rule as it is written: a condition over features and dated values, its tier, sentence, and the support it suggests. */
export interface Rule {
  id: string;
  /** The rule's column in rules/NN.parquet. */
  column: string;
  file: string;
  tier: z.output<typeof RuleFile>["tier"];
  /** Shown as a question to ask; never raises a tier. */
  question: boolean;
  reason: Sentences;
  condition: Expression;
  inForce: readonly { from: IsoDate; value: boolean }[];
  /** The rule's own values by name and date. */
  dated: ReadonlyMap<string, readonly DatedNumber[]>;
  offers: readonly string[];
  reference: string;
}

/** What rules may refer to. */
export interface RuleContext extends Vocabulary {
  /** Codes of the forms of support. */
  offers: ReadonlySet<string>;
}

/** Reads every rule of a directory. Returns those that are whole, and every fault with its file. */
export async function checkRules(session: Session, directory: string, context: RuleContext): Promise<{ rules: Rule[]; faults: string[] }> {
  const rules: Rule[] = [];
  const faults: string[] = [];
  for (const name of readdirSync(directory).sort()) {
    if (!name.endsWith(".yaml")) continue;
    try {
      rules.push(await readRule(session, join(directory, name), context));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(...error.message.split("\n"));
    }
  }
  if (rules.length + faults.length === 0) faults.push(`${directory}: there is no rule (*.yaml)`);
  return { rules, faults };
}

/** Reads every rule of a directory; a UserError names every fault. */
export async function readRules(session: Session, directory: string, context: RuleContext): Promise<Rule[]> {
  const { rules, faults } = await checkRules(session, directory, context);
  if (faults.length > 0) throw new UserError("bad_rules", faults.join("\n"));
  return rules;
}

/** Whether the rule is on at a date. */
export function isInForce(rule: Rule, date: IsoDate): boolean {
  return inForce(rule.inForce, date)?.value === true;
}

/** The rule's own values in force on a date. A UserError names one that has none. */
export function valuesAt(rule: Rule, date: IsoDate): Map<string, number> {
  return new Map(
    [...rule.dated].map(([name, values]) => {
      const found = inForce(values, date);
      if (found === undefined)
        throw new UserError("no_value", `${rule.file}: ${name} has no value on ${date}; its first begins on ${values[0]?.from}`);
      return [name, found.value];
    }),
  );
}

async function readRule(session: Session, file: string, context: RuleContext): Promise<Rule> {
  const { id, tier, question, reason, when, in_force, offers, reference, ...own } = readYaml(file, RuleFile);
  const dated = new Map(Object.entries(own).map(([name, values]) => [name, inOrder(values)]));
  const parameters = new Set([...context.parameters, ...dated.keys()]);
  const faults: string[] = [];
  if (id !== basename(file, ".yaml")) faults.push(`id ${id} differs from the file's name`);
  if (question && tier !== "none") faults.push("a question never raises a tier: write tier: none");
  for (const name of dated.keys())
    if (context.parameters.has(name)) faults.push(`${name} is the name of a legal parameter; choose another`);
  for (const code of offers) if (!context.offers.has(code)) faults.push(`offers: there is no ${code}${didYouMean(code, context.offers)}`);
  faults.push(...messageFaults(reason, new Set([...context.features.keys(), ...parameters])).map((fault) => `reason: ${fault}`));
  faults.push(...dateFaults(inOrder(in_force), dated));
  if (faults.length > 0) throw new UserError("bad_rule", faults.map((fault) => `${file}: ${fault}`).join("\n"));
  const condition = await parseExpression(session, when, { ...context, parameters }, `${file}: when`);
  if (condition.type !== "boolean")
    throw new UserError("bad_rule", `${file}: when: a condition is true or false, this is a ${condition.type}`);
  for (const name of dated.keys())
    if (!condition.parameters.includes(name)) throw new UserError("bad_rule", `${file}: ${name} is not used by the condition`);
  return {
    id,
    column: id.replaceAll("-", "_"),
    file,
    tier,
    question,
    reason,
    condition,
    inForce: inOrder(in_force),
    dated,
    offers,
    reference,
  };
}

function inOrder<V>(values: Readonly<Record<string, V>>): { from: IsoDate; value: V }[] {
  return Object.entries(values).map(([from, value]) => ({ from, value }));
}

/** Dates are dates, in order, and every own value begins no later than the rule. */
function dateFaults(inForce: readonly { from: IsoDate }[], dated: ReadonlyMap<string, readonly DatedNumber[]>): string[] {
  const faults: string[] = [];
  for (const [name, values] of [["in_force", inForce] as const, ...dated]) {
    try {
      checkIntervals(name, values);
      const [first] = inForce;
      if (first !== undefined && (values[0]?.from ?? "") > first.from)
        faults.push(`${name} begins on ${values[0]?.from}, the rule on ${first.from}; every day in force needs a value`);
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  return faults;
}

/** A rule as it is shown and written to JSON. */
export function ruleSummary(rule: Rule) {
  const { id, tier, question, condition, inForce, dated, offers, reference } = rule;
  return { id, tier, question, features: condition.features, in_force: inForce, values: Object.fromEntries(dated), offers, reference };
}
