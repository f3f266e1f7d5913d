/** Rows with one value of one column, or of a pair of columns. */
export interface Cell {
  columns: readonly string[];
  values: readonly string[];
  /** Rows. */
  n: number;
  /** Where the cell's sums stand. */
  slot: number;
  /** Where the sums of the rows stand that lack a value in the cell's columns. */
  unknownSlot: number;
}

/** What a column could not be judged by. */
export interface Unjudged {
  /** Rows without a value. */
  unknown: number;
  /** Values that fewer rows have than a cell needs, and their rows. */
  small_values: number;
  small_rows: number;
}

/** Cells, and which of them rows count in. Rows that are alike in all columns are a kind: cells are summed over kinds, not over rows. */
export interface Cells {
  cells: Cell[];
  /** Where the sums of all rows stand. */
  totalSlot: number;
  unjudged: Record<string, Unjudged>;
  slots: number;
  kinds: number;
  kindOfRow: Uint32Array;
  /** Kind k counts in the slots `slotsOfKinds[firstSlot[k]]` until (not with) `slotsOfKinds[firstSlot[k + 1]]`. */
  firstSlot: Uint32Array;
  slotsOfKinds: Uint32Array;
}

type Columns = Readonly<Record<string, readonly (string | null)[]>>;

/** One column or pair: how many rows have each value, and which value each kind has. Values are joined by a character that no value has. */
interface Grouping {
  columns: readonly string[];
  ofKind: (string | null)[];
  rows: Map<string, number>;
}

const between = "\u0000";

/** The cells of at least `leastRows` rows of each column and of each pair of columns, in the columns' and their values' order. */
export function cellsOf(columns: Columns, rows: number, leastRows: number): Cells {
  const names = Object.keys(columns);
  for (const name of names)
    if (columns[name]!.length !== rows) throw new RangeError(`${name} has ${columns[name]!.length} rows, the label ${rows}`);
  const { kindOfRow, firstRows, sizes } = kindsOf(Object.values(columns), rows);
  const pairs = names.flatMap((first, place) => names.slice(place + 1).map((second) => [first, second]));
  const groupings = [...names.map((name) => [name]), ...pairs].map((each) => groupingOf(each, columns, firstRows, sizes));
  const totalSlot = 0;
  const slotsOf = Array.from(sizes, () => [totalSlot]);
  const cells: Cell[] = [];
  let slots = 1;
  for (const { columns: grouped, ofKind, rows: rowsOf } of groupings) {
    const unknownSlot = slots++;
    const kept = [...rowsOf].filter(([, n]) => n >= leastRows).sort(([a], [b]) => (a < b ? -1 : 1));
    const slotOf = new Map(kept.map(([value]) => [value, slots++]));
    for (const [value, n] of kept) cells.push({ columns: grouped, values: value.split(between), n, slot: slotOf.get(value)!, unknownSlot });
    ofKind.forEach((value, kind) => {
      const slot = value === null ? unknownSlot : slotOf.get(value);
      if (slot !== undefined) slotsOf[kind]!.push(slot);
    });
  }
  const unjudged = Object.fromEntries(names.map((name, place) => [name, unjudgedOf(groupings[place]!, rows, leastRows)]));
  const firstSlot = new Uint32Array(sizes.length + 1);
  slotsOf.forEach((each, kind) => {
    firstSlot[kind + 1] = firstSlot[kind]! + each.length;
  });
  return { cells, totalSlot, unjudged, slots, kinds: sizes.length, kindOfRow, firstSlot, slotsOfKinds: Uint32Array.from(slotsOf.flat()) };
}

/** Numbers the combinations of all columns' values that occur, with the first row and the number of rows of each. */
function kindsOf(columns: readonly (readonly (string | null)[])[], rows: number) {
  let kindOfRow = new Uint32Array(rows);
  let firstRows: number[] = rows === 0 ? [] : [0];
  for (const column of columns) {
    const finer = new Map<string | null, Map<number, number>>();
    firstRows = [];
    kindOfRow = kindOfRow.map((kind, row) => {
      const value = column[row] ?? null;
      const ofValue = finer.get(value) ?? new Map<number, number>();
      finer.set(value, ofValue);
      const known = ofValue.get(kind);
      if (known !== undefined) return known;
      ofValue.set(kind, firstRows.length);
      return firstRows.push(row) - 1;
    });
  }
  const sizes = new Uint32Array(firstRows.length);
  for (const kind of kindOfRow) sizes[kind]! += 1;
  return { kindOfRow, firstRows, sizes };
}

function groupingOf(grouped: readonly string[], columns: Columns, firstRows: readonly number[], sizes: Uint32Array): Grouping {
  const rows = new Map<string, number>();
  const ofKind = firstRows.map((row, kind) => {
    const values = grouped.map((name) => columns[name]![row] ?? null);
    if (values.includes(null)) return null;
    const value = values.join(between);
    rows.set(value, (rows.get(value) ?? 0) + sizes[kind]!);
    return value;
  });
  return { columns: grouped, ofKind, rows };
}

function unjudgedOf({ rows: rowsOf }: Grouping, rows: number, leastRows: number): Unjudged {
  const sizes = [...rowsOf.values()];
  const small = sizes.filter((n) => n < leastRows);
  const sum = (some: readonly number[]) => some.reduce((total, n) => total + n, 0);
  return { unknown: rows - sum(sizes), small_values: small.length, small_rows: sum(small) };
}
