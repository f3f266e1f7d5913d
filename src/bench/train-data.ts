import { seededRandom } from "../training/random.ts";
import type { Direction, TrainingRows } from "../training/training-rows.ts";

/** A made-up table of the benchmark. */
export interface TrainData {
  rows: TrainingRows;
  /** The directions in which the first columns truly move the risk. */
  directions: Record<string, Direction>;
}

/** A draw of one column's value; columns take turns in kind. */
type Draw = (random: () => number) => number;
const bell: Draw = (random) => (random() + random() + random() + random() - 2) * Math.sqrt(3);
const kinds: readonly Draw[] = [
  bell,
  (random) => Math.round(Math.exp(10 + bell(random))),
  (random) => Math.floor(8 * random() * random()),
  (random) => (random() < 0.3 ? 1 : 0),
  (random) => (random() < 0.2 ? Number.NaN : bell(random)),
];

/**
 * Rows of columns of five kinds (bell-shaped, amounts, counts, yes or no, a fifth unknown). The first ten columns move the risk, in steps, by pairs
 * and by being unknown, five of them in one direction only; the rest are noise. The same for the same seed.
 */
export function trainData(count: number, columnCount: number, seed: number): TrainData {
  const random = seededRandom(seed);
  const names = Array.from({ length: columnCount }, (_, column) => `x${column}`);
  const columns = names.map(() => new Float64Array(count));
  const label = new Uint8Array(count);
  const row = new Float64Array(columnCount);
  for (let at = 0; at < count; at++) {
    for (let column = 0; column < columnCount; column++) {
      row[column] = kinds[column % kinds.length]!(random);
      columns[column]![at] = row[column]!;
    }
    label[at] = random() < 1 / (1 + Math.exp(-marginOf(row))) ? 1 : 0;
  }
  return { rows: { names, columns, label }, directions: { x0: "+", x1: "-", x2: "+", x3: "+", x6: "-" } };
}

function marginOf(row: Float64Array): number {
  const [a, income, members, flag, gap, b, debt, visits, other, late] = row as unknown as number[];
  const known = Number.isNaN(gap!) ? 0.9 : 0.5 * Math.tanh(2 * gap!);
  const pairs = (flag === 1 && members! > 2 ? 0.8 : 0) + (a! > 0.5 && b! > 0 ? 0.7 : 0) - (late! > 1 && b! < 0 ? 0.6 : 0);
  const steps = 0.5 * a! + 0.35 * members! - 0.5 * Math.log(income! / 22_000) - 0.25 * Math.log(debt! / 22_000) + 0.3 * flag!;
  return -2 + steps + pairs + known + 0.4 * Math.sin(2 * b!) + (visits! % 3 === 0 ? 0.3 : 0) * other!;
}
