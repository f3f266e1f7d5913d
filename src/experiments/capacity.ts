import type { Predictions } from "../training/predictions.ts";
import type { Experiment } from "./experiment.ts";
import type { Matrix } from "./read-matrix.ts";

/** Which list each row would stand on: one for each day looked from and each area. */
export interface Lists {
  /** Number of the list of each row. */
  of: Uint32Array;
  /** Places of each list. */
  places: number[];
}

/** The lists of some rows, as the experiment's capacity says. Rows of no known district have a list of their own. */
export function listsOf(
  { moment, district }: Pick<Matrix, "moment" | "district">,
  rows: Uint32Array,
  capacity: Experiment["capacity"],
): Lists {
  const areaOf = (row: number) => {
    if (capacity.by === "country") return 0;
    return capacity.by === "district" ? district[row]! : Math.floor(district[row]! / 100);
  };
  const [numbers, sizes] = [new Map<string, number>(), [] as number[]];
  const of = Uint32Array.from(rows, (row) => {
    const key = `${moment[row]} ${areaOf(row)}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    sizes[number] = (sizes[number] ?? 0) + 1;
    return number;
  });
  return { of, places: sizes.map((size) => Math.min(size, Math.max(capacity.at_least, Math.round(capacity.share * size)))) };
}

/** Who is on the lists. Where rows tie for the last places, `chance` is that of a fair draw among them. */
export interface Listed {
  /** In [0, 1], row by row. */
  chance: Float64Array;
  /** Rows with the event on the lists when ties are broken for the best, and for the worst. */
  bestHits: number;
  worstHits: number;
}

/** Fills the lists by falling score. */
export function fillLists({ label, score }: Predictions, { of, places }: Lists): Listed {
  const byList = places.map((): number[] => []);
  for (let row = 0; row < score.length; row++) byList[of[row]!]!.push(row);
  const listed: Listed = { chance: new Float64Array(score.length), bestHits: 0, worstHits: 0 };
  byList.forEach((rows, list) => {
    rows.sort((a, b) => score[b]! - score[a]! || a - b);
    let left = places[list]!;
    for (let from = 0, until = 0; left > 0 && from < rows.length; from = until) {
      let events = 0;
      for (until = from; until < rows.length && score[rows[until]!] === score[rows[from]!]; until++) events += label[rows[until]!]!;
      const size = until - from;
      const taken = Math.min(left, size);
      for (let place = from; place < until; place++) listed.chance[rows[place]!] = taken / size;
      listed.bestHits += Math.min(taken, events);
      listed.worstHits += Math.max(0, taken - (size - events));
      left -= taken;
    }
  });
  return listed;
}

/** What the lists are worth. `exclusion_error`: share of events that no list holds. `inclusion_error`: share of places without an event. */
export interface CapacityMetrics {
  precision_at_capacity: number;
  precision_at_capacity_best: number;
  precision_at_capacity_worst: number;
  recall_at_capacity: number | null;
  lift_at_capacity: number | null;
  exclusion_error: number | null;
  inclusion_error: number;
}

/** Precision, recall and errors of lists. */
export function capacityMetrics({ label }: Pick<Predictions, "label">, { chance, bestHits, worstHits }: Listed): CapacityMetrics {
  let [places, hits, events] = [0, 0, 0];
  for (let row = 0; row < label.length; row++) {
    places += chance[row]!;
    hits += chance[row]! * label[row]!;
    events += label[row]!;
  }
  const precision = hits / places;
  const recall = events === 0 ? null : hits / events;
  return {
    precision_at_capacity: precision,
    precision_at_capacity_best: bestHits / places,
    precision_at_capacity_worst: worstHits / places,
    recall_at_capacity: recall,
    lift_at_capacity: events === 0 ? null : precision / (events / label.length),
    exclusion_error: recall === null ? null : 1 - recall,
    inclusion_error: 1 - precision,
  };
}
