import type { IsoDate } from "../../domain/dates.ts";
import type { Session } from "../../warehouse/session.ts";
import { bound } from "../compile.ts";
import type { Atom, Expression } from "../parse-condition.ts";
import type { Domain } from "./domain.ts";
import { combinations, mostHouseholds } from "./grid.ts";
import { axisOf, type Effects, effectsOf, type Outcomes, outcomes } from "./judged.ts";
import { type TriedFeature, triedFeatures } from "./thresholds.ts";

/** A condition or a sum that is to be proven: a rule's, a form of support's, a programme's. */
export interface Provable {
  /** Where it stands, for faults: `rules/rent-burden.yaml: when`. */
  place: string;
  expression: Expression;
  /** What the features may be that it uses. */
  domains: ReadonlyMap<string, Domain>;
  /** The days to prove it on, each with the values that its `$names` have then. */
  dates: readonly { date: IsoDate; values: ReadonlyMap<string, number> }[];
  /** Names by which the law turns it on and off: comparisons of nothing else count as met, so that what is off is proven too. */
  switches?: ReadonlySet<string>;
}

/** What a proof found. `notes` say what could not be proven. */
export interface Proof {
  faults: string[];
  notes: string[];
  /** Comparisons, each on each date on which its threshold is another. */
  thresholds: number;
  /** Households that were generated. */
  households: number;
}

/** An expression on a date: SQL with every value written in. */
export interface DatedExpression {
  place: string;
  date: IsoDate;
  sql: string;
  isSum: boolean;
  features: readonly string[];
  atoms: readonly Atom[];
  domains: ReadonlyMap<string, Domain>;
}

/**
 * Proves expressions on both sides of each threshold with generated households, by the SQL that runs. A fault is a condition that no household
 * meets or that every household meets, a comparison or feature that changes the outcome of none. Where there are too many combinations, a spread
 * of them is tried, and what they do not show is a note.
 */
export async function proveExpressions(session: Session, provables: readonly Provable[]): Promise<Proof> {
  const proof: Proof = { faults: [], notes: [], thresholds: 0, households: 0 };
  for (const provable of provables) {
    const found = [];
    for (const dated of datedExpressions(provable)) found.push(await prove(session, dated));
    add(proof, found, provable.expression.type === "number");
  }
  return proof;
}

/** The expression with the values of each date; dates on which it is the same stand there once, with the first. */
export function datedExpressions({ place, expression, domains, dates, switches = new Set() }: Provable): DatedExpression[] {
  const ofLaw = ({ features, parameters }: Atom) =>
    features.length === 0 && parameters.length > 0 && parameters.every((name) => switches.has(name));
  const switched = expression.atoms.filter(ofLaw).reduce((sql, atom) => sql.replaceAll(atom.sql, "true"), expression.sql);
  const used = new Map(expression.features.map((name) => [name, domains.get(name) as Domain]));
  const bySql = new Map<string, DatedExpression>();
  for (const { date, values } of dates) {
    const write = (sql: string) => bound({ sql }, values);
    const atoms = expression.atoms
      .filter((atom) => !ofLaw(atom))
      .map(({ sql, sides, ...atom }) => ({
        ...atom,
        sql: write(sql),
        sides: sides === undefined ? undefined : { left: write(sides.left), right: write(sides.right) },
      }));
    const sql = write(switched);
    const isSum = expression.type === "number";
    if (!bySql.has(sql)) bySql.set(sql, { place, date, sql, isSum, features: expression.features, atoms, domains: used });
  }
  return [...bySql.values()];
}

/** Households for a set of dated expressions: every feature of them, by every comparison of them. */
export function triedWith(session: Session, expressions: readonly DatedExpression[]): Promise<TriedFeature[]> {
  const domains = new Map(expressions.flatMap((each) => [...each.domains]));
  return triedFeatures(
    session,
    expressions.flatMap(({ atoms }) => atoms),
    domains,
    expressions.some(({ isSum }) => isSum),
  );
}

/** What was found of an expression on a date; faults without their place. */
interface Found extends Pick<Proof, "thresholds" | "households"> {
  expression: DatedExpression;
  /** By what they are of: the same comparison on another date has another text. */
  faults: ReadonlyMap<string, string>;
  /** How many combinations there are, where only a spread of them was tried. */
  untried: number | undefined;
}

/** A value of zero takes the features out of a sum: only what changes nothing on every date is a fault of a sum. */
function add(proof: Proof, found: readonly Found[], isSum: boolean): void {
  for (const { expression, faults, untried, thresholds, households } of found) {
    proof.thresholds += thresholds;
    proof.households += households;
    for (const [key, fault] of faults) {
      if (isSum && found.some((each) => !each.faults.has(key))) continue;
      const text = `${expression.place}, on ${expression.date}: ${fault}`;
      if (untried === undefined) proof.faults.push(text);
      else proof.notes.push(`${text}, as far as ${mostHouseholds} of ${untried} combinations tell`);
    }
  }
}

async function prove(session: Session, expression: DatedExpression): Promise<Found> {
  const features = await triedWith(session, [expression]);
  const axes = features.map((feature) => axisOf(feature, true));
  const outcome = await outcomes(session, expression, axes);
  const effects: Effects[] = [];
  for (const feature of features) effects.push(await effectsOf(session, expression, features, feature));
  return {
    expression,
    faults: faultsOf(expression, outcome, effects),
    untried: [axes, ...effects.map((each) => each.axes)].map(combinations).find((count) => count > mostHouseholds),
    thresholds: expression.atoms.length,
    households: [outcome, ...effects].reduce((sum, { households }) => sum + households, 0),
  };
}

function faultsOf({ isSum, atoms, features }: DatedExpression, outcome: Outcomes, effects: readonly Effects[]): Map<string, string> {
  if (!isSum && outcome.met + sumOf(effects, ({ met }) => met) === 0) return new Map([["met", "no household can meet it"]]);
  if (!isSum && outcome.known_other + sumOf(effects, ({ other }) => other) === 0)
    return new Map([["met", "every household of which all is known meets it"]]);
  const faults = new Map<string, string>();
  const idle = new Set<string>();
  for (const [index, { sql, features, parameters }] of atoms.entries()) {
    if (features.length === 0 && parameters.length > 0) continue;
    const [changed, needed] = [sumOf(effects, ({ atoms }) => atoms[index]?.changed), sumOf(effects, ({ atoms }) => atoms[index]?.needed)];
    if (changed > 0 && needed > 0) continue;
    faults.set(`comparison ${index}`, `${readable(sql)} changes nothing: no household is judged otherwise across it`);
    for (const name of features) idle.add(name);
  }
  for (const [index, name] of features.entries())
    if (effects[index]?.feature === 0 && !idle.has(name))
      faults.set(name, `${name} changes nothing: no household is judged otherwise by it`);
  return faults;
}

function sumOf<V>(values: readonly V[], of: (value: V) => number | undefined): number {
  return values.reduce((sum, value) => sum + (of(value) ?? 0), 0);
}

/** SQL as a person would write it. */
export function readable(sql: string): string {
  return sql.replaceAll('"', "").replace(/^\((.*)\)$/s, "$1");
}
