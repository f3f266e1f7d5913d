import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { IsoDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { languages, Sentences } from "../domain/languages.ts";
import { tiers } from "../domain/tiers.ts";
import { Change, checkIntervals } from "../parameters/dated-values.ts";
import { readYaml } from "../parameters/yaml-file.ts";
import type { Session } from "../warehouse/session.ts";
import { argumentsOf, messageFaults } from "./message.ts";
import { type Expression, parseExpression, type Vocabulary } from "./parse-condition.ts";
import type { DatedNumber, Rule, RuleVersion } from "./rule.ts";

const byDate = <V extends z.ZodType>(value: V) =>
  z.record(z.string(), value).refine((dated) => Object.keys(dated).length > 0, "give at least one dated value, as {2025-01-01: ...}");
const said = z.string().trim().min(1);

/** What a rule says, and what a later version of it may say otherwise. */
const saidByRule = {
  tier: z.enum(tiers).exclude(["unknown"]),
  question: z.boolean(),
  reason: Sentences,
  when: said,
  offers: z.array(said),
  /** Features that the rule reads against their direction in the catalogue, each with the reason why. */
  against_direction: z.record(z.string(), said),
  reference: said,
};
const Version = z.strictObject({ ...saidByRule, changed: Change.optional() });

const RuleFile = z
  .object({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower case, digits and -"),
    ...saidByRule,
    question: saidByRule.question.default(false),
    offers: saidByRule.offers.default([]),
    against_direction: saidByRule.against_direction.default({}),
    in_force: byDate(z.boolean()),
    changed: Change.optional(),
    versions: byDate(Version.partial()).optional(),
  })
  .catchall(byDate(z.number()));

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

async function readRule(session: Session, file: string, context: RuleContext): Promise<Rule> {
  const { id, in_force, versions: later = {}, changed, ...rest } = readYaml(file, RuleFile);
  const { tier, question, reason, when, offers, against_direction, reference, ...own } = rest;
  const first = { tier, question, reason, when, offers, against_direction, reference, changed };
  const dated = new Map(Object.entries(own).map(([name, values]) => [name, inOrder(values)]));
  const inForce = inOrder(in_force);
  const vocabulary = { ...context, parameters: new Set([...context.parameters, ...dated.keys()]) };
  const faults: string[] = [];
  if (id !== basename(file, ".yaml")) faults.push(`id ${id} differs from the file's name`);
  for (const name of dated.keys())
    if (context.parameters.has(name)) faults.push(`${name} is the name of a legal parameter; choose another`);
  const written = [{ from: inForce[0]?.from ?? "", value: first }];
  for (const { from, value } of inOrder(later))
    written.push({ from, value: { ...written.at(-1)!.value, changed: undefined, ...definedOf(value) } });
  faults.push(...dateFaults({ in_force: inForce, versions: written, ...Object.fromEntries(dated) }));
  for (const { from, value } of written) faults.push(...sayingFaults(value, vocabulary).map((fault) => atVersion(from, written, fault)));
  if (faults.length > 0) throw new UserError("bad_rule", faults.map((fault) => `${file}: ${fault}`).join("\n"));
  const versions: RuleVersion[] = [];
  for (const { from, value } of written) {
    const place = `${file}: ${atVersion(from, written, "when")}`;
    const { against_direction: againstDirection, ...says } = value;
    versions.push({ from, ...says, againstDirection, condition: await readCondition(session, value.when, vocabulary, place) });
  }
  const unsaid = [...valueFaults(versions, dated), ...directionFaults(versions)];
  if (unsaid.length > 0) throw new UserError("bad_rule", unsaid.map((fault) => `${file}: ${fault}`).join("\n"));
  return { ...versions[0]!, id, column: id.replaceAll("-", "_"), file, inForce, dated, versions };
}

type Saying = Pick<RuleVersion, "question" | "tier" | "reason" | "offers">;

/** Faults of later versions say which. */
function atVersion(from: IsoDate, written: readonly { from: IsoDate }[], text: string): string {
  return from === written[0]?.from ? text : `version of ${from}: ${text}`;
}

function definedOf<V extends object>(value: V): { [K in keyof V]: Exclude<V[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}

function sayingFaults({ question, tier, reason, offers }: Saying, context: RuleContext): string[] {
  const faults: string[] = [];
  if (question && tier !== "none") faults.push("a question never raises a tier: write tier: none");
  for (const code of offers) if (!context.offers.has(code)) faults.push(`offers: there is no ${code}${didYouMean(code, context.offers)}`);
  const known = new Set([...context.features.keys(), ...context.parameters]);
  return [...faults, ...untranslated(reason), ...messageFaults(reason, known).map((fault) => `reason: ${fault}`)];
}

/** A sentence that stands in two languages in the same words was not translated. */
function untranslated(reason: Sentences): string[] {
  const hasWords = (text: string) => /\p{L}/u.test(text.replaceAll(/\{[^{}]*\}/g, ""));
  const pairs = languages.flatMap((one, index) => languages.slice(index + 1).map((other) => [one, other] as const));
  return pairs
    .filter(([one, other]) => reason[one] === reason[other] && hasWords(reason[one]))
    .map(([one, other]) => `reason: ${other} says the same as ${one}; it needs a translation`);
}

async function readCondition(session: Session, text: string, vocabulary: Vocabulary, place: string): Promise<Expression> {
  const condition = await parseExpression(session, text, vocabulary, place);
  if (condition.type === "boolean") return condition;
  throw new UserError("bad_rule", `${place}: a condition is true or false, this is a ${condition.type}`);
}

/** Every own value is used, and begins no later than the first version that uses it. */
function valueFaults(versions: readonly RuleVersion[], dated: ReadonlyMap<string, readonly DatedNumber[]>): string[] {
  return [...dated].flatMap(([name, [first]]) => {
    const user = versions.find(({ condition, reason }) => [...condition.parameters, ...argumentsOf(reason.en, "en")].includes(name));
    if (user === undefined || !versions.some(({ condition }) => condition.parameters.includes(name)))
      return [`${name} is not used by the condition`];
    if (first !== undefined && first.from > user.from)
      return [`${name} begins on ${first.from}, the rule on ${user.from}; every day in force needs a value`];
    return [];
  });
}

function inOrder<V>(values: Readonly<Record<string, V>>): { from: IsoDate; value: V }[] {
  return Object.entries(values).map(([from, value]) => ({ from, value }));
}

function directionFaults(versions: readonly RuleVersion[]): string[] {
  const named = versions.flatMap(({ againstDirection, condition }) =>
    Object.keys(againstDirection).filter((name) => !condition.features.includes(name)),
  );
  return [...new Set(named)].map((name) => `against_direction: ${name} is not used by the condition`);
}

/** Dates are dates, each once and in order. */
function dateFaults(lists: Readonly<Record<string, readonly { from: IsoDate }[]>>): string[] {
  return Object.entries(lists).flatMap(([name, values]) => {
    try {
      checkIntervals(name, values);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}
