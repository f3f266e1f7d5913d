import { availableParallelism } from "node:os";
import { type BoostOptions, fitBoosted } from "../training/boosting/boost.ts";
import { type BoostedModel, marginOf } from "../training/boosting/tree.ts";
import { auc } from "../training/metrics.ts";
import type { Direction, TrainingRows } from "../training/training-rows.ts";
import { trainData } from "./train-data.ts";
import { startPeer, type Trainer, whyNoPeer } from "./train-peer.ts";

/** What is measured: how trees are grown. */
const variants = {
  "31 leaves": { leaves: 31, depth: null, isDirected: false },
  "31 leaves, directions": { leaves: 31, depth: null, isDirected: true },
  "depth 2": { leaves: null, depth: 2, isDirected: false },
} as const;
export type Variant = keyof typeof variants;
/** Rows that AUC is measured on. */
const testRows = 100_000;

/** Wall seconds of a fit, and AUC on rows that it has not seen. */
export interface Fitted {
  seconds: number;
  auc: number;
}

/** Of one variant and size, by seed: this trainer's fits and the peer's. */
export interface TrainMeasure {
  variant: Variant;
  rows: number;
  own: Fitted[];
  peer: Fitted[];
}

export interface TrainBench {
  columns: number;
  trees: number;
  threads: number;
  /** Null when the peer is not installed. */
  peer: string | null;
  why_no_peer: string | null;
  measures: TrainMeasure[];
}

interface Options {
  rows: number;
  columns: number;
  trees: number;
  seeds: number;
  threads: number;
  onPart: (words: string) => void;
}

/** Fits the same tables by this trainer and by its peer, in turn: all variants on `rows` rows and on a tenth of them, for each seed. */
export async function benchTrain({ rows, columns, trees, seeds, threads, onPart }: Options): Promise<TrainBench> {
  const measures = [rows, Math.round(rows / 10)].flatMap((size) =>
    (Object.keys(variants) as Variant[]).map((variant): TrainMeasure => ({ variant, rows: size, own: [], peer: [] })),
  );
  const missing = whyNoPeer();
  let version: string | null = null;
  for (let seed = 1; seed <= seeds; seed++)
    for (const size of new Set(measures.map((measure) => measure.rows))) {
      onPart(`seed ${seed} of ${seeds}: making ${size.toLocaleString("en")} rows`);
      const data = trainData(size, columns, seed);
      const test = trainData(testRows, columns, 1_000_000 + seed).rows;
      const peer = missing === null ? startPeer(data.rows, test, threads) : null;
      try {
        for (const measure of measures.filter((each) => each.rows === size)) {
          const options = optionsOf(measure.variant, data.directions, trees, threads);
          const said = `seed ${seed} of ${seeds}: ${size.toLocaleString("en")} rows, ${measure.variant}`;
          onPart(said);
          measure.own.push(await fitOwn(data.rows, test, options));
          if (peer === null) continue;
          onPart(`${said}, scikit-learn`);
          const { version: found, ...fitted } = await peer.fit(options);
          measure.peer.push(fitted);
          version = found;
        }
      } finally {
        await peer?.end();
      }
    }
  return { columns, trees, threads, peer: version, why_no_peer: missing, measures };
}

function optionsOf(variant: Variant, directions: Record<string, Direction>, rounds: number, threads: number): Trainer {
  const { leaves, depth, isDirected } = variants[variant];
  return { rounds, learningRate: 0.1, leaves, depth, directions: isDirected ? directions : {}, threads };
}

async function fitOwn(rows: TrainingRows, test: TrainingRows, options: BoostOptions): Promise<Fitted> {
  const start = performance.now();
  const { model } = await fitBoosted(rows, options);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, auc: auc({ label: test.label, score: marginsOf(model, test) }) as number };
}

function marginsOf(model: BoostedModel, { names, columns, label }: TrainingRows): Float64Array {
  const wanted = model.features.map((name) => columns[names.indexOf(name)] as Float64Array);
  const row = new Float64Array(wanted.length);
  return Float64Array.from(label, (_, at) => {
    for (let feature = 0; feature < row.length; feature++) row[feature] = wanted[feature]![at]!;
    return marginOf(model, row);
  });
}

/** Threads that a benchmark uses when not told: two, as the goals say, where there are. */
export const usualThreads = Math.min(2, availableParallelism());
