import { identifier, type Session } from "../../warehouse/session.ts";
import type { Atom } from "../parse-condition.ts";
import { anchorsOf, aroundThreshold, type Domain } from "./domain.ts";
import { type Axis, householdsSql, type Literal, literal } from "./grid.ts";

/** The values that a feature is tried with. */
export interface TriedFeature {
  name: string;
  domain: Domain;
  /** Every known value, in order: around each threshold, the ends of the range, ordinary numbers. */
  values: readonly Literal[];
  /** One of them for each way in which the comparisons come out. */
  cells: readonly Literal[];
}

/** The values to try the features of comparisons with. `isSum`: the features count by their size too, not only by what they are compared with. */
export async function triedFeatures(
  session: Session,
  atoms: readonly Atom[],
  domains: ReadonlyMap<string, Domain>,
  isSum: boolean,
): Promise<TriedFeature[]> {
  const found = triedBefore.get(session) ?? new Map<string, TriedFeature>();
  triedBefore.set(session, found);
  const tried: TriedFeature[] = [];
  for (const [name, domain] of domains) {
    const own = atoms.filter((atom) => atom.features.includes(name));
    const key = JSON.stringify([name, isSum, own, own.flatMap(({ features }) => features.map((each) => domains.get(each))), domain]);
    const feature = found.get(key) ?? (await triedFeature(session, { name, domain, atoms: own, domains, isSum }));
    found.set(key, feature);
    tried.push(feature);
  }
  return tried;
}

/** The same comparisons come again in every pair of rules: what was found is kept for as long as the session. */
const triedBefore = new WeakMap<Session, Map<string, TriedFeature>>();

interface Asked {
  name: string;
  domain: Domain;
  /** The comparisons that read it. */
  atoms: readonly Atom[];
  domains: ReadonlyMap<string, Domain>;
  isSum: boolean;
}

async function triedFeature(session: Session, { name, domain, atoms, domains, isSum }: Asked): Promise<TriedFeature> {
  const values = await valuesOf(session, name, atoms, domains);
  if (domain.type === "number" && isSum) return { name, domain, values, cells: values };
  const alone = atoms.filter((atom) => atom.features.length === 1);
  const shared = atoms.length > alone.length ? ordinary(domain) : [];
  const cells = await cellsOf(session, { name, type: domain.type, values }, alone);
  return { name, domain, values, cells: [...new Set([...cells, ...shared])] };
}

function ordinary(domain: Domain): Literal[] {
  if (domain.type === "boolean") return [false, true];
  return domain.type === "category" ? [...domain.words] : anchorsOf(domain);
}

async function valuesOf(session: Session, name: string, atoms: readonly Atom[], domains: ReadonlyMap<string, Domain>): Promise<Literal[]> {
  const domain = domains.get(name) as Domain;
  if (domain.type === "boolean") return [false, true];
  if (domain.type === "category") return wordsOf(domain, atoms);
  const found = new Set<number>();
  for (const atom of atoms)
    for (const threshold of await thresholdsOf(session, atom, name, domains))
      for (const value of aroundThreshold(threshold, domain)) found.add(value);
  if (found.size === 0 || atoms.some((atom) => atom.features.length > 1)) for (const value of anchorsOf(domain)) found.add(value);
  for (const end of [domain.least, domain.most]) if (end !== null) found.add(end);
  return [...found].sort((a, b) => a - b);
}

/** The category's own words; where they are not known, those compared with and one more. */
function wordsOf(domain: Domain, atoms: readonly Atom[]): string[] {
  if (domain.words.length > 0) return [...domain.words].sort();
  const named = atoms.flatMap(({ sql }) =>
    [...sql.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] as string).replaceAll("''", "'")),
  );
  return [...new Set([...named, "another word"])].sort();
}

/** Where a feature's value turns a comparison of numbers, the other features of the comparison at ordinary values: by the secant method, exact after one step where the comparison is linear. */
async function thresholdsOf(session: Session, atom: Atom, name: string, domains: ReadonlyMap<string, Domain>): Promise<number[]> {
  if (atom.sides === undefined) return [];
  const { left, right } = atom.sides;
  const others = atom.features.filter((feature) => feature !== name);
  const settings = await session.rows<Record<string, Literal>>(
    householdsSql(
      others.map((other) => axisOf(other, domains.get(other) as Domain)),
      200,
    ),
  );
  const differences = async (points: readonly number[]) => {
    const rows = settings.map(
      (setting, index) => `(${[index, points[index] as number, ...others.map((other) => setting[other] ?? null)].map(literal).join(", ")})`,
    );
    const columns = ["place", name, ...others].map(identifier).join(", ");
    const casts = [`${identifier(name)}::double as ${identifier(name)}`, ...others.map(identifier)].join(", ");
    const found = await session.rows<{ difference: number | null }>(
      `select (${left})::double - (${right})::double as difference from (select place, ${casts} from (values ${rows.join(", ")}) as given(${columns})) order by place`,
    );
    return found.map((row) => row.difference ?? Number.NaN);
  };
  const [first = 0, second = 1] = anchorsOf(domains.get(name) as Domain);
  return secantRoots(
    settings.map(() => first),
    settings.map(() => second),
    differences,
  );
}

async function secantRoots(from: number[], to: number[], differences: (points: readonly number[]) => Promise<number[]>): Promise<number[]> {
  const roots = new Set<number>();
  let [before, at] = [from, to];
  let [differenceBefore, difference] = [await differences(before), await differences(at)];
  before.forEach((point, index) => {
    if (differenceBefore[index] === 0) roots.add(point);
  });
  for (let step = 0; step < 30; step++) {
    const next = at.map((point, index) => {
      const [d0, d1] = [differenceBefore[index] as number, difference[index] as number];
      return point - (d1 * (point - (before[index] as number))) / (d1 - d0);
    });
    const asked = next.map((point) => (Number.isFinite(point) ? point : 0));
    const found = await differences(asked);
    let isMoving = false;
    next.forEach((point, index) => {
      if (!Number.isFinite(point) || !Number.isFinite(found[index] as number)) return;
      if (Math.abs(found[index] as number) <= 1e-9 * Math.max(1, Math.abs(point))) roots.add(point);
      else isMoving = true;
    });
    if (!isMoving) break;
    [before, differenceBefore, at, difference] = [
      at,
      difference,
      next,
      found.map((value, index) => (Number.isFinite(next[index] as number) ? value : Number.NaN)),
    ];
  }
  return [...roots];
}

function axisOf(name: string, domain: Domain): Axis {
  return { name, type: domain.type, values: ordinary(domain) };
}

/** The first value of each way in which comparisons of one feature alone come out. */
async function cellsOf(session: Session, axis: Axis, atoms: readonly Atom[]): Promise<Literal[]> {
  if (axis.type !== "number" || atoms.length === 0) return [...axis.values];
  const outcomes = `[${atoms.map((atom) => `(${atom.sql})`).join(", ")}]::varchar`;
  const rows = await session.rows<{ outcome: string; value: number }>(
    `select ${outcomes} as outcome, ${identifier(axis.name)} as value from (${householdsSql([axis])}) order by value`,
  );
  const first = new Map<string, Literal>();
  for (const { outcome, value } of rows) if (!first.has(outcome)) first.set(outcome, value);
  return [...first.values()];
}
