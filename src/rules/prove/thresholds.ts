import { identifier, type Session } from "../../warehouse/session.ts";
import type { Atom } from "../parse-condition.ts";
import { anchorsOf, aroundThreshold, type Domain } from "./domain.ts";
import { type Axis, householdsSql, type Literal } from "./grid.ts";
import { rootsOf } from "./roots.ts";

/** The values that a feature is tried with. */
export interface TriedFeature {
  name: string;
  domain: Domain;
  /** Every known value, in order: around each threshold, the ends of the range, ordinary numbers. */
  values: readonly Literal[];
  /** Some of them: one for each way in which the comparisons of it alone come out, and ordinary ones where it is compared with other features. */
  cells: readonly Literal[];
}

/** The values to try features with. `isSum`: numbers count by their size too, not only by what they are compared with. */
export async function triedFeatures(
  session: Session,
  atoms: readonly Atom[],
  domains: ReadonlyMap<string, Domain>,
  isSum: boolean,
): Promise<TriedFeature[]> {
  const known = triedBefore.get(session) ?? new Map<string, unknown>();
  triedBefore.set(session, known);
  const once = async <V>(key: unknown[], make: () => Promise<V>): Promise<V> => {
    const text = JSON.stringify(key);
    const value = (known.get(text) as V | undefined) ?? (await make());
    known.set(text, value);
    return value;
  };
  const alone = new Map<string, TriedFeature>();
  for (const [name, domain] of domains) {
    const own = atoms.filter((atom) => atom.features.includes(name));
    alone.set(name, await once([name, domain, own, isSum], () => triedAlone(session, { name, domain, atoms: own, isSum })));
  }
  const tried: TriedFeature[] = [];
  for (const feature of alone.values()) {
    const shared = atoms.filter((atom) => atom.features.length > 1 && atom.features.includes(feature.name));
    const others = [...new Set(shared.flatMap((atom) => atom.features))].flatMap((name) => alone.get(name) ?? []);
    const isThere = shared.length > 0 && feature.domain.type === "number";
    tried.push(isThere ? await once([feature, shared, others], () => triedWithOthers(session, feature, shared, others)) : feature);
  }
  return tried;
}

/** The same comparisons come again in every pair of rules: what was found is kept for as long as the session. */
const triedBefore = new WeakMap<Session, Map<string, unknown>>();

interface Asked {
  name: string;
  domain: Domain;
  /** The comparisons that read it. */
  atoms: readonly Atom[];
  isSum: boolean;
}

/** A feature by the comparisons that read nothing else. */
async function triedAlone(session: Session, { name, domain, atoms, isSum }: Asked): Promise<TriedFeature> {
  if (domain.type === "boolean") return { name, domain, values: [false, true], cells: [false, true] };
  if (domain.type === "category") {
    const words = wordsOf(domain, atoms);
    return { name, domain, values: words, cells: words };
  }
  const alone = atoms.filter((atom) => atom.features.length === 1);
  const ordinary = isSum || alone.length < atoms.length || alone.length === 0 ? anchorsOf(domain) : [];
  const found = new Set<number>(ordinary);
  for (const atom of alone)
    for (const root of await rootsOf(session, atom, name, anchorsOf(domain), []))
      for (const value of aroundThreshold(root, domain)) found.add(value);
  for (const end of [domain.least, domain.most]) if (end !== null) found.add(end);
  const values = inOrder(found);
  return { name, domain, values, cells: inOrder([...ordinary, ...(await cellsOf(session, { name, type: "number", values }, alone))]) };
}

/** The same with the thresholds of comparisons with other features, at each of their cells. */
async function triedWithOthers(
  session: Session,
  feature: TriedFeature,
  shared: readonly Atom[],
  others: readonly TriedFeature[],
): Promise<TriedFeature> {
  const { name, domain } = feature;
  const found = new Set(feature.values as readonly number[]);
  for (const atom of shared) {
    const axes = others.filter((each) => each.name !== name && atom.features.includes(each.name));
    const settings = axes.map((each): Axis => ({ name: each.name, type: each.domain.type, values: each.cells }));
    for (const root of await rootsOf(session, atom, name, anchorsOf(domain), settings))
      for (const value of aroundThreshold(root, domain)) found.add(value);
  }
  return { ...feature, values: inOrder(found) };
}

function inOrder(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The category's own words; where they are not known, those compared with and one more. */
function wordsOf(domain: Domain, atoms: readonly Atom[]): string[] {
  if (domain.words.length > 0) return [...domain.words].sort();
  const named = atoms.flatMap(({ sql }) =>
    [...sql.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] as string).replaceAll("''", "'")),
  );
  return [...new Set([...named, "another word"])].sort();
}

/** The first value of each way in which comparisons of one feature alone come out. */
async function cellsOf(session: Session, axis: Axis, atoms: readonly Atom[]): Promise<number[]> {
  if (atoms.length === 0) return [];
  const outcomes = `[${atoms.map((atom) => `(${atom.sql})`).join(", ")}]::varchar`;
  const rows = await session.rows<{ outcome: string; value: number }>(
    `select ${outcomes} as outcome, ${identifier(axis.name)} as value from (${householdsSql([axis])}) order by value`,
  );
  const first = new Map<string, number>();
  for (const { outcome, value } of rows) if (!first.has(outcome)) first.set(outcome, value);
  return [...first.values()];
}
