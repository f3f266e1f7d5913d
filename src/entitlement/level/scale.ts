import { z } from "zod";
import { UserError } from "../../domain/errors.ts";
import { Sentences } from "../../domain/languages.ts";
import { checkIntervals, type ParameterSet } from "../../parameters/dated-values.ts";
import { readYaml } from "../../parameters/yaml-file.ts";
import { messageFaults } from "../../rules/message.ts";
import { type Expression, parseExpression, type ValueType } from "../../rules/parse-condition.ts";
import type { Session } from "../../warehouse/session.ts";
import type { Comparison } from "../compile.ts";
import { factTypes } from "../facts.ts";
import { relations, type Term } from "../programme.ts";
import { levelFactTypes } from "./facts.ts";

/** The Map's levels, the best first. */
export const levels = ["A", "B", "C", "D", "E"] as const;
export type Level = (typeof levels)[number];

const text = z.string().min(1);
const name = z.string().regex(/^[a-z][a-z0-9_]*$/, "lower case, digits and _");
const BandFile = z.strictObject({
  id: name,
  value: text.optional(),
  up_to: text.optional(),
  relation: z.enum(relations).optional(),
  threshold: text.optional(),
  points: text,
});
const CriterionFile = z.strictObject({
  id: name,
  section: name,
  name: Sentences,
  value: text.optional(),
  up_to: text.optional(),
  shown_per: text.optional(),
  unit: text,
  register: text,
  reading: text.optional(),
  text: Sentences,
  bands: z.array(BandFile).min(2),
});
const ScaleFile = z.strictObject({
  name: Sentences,
  notice: Sentences,
  in_force: z.record(z.string(), z.boolean()),
  reference: text,
  levels: z.array(z.strictObject({ level: z.enum(levels), from: text.optional(), name: Sentences })),
  sections: z.record(name, Sentences),
  criteria: z.array(CriterionFile).min(1),
});

/** Points of a criterion where its comparison is met and none before it is; the last band has no comparison. */
export interface Band extends Comparison {
  id: string;
  points: Expression;
}

/** One thing that is counted. `value` is what is shown of it. */
export interface Criterion
  extends Pick<z.output<typeof CriterionFile>, "id" | "section" | "name" | "unit" | "register" | "reading" | "text"> {
  value: Expression | undefined;
  shownPer: Expression | undefined;
  bands: readonly Band[];
}

/** A scale of points by which a family is at a level, as models/levels.yaml says it. */
export interface Scale extends Pick<z.output<typeof ScaleFile>, "name" | "notice" | "reference" | "sections"> {
  inForce: readonly { from: string; value: boolean }[];
  /** The best first; the last has no points that it begins from. */
  levels: readonly { level: Level; from: Expression | undefined; name: Sentences }[];
  criteria: readonly Criterion[];
}

/** Reads the scale. `terms` are those of the programmes, which its expressions may name. A UserError names every fault with its place. */
export async function readScale(session: Session, file: string, legal: ParameterSet, terms: readonly Term[]): Promise<Scale> {
  const { in_force, levels: steps, criteria, ...rest } = readYaml(file, ScaleFile);
  const inForce = Object.entries(in_force).map(([from, value]) => ({ from, value }));
  checkIntervals(`${file}: in_force`, inForce);
  const features = new Map<string, ValueType>([
    ...factTypes,
    ...levelFactTypes,
    ...terms.map((term) => [term.name, term.expression.type] as const),
  ]);
  const parameters = new Set(legal.keys());
  const typed = async (place: string, from: string, type: ValueType) => {
    const expression = await parseExpression(session, from, { features, parameters }, `${file}: ${place}`);
    if (expression.type === type) return expression;
    throw new UserError("bad_scale", `${file}: ${place}: a ${type} is wanted, this is a ${expression.type}`);
  };
  if (
    steps.map(({ level }) => level).join() !== levels.join() ||
    steps.some(({ from }, index) => (from === undefined) !== (index === levels.length - 1))
  )
    throw new UserError(
      "bad_scale",
      `${file}: levels: ${levels.join(", ")} in this order, each with the points that it begins from, but for the last`,
    );
  const known = new Set([...features.keys(), ...parameters, "value", "band"]);
  const faults = criteria.flatMap(({ id, text: said, section }) => [
    ...messageFaults(said, known).map((fault) => `${file}: criteria.${id}.text: ${fault}`),
    ...(rest.sections[section] === undefined ? [`${file}: criteria.${id}.section: there is no section ${section}`] : []),
  ]);
  if (new Set(criteria.map(({ id }) => id)).size < criteria.length) faults.push(`${file}: criteria: an id stands twice`);
  if (faults.length > 0) throw new UserError("bad_scale", faults.join("\n"));
  const read: Criterion[] = [];
  for (const each of criteria) read.push(await readCriterion(file, each, typed));
  const begun: Scale["levels"][number][] = [];
  for (const { from, ...step } of steps)
    begun.push({ ...step, from: from === undefined ? undefined : await typed(`levels.${step.level}.from`, from, "number") });
  return { ...rest, inForce, levels: begun, criteria: read };
}

type Typed = (place: string, from: string, type: ValueType) => Promise<Expression>;

async function readCriterion(
  file: string,
  { value, up_to, shown_per, bands, ...rest }: z.output<typeof CriterionFile>,
  typed: Typed,
): Promise<Criterion> {
  const place = `criteria.${rest.id}`;
  const read: Band[] = [];
  for (const [index, band] of bands.entries()) {
    const at = `${place}.bands.${band.id}`;
    const isLast = index === bands.length - 1;
    const compared = band.value ?? value;
    const isTruth = band.relation === "yes" || band.relation === "no";
    if (bands.findIndex(({ id }) => id === band.id) < index) throw new UserError("bad_scale", `${file}: ${at} stands twice`);
    if (isLast !== (band.relation === undefined) || (isLast && (band.value ?? band.threshold) !== undefined))
      throw new UserError("bad_scale", `${file}: ${at}: every band but the last needs its relation, and the last takes no comparison`);
    if (!isLast && (compared === undefined || isTruth !== (band.threshold === undefined)))
      throw new UserError("bad_scale", `${file}: ${at}: ${band.relation} needs a value and ${isTruth ? "takes no" : "a"} threshold`);
    const most = band.value === undefined ? up_to : band.up_to;
    const parse = async (key: string, from: string | undefined, type: ValueType) =>
      isLast || from === undefined ? undefined : typed(`${at}.${key}`, from, type);
    read.push({
      id: band.id,
      relation: band.relation,
      unless: undefined,
      value: await parse("value", compared, isTruth ? "boolean" : "number"),
      upTo: await parse("up_to", most, "number"),
      threshold: await parse("threshold", band.threshold, "number"),
      points: await typed(`${at}.points`, band.points, "number"),
    });
  }
  return {
    ...rest,
    value: value === undefined ? undefined : await typed(`${place}.value`, value, "number"),
    shownPer: shown_per === undefined ? undefined : await typed(`${place}.shown_per`, shown_per, "number"),
    bands: read,
  };
}
