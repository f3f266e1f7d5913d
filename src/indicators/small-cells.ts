import type { Cell } from "./cells.ts";
import type { Indicator } from "./definition.ts";

/** Counts below it are not shown, but for 0. */
const least = 5;

/** Which cells are kept back: of an indicator, a day, an area (KATO prefix) and a group. */
export interface HiddenCells {
  has(indicator: string, asOf: string, area: string, group: string): boolean;
}

/**
 * Finds the cells that stand on one to four families or persons, or from which so few would follow: where a region or district is hidden, so is
 * another beside it, the smallest first, until what is hidden together is not few; all districts of a hidden region are; a group is when the rest
 * of its area is few, town and village together.
 */
export function smallCells(cells: readonly Cell[], definitions: readonly Indicator[]): HiddenCells {
  const kinds = new Map(definitions.map(({ code, kind }) => [code, kind]));
  const keyOf = ({ indicator, as_of, area, group }: Pick<Cell, "indicator" | "as_of" | "area" | "group">) =>
    `${indicator} ${as_of} ${area} ${group}`;
  const byKey = new Map(cells.map((cell) => [keyOf(cell), cell]));
  const hidden = new Set<string>();
  for (const cell of cells) {
    const kind = kinds.get(cell.indicator) ?? "share";
    const all = byKey.get(keyOf({ ...cell, group: "all" }));
    const rest = all === undefined || all === cell ? undefined : difference(all, cell);
    if (countsOf(kind, cell).some(isSmall) || (rest !== undefined && countsOf(kind, rest).some(isSmall))) hidden.add(keyOf(cell));
  }
  coverBesides(cells, keyOf, hidden);
  for (const cell of cells) {
    const other = cell.group === "rural" ? "urban" : cell.group === "urban" ? "rural" : undefined;
    if (other !== undefined && hidden.has(keyOf(cell))) hidden.add(keyOf({ ...cell, group: other }));
  }
  return { has: (indicator, as_of, area, group) => hidden.has(`${indicator} ${as_of} ${area} ${group}`) };
}

/** Hides further cells beside a hidden one: regions of the country, then districts of each region. */
function coverBesides(cells: readonly Cell[], keyOf: (cell: Cell) => string, hidden: Set<string>): void {
  for (const digits of [2, 4]) {
    const families = new Map<string, Cell[]>();
    for (const cell of cells) {
      if (cell.area.length !== digits || cell.households === 0) continue;
      const parent = keyOf({ ...cell, area: cell.area.slice(0, digits - 2) });
      families.set(parent, [...(families.get(parent) ?? []), cell]);
    }
    for (const [parent, beside] of families) {
      if (digits === 4 && hidden.has(parent)) for (const cell of beside) hidden.add(keyOf(cell));
      const rest = beside
        .filter((cell) => !hidden.has(keyOf(cell)))
        .sort((a, b) => a.households - b.households || (a.area < b.area ? -1 : 1));
      let [count, households] = [0, 0];
      for (const cell of beside) if (hidden.has(keyOf(cell))) [count, households] = [count + 1, households + cell.households];
      while (count > 0 && (count < 2 || households < least) && rest.length > 0) {
        const next = rest.shift() as Cell;
        hidden.add(keyOf(next));
        [count, households] = [count + 1, households + next.households];
      }
    }
  }
}

/** The counts that a figure lets be seen: yes and no of a share, before and after of a change; households of sums of money. */
function countsOf(kind: Indicator["kind"], { x, n, y, m, households }: Pick<Cell, "x" | "n" | "y" | "m" | "households">): number[] {
  if (kind === "share") return [x, n - x, households];
  if (kind === "fall") return [x, n - x, y, m - y, households];
  return [households];
}

function difference(all: Cell, part: Cell): Pick<Cell, "x" | "n" | "y" | "m" | "households"> {
  return {
    x: all.x - part.x,
    n: all.n - part.n,
    y: all.y - part.y,
    m: all.m - part.m,
    households: all.households - part.households,
  };
}

function isSmall(count: number): boolean {
  return count > 0 && count < least;
}
