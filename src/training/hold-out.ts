import { sha256 } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { seededRandom } from "./random.ts";

/** Share of the rows that is kept aside to measure a model on. */
const share = 0.2;

export interface HoldOut {
  /** How the rows kept aside were chosen. */
  kind: "later" | "groups" | "rows";
  fitted: Uint32Array;
  keptAside: Uint32Array;
  /** First and last time of the rows kept aside. */
  from: string | null;
  until: string | null;
}

export interface Keys {
  rows: number;
  time?: readonly (string | null)[] | undefined;
  group?: readonly (string | null)[] | undefined;
}

/**
 * Divides rows into those to fit on and those to measure on. With a time: the latest fifth (whole times), never a random draw.
 * With a group: no group on both sides. With both, the later rows' groups are left out of the fit; where that would leave less than half of the
 * earlier rows, half of the groups are fitted on their earlier rows and the other half measured on their later ones.
 * Without either: a seeded draw of a fifth. Null when all rows have one time or one group.
 */
export function holdOut({ rows, time, group }: Keys): HoldOut | null {
  if (time === undefined) {
    const isAside = group === undefined ? drawRows(rows) : drawGroups(group, share);
    return divide(isAside, { kind: group === undefined ? "rows" : "groups", from: null, until: null });
  }
  const times = orderedTimes(time);
  const from = latest(time, times);
  if (from === undefined) return null;
  const firstAside = times.indexOf(from);
  const place = new Map(times.map((each, index) => [each, index]));
  const isAside = time.map((each) => place.get(each as string)! >= firstAside);
  const about = { kind: "later", from, until: times.at(-1) as string } as const;
  if (group === undefined) return divide(isAside, about);
  const groupsAside = new Set(group.filter((_, row) => isAside[row]));
  const earlier = isAside.filter((aside) => !aside).length;
  const fitted = group.filter((name, row) => !isAside[row] && !groupsAside.has(name)).length;
  if (2 * fitted >= earlier) return divide(isAside, about, (row) => !isAside[row] && groupsAside.has(group[row] as string | null));
  const measured = drawGroups(group, 0.5);
  return divide(isAside, about, (row) => measured[row] !== isAside[row]);
}

function divide(
  isAside: readonly boolean[],
  about: Pick<HoldOut, "kind" | "from" | "until">,
  isLeftOut: (row: number) => boolean = () => false,
): HoldOut | null {
  const [fitted, keptAside]: [number[], number[]] = [[], []];
  isAside.forEach((aside, row) => {
    if (isLeftOut(row)) return;
    if (aside) keptAside.push(row);
    else fitted.push(row);
  });
  if (fitted.length === 0 || keptAside.length === 0) return null;
  return { ...about, fitted: Uint32Array.from(fitted), keptAside: Uint32Array.from(keptAside) };
}

function drawRows(rows: number): boolean[] {
  const random = seededRandom(1);
  return Array.from({ length: rows }, () => random() < share);
}

/** Groups in an order that has nothing to do with the rows', until the part wanted of the rows is there. */
function drawGroups(group: readonly (string | null)[], part: number): boolean[] {
  const sizes = countEach(group);
  const order = [...sizes.keys()].map((name) => ({ name, key: sha256(String(name)) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const aside = new Set<string | null>();
  let rows = 0;
  for (const { name } of order) {
    if (rows >= part * group.length) break;
    aside.add(name);
    rows += sizes.get(name)!;
  }
  return group.map((name) => aside.has(name));
}

/** The distinct times, earliest first: as numbers when all are, else as text (ISO dates and 2011Q4 sort as text). */
export function orderedTimes(time: readonly (string | null)[]): string[] {
  const unknown = time.indexOf(null);
  if (unknown >= 0) throw new UserError("no_time", `row ${unknown + 1} has no time; give it one or leave the row out`);
  const times = [...new Set(time as readonly string[])];
  const areNumbers = times.every((each) => each.trim() !== "" && Number.isFinite(Number(each)));
  return times.sort(areNumbers ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1));
}

/** The time from which on a fifth of the rows lies; undefined when nothing would be left before it. */
function latest(time: readonly (string | null)[], times: readonly string[]): string | undefined {
  const sizes = countEach(time);
  let rows = 0;
  for (let index = times.length - 1; index > 0; index--) {
    rows += sizes.get(times[index] as string)!;
    if (rows >= share * time.length || index === 1) return times[index];
  }
  return undefined;
}

function countEach(values: readonly (string | null)[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
