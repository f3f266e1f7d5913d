import { UserError } from "../domain/errors.ts";
import { type ExternalPlan, planColumns, wordColumns } from "./external-plan.ts";
import type { NamedColumns } from "./external-run.ts";
import type { Sweep } from "./manifest.ts";
import type { Scorer } from "./scorer.ts";

type Cell = number | string | null;
type Row = Readonly<Record<string, Cell>>;
export type Directions = Readonly<Record<string, "+" | "-" | "free">>;

/** What was found out about a model by running it. */
export interface Findings {
  /** By feature: whether it gives a probability where that is unknown. */
  takesUnknown: ReadonlyMap<string, boolean>;
  /** One for each feature with a direction, in the plan's order. */
  sweeps: Sweep[];
}

/** Rows that are swept, and values that each feature is swept over; rows beyond are left out evenly. */
const mostRows = 200;
const mostValues = 25;

/**
 * Runs a model on sample rows with each feature unknown in turn, and with each feature that has a direction set to one value after the other,
 * all else as in the row. A step the wrong way is one by however little: trees and linear models that keep a direction keep it in float32 too.
 */
export async function probeExternal(
  { scorer, plan }: { scorer: Scorer; plan: ExternalPlan },
  sample: NamedColumns,
  directions: Directions,
): Promise<Findings> {
  const names = planColumns(plan);
  const score = async (rows: readonly Row[]) => {
    const columns = columnsOf(plan, rows);
    return (
      await scorer.score(
        names,
        names.map((name) => columns[name]!),
        "sample rows",
      )
    ).probability;
  };
  const rows = await usableRows(rowsOf(plan, sample), score);
  const takesUnknown = new Map<string, boolean>();
  for (const name of names)
    takesUnknown.set(
      name,
      await isScored(
        rows.slice(0, 50).map((row) => ({ ...row, [name]: null })),
        score,
      ),
    );
  const sweeps: Sweep[] = [];
  for (const name of names.filter((each) => !wordColumns(plan).has(each)))
    if (directions[name] === "+" || directions[name] === "-") sweeps.push(await sweep(name, directions[name], rows, score));
  return { takesUnknown, sweeps };
}

type Score = (rows: readonly Row[]) => Promise<Float64Array>;

async function sweep(feature: string, direction: "+" | "-", rows: readonly Row[], score: Score): Promise<Sweep> {
  const values = spread(
    [...new Set(rows.flatMap((row) => (typeof row[feature] === "number" ? [row[feature]] : [])))].sort((a, b) => a - b),
    mostValues,
  );
  const scores = await score(rows.flatMap((row) => values.map((value) => ({ ...row, [feature]: value }))));
  let [violations, furthest] = [0, 0];
  let worst: Sweep["worst"] = null;
  rows.forEach((_, row) => {
    for (let place = 1; place < values.length; place++) {
      const [before, after] = [scores[row * values.length + place - 1]!, scores[row * values.length + place]!];
      const wrong = direction === "+" ? before - after : after - before;
      if (wrong <= 0) continue;
      violations++;
      if (wrong <= furthest) continue;
      furthest = wrong;
      worst = { row: row + 1, from: values[place - 1]!, to: values[place]!, before, after };
    }
  });
  return { feature, direction, rows: rows.length, steps: rows.length * Math.max(0, values.length - 1), violations, worst };
}

async function isScored(rows: readonly Row[], score: Score): Promise<boolean> {
  return score(rows).then(
    () => true,
    (error: Error) => {
      if (error instanceof UserError && error.code === "unknown_value") return false;
      throw error;
    },
  );
}

/** All rows, or those without a gap where the model takes none. */
async function usableRows(rows: readonly Row[], score: Score): Promise<Row[]> {
  const some = spread(rows, mostRows);
  if (await isScored(some, score)) return some;
  const whole = spread(
    rows.filter((row) => Object.values(row).every((cell) => cell !== null)),
    mostRows,
  );
  if (whole.length > 0) return whole;
  throw new UserError("no_rows", "every row has an unknown value, and the model takes none; give rows that are fully known");
}

/** At most so many of a list, evenly, the first and the last among them. */
function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, index) => list[Math.round((index * (list.length - 1)) / (most - 1))] as T);
}

function rowsOf(plan: ExternalPlan, columns: NamedColumns): Row[] {
  const names = planColumns(plan);
  const cell = (value: number | string | null) => (Number.isNaN(value) ? null : value);
  return Array.from({ length: columns[names[0] as string]!.length }, (_, row) =>
    Object.fromEntries(names.map((name) => [name, cell(columns[name]![row] as Cell)])),
  );
}

function columnsOf(plan: ExternalPlan, rows: readonly Row[]): NamedColumns {
  const words = wordColumns(plan);
  return Object.fromEntries(
    planColumns(plan).map((name) => {
      const cells = rows.map((row) => row[name] as Cell);
      return [
        name,
        words.has(name) ? (cells as (string | null)[]) : Float64Array.from(cells, (value) => (value as number | null) ?? Number.NaN),
      ];
    }),
  );
}
