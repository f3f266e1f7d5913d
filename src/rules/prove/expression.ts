import type { IsoDate } from "../../domain/dates.ts";
import { identifier, type Session } from "../../warehouse/session.ts";
import { bound } from "../compile.ts";
import type { Atom, Expression } from "../parse-condition.ts";
import type { Domain } from "./domain.ts";
import { type Axis, combinations, householdsSql, mostHouseholds } from "./grid.ts";
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

/** A feature's axis: its cells, with unknown when `orUnknown`. */
export function axisOf({ name, domain, cells }: TriedFeature, orUnknown: boolean): Axis {
  return { name, type: domain.type, values: orUnknown ? [...cells, null] : cells };
}

/** What was found of an expression on a date; faults without their place. */
interface Found extends Pick<Proof, "thresholds" | "households"> {
  expression: DatedExpression;
  faults: string[];
  /** How many combinations there are, where only a spread of them was tried. */
  untried: number | undefined;
}

/** A value of zero takes the features out of a sum: only what changes nothing on every date is a fault of a sum. */
function add(proof: Proof, found: readonly Found[], isSum: boolean): void {
  for (const { expression, faults, untried, thresholds, households } of found) {
    proof.thresholds += thresholds;
    proof.households += households;
    const said = isSum ? faults.filter((fault) => found.every((each) => each.faults.includes(fault))) : faults;
    for (const fault of said) {
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

function faultsOf({ isSum, atoms, features }: DatedExpression, outcome: Outcomes, effects: readonly Effects[]): string[] {
  if (!isSum && outcome.met + effects.reduce((sum, each) => sum + each.met, 0) === 0) return ["no household can meet it"];
  if (!isSum && outcome.known_other + effects.reduce((sum, each) => sum + each.other, 0) === 0)
    return ["every household of which all is known meets it"];
  const idle = atoms.filter((_, index) => {
    const [changed, needed] = [sumOf(effects, ({ atoms }) => atoms[index]?.changed), sumOf(effects, ({ atoms }) => atoms[index]?.needed)];
    return changed === 0 || needed === 0;
  });
  const deaf = features.filter((name, index) => effects[index]?.feature === 0 && !idle.some((atom) => atom.features.includes(name)));
  return [
    ...idle.map(({ sql }) => `${readable(sql)} changes nothing: no household is judged otherwise across it`),
    ...deaf.map((name) => `${name} changes nothing: no household is judged otherwise by it`),
  ];
}

interface Outcomes {
  households: number;
  met: number;
  known_other: number;
}

function outcomes(session: Session, { sql, isSum }: DatedExpression, axes: readonly Axis[]): Promise<Outcomes> {
  const known = ["true", ...axes.map(({ name }) => `${identifier(name)} is not null`)].join(" and ");
  const outcome = isSum ? "null::boolean" : `(${sql})`;
  return session.row<Outcomes & Record<string, number>>(`
    select count(*)::integer as households, count(*) filter (where outcome)::integer as met,
        count(*) filter (where known and outcome is not true)::integer as known_other,
    from (select ${outcome} as outcome, ${known} as known from (${householdsSql(axes)}))`);
}

function sumOf<V>(values: readonly V[], of: (value: V) => number | undefined): number {
  return values.reduce((sum, value) => sum + (of(value) ?? 0), 0);
}

interface Effects {
  axes: readonly Axis[];
  households: number;
  met: number;
  other: number;
  /** Neighbours that differ in the feature alone and are judged otherwise. */
  feature: number;
  /** For each comparison: the same where it comes out otherwise too; and households that are judged otherwise were it always true, or were it always false, the fewer of both. */
  atoms: { changed: number; needed: number }[];
}

/** Households side by side that differ in one feature alone, by neighbouring values: how many are judged otherwise. */
async function effectsOf(
  session: Session,
  { sql, atoms, isSum }: DatedExpression,
  features: readonly TriedFeature[],
  feature: TriedFeature,
): Promise<Effects> {
  const full: Axis = { name: feature.name, type: feature.domain.type, values: feature.values };
  const others = features.filter((each) => each !== feature).map((each) => axisOf(each, false));
  const room = Math.max(1, Math.floor(mostHouseholds / full.values.length));
  const households = `select * from (${householdsSql([full])}) cross join (${householdsSql(others, room)})`;
  const judged = [
    `(${sql}) as outcome`,
    ...atoms.flatMap((atom, index) => [`(${atom.sql}) as "atom ${index}"`, ...always(sql, atom, index)]),
  ];
  const beside = [
    "outcome <> lag(outcome) over beside as is_other",
    ...atoms.map((_, index) => `"atom ${index}" <> lag("atom ${index}") over beside as "changes ${index}"`),
  ];
  const counts = [
    "count(*)::integer as households",
    count(isSum ? "false" : "outcome", "met"),
    count(isSum ? "false" : "outcome is not true", "other"),
    count("is_other", "judged_otherwise"),
    ...atoms.flatMap((_, index) => [
      count(`is_other and "changes ${index}"`, `changed ${index}`),
      ...[true, false].map((truth) => count(`"${truth} ${index}" is distinct from outcome`, `${truth} ${index}`)),
    ]),
  ];
  const partition = others.length === 0 ? "" : `partition by ${others.map(({ name }) => identifier(name)).join(", ")}`;
  const row = await session.row<Record<string, number>>(`
    with judged as (select *, ${judged.join(", ")} from (${households})),
    compared as (select *, ${beside.join(", ")} from judged window beside as (${partition} order by ${identifier(feature.name)}))
    select ${counts.join(", ")} from compared`);
  const of = (name: string) => row[name] ?? 0;
  return {
    axes: [full, ...others],
    ...{ households: of("households"), met: of("met"), other: of("other"), feature: of("judged_otherwise") },
    atoms: atoms.map((_, index) => ({ changed: of(`changed ${index}`), needed: Math.min(of(`true ${index}`), of(`false ${index}`)) })),
  };
}

/** What the expression would say were a comparison always true, and were it always false. */
function always(sql: string, atom: Atom, index: number): string[] {
  return [true, false].map((truth) => `(${sql.replaceAll(atom.sql, String(truth))}) as "${truth} ${index}"`);
}

function count(filter: string, name: string): string {
  return `count(*) filter (where ${filter})::integer as "${name}"`;
}

/** SQL as a person would write it. */
export function readable(sql: string): string {
  return sql.replaceAll('"', "").replace(/^\((.*)\)$/s, "$1");
}
