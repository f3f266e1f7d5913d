import { identifier, type Session } from "../../warehouse/session.ts";
import type { Atom } from "../parse-condition.ts";
import { type Axis, householdsSql, type Literal, literal } from "./grid.ts";

/** Most settings of a comparison's other features at which its threshold is sought. */
export const mostSettings = 200;

/**
 * Where a number turns a comparison, its other features as `others` say: exact after one step where the comparison is linear in it (secant
 * method); else, and where it jumps or bends (rounding, abs, case, a quotient), between the points of a wide scan, by halving.
 */
export async function rootsOf(
  session: Session,
  atom: Atom,
  name: string,
  start: readonly number[],
  others: readonly Axis[],
): Promise<number[]> {
  if (atom.sides === undefined) return [];
  const { left, right } = atom.sides;
  const settings = await session.rows<Record<string, Literal>>(householdsSql(others, mostSettings));
  const columns = [...others.map((other) => other.name), name];
  const casts = [...others.map((other) => identifier(other.name)), `${identifier(name)}::double as ${identifier(name)}`];
  /** Left less right for settings (by number) and points. */
  const differences = async (asked: readonly (readonly [number, number])[]) => {
    if (asked.length === 0) return [];
    const rows = asked.map(([setting, point], index) => {
      const values = others.map((other) => settings[setting]?.[other.name] ?? null);
      return `(${[index, ...values, point].map(literal).join(", ")})`;
    });
    const found = await session.rows<{ difference: number | null }>(
      `select (${left})::double - (${right})::double as difference
       from (select "#", ${casts.join(", ")} from (values ${rows.join(", ")}) as given("#", ${columns.map(identifier).join(", ")})) order by "#"`,
    );
    return found.map(({ difference }) => difference ?? Number.NaN);
  };
  const { roots, without } = await secant(settings.length, start, differences);
  const isBent = /\b(abs|ceil|floor|round|case)\b|\//.test(left + right);
  for (const root of await scan(isBent ? settings.map((_, setting) => setting) : without, start, differences)) roots.add(root);
  return [...roots];
}

type Differences = (asked: readonly (readonly [number, number])[]) => Promise<number[]>;

async function secant(settings: number, [first = 0, second = first + 1]: readonly number[], differences: Differences) {
  const roots = new Set<number>();
  const found = new Set<number>();
  let moving = Array.from({ length: settings }, (_, setting) => ({ setting, before: first, at: second, dBefore: 0, d: 0 }));
  const at = async (point: number) => differences(moving.map(({ setting }) => [setting, point]));
  const [atFirst, atSecond] = [await at(first), await at(second)];
  moving = moving.map((each) => ({ ...each, dBefore: atFirst[each.setting] as number, d: atSecond[each.setting] as number }));
  for (let step = 0; step < 12 && moving.length > 0; step++) {
    const next = moving.flatMap((each) => {
      const point = each.at - (each.d * (each.at - each.before)) / (each.d - each.dBefore);
      return Number.isFinite(point) ? [{ ...each, before: each.at, dBefore: each.d, at: point }] : [];
    });
    const ds = await differences(next.map(({ setting, at }) => [setting, at]));
    moving = next.flatMap((each, index) => {
      const d = ds[index] as number;
      if (Math.abs(d) > 1e-9 * Math.max(1, Math.abs(each.at)) || Number.isNaN(d)) return Number.isNaN(d) ? [] : [{ ...each, d }];
      roots.add(each.at);
      found.add(each.setting);
      return [];
    });
  }
  return { roots, without: Array.from({ length: settings }, (_, setting) => setting).filter((setting) => !found.has(setting)) };
}

/** Points far and wide, and between each two on different sides of nought the place where the sides meet. */
async function scan(settings: readonly number[], start: readonly number[], differences: Differences): Promise<number[]> {
  const points = [...new Set([...start, 0, ...Array.from({ length: 10 }, (_, power) => [10 ** power, -(10 ** power)]).flat()])].sort(
    (a, b) => a - b,
  );
  const ds = await differences(settings.flatMap((setting) => points.map((point) => [setting, point] as const)));
  let open = settings.flatMap((setting, row) =>
    points.slice(1).flatMap((high, index) => {
      const [d0, d1] = [ds[row * points.length + index] as number, ds[row * points.length + index + 1] as number];
      return sides.flatMap((side) =>
        Number.isNaN(d0) || Number.isNaN(d1) || side(d0) === side(d1)
          ? []
          : [{ setting, low: points[index] as number, high, side, isHigh: side(d1) }],
      );
    }),
  );
  const roots: number[] = [];
  for (let step = 0; step < 70 && open.length > 0; step++) {
    const middle = await differences(open.map(({ setting, low, high }) => [setting, (low + high) / 2]));
    open = open.map((each, index) => {
      const point = (each.low + each.high) / 2;
      return each.side(middle[index] as number) === each.isHigh ? { ...each, high: point } : { ...each, low: point };
    });
    roots.push(...open.filter(isNarrow).map(({ high }) => high));
    open = open.filter((each) => !isNarrow(each));
  }
  return roots;
}

const sides = [(d: number) => d > 0, (d: number) => d >= 0] as const;
const isNarrow = ({ low, high }: { low: number; high: number }) => high - low <= 1e-10 * Math.max(1, Math.abs(high));
