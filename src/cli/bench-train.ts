import type { Command } from "commander";
import { benchTrain, type Fitted, type TrainBench, type TrainMeasure, usualThreads } from "../bench/train.ts";
import { type JsonFlag, jsonOption, print, wholeNumber } from "./command.ts";
import { progressLine } from "./progress.ts";

interface Flags extends JsonFlag {
  rows: string;
  columns: string;
  trees: string;
  seeds: string;
  threads: string;
}

/** Adds `train` to `aldyn bench`. */
export function registerTrain(bench: Command): void {
  bench
    .command("train")
    .description("the boosting trainer on a made-up table, beside scikit-learn's HistGradientBoosting where python3 has it")
    .option("--rows <n>", "rows; a tenth of them is measured too", "1000000")
    .option("--columns <n>", "features", "50")
    .option("--trees <n>", "trees of each fit", "200")
    .option("--seeds <n>", "tables, and fits of each kind", "1")
    .option("--threads <n>", "of both trainers", String(usualThreads))
    .addOption(jsonOption)
    .action(train);
}

async function train(flags: Flags): Promise<void> {
  const line = progressLine();
  try {
    const result = await benchTrain({
      rows: wholeNumber("--rows", flags.rows, 1_000, 20_000_000),
      columns: wholeNumber("--columns", flags.columns, 10, 1_000),
      trees: wholeNumber("--trees", flags.trees, 1, 10_000),
      seeds: wholeNumber("--seeds", flags.seeds, 1, 100),
      threads: wholeNumber("--threads", flags.threads, 1, 64),
      onPart: (words) => line.show(words),
    });
    line.done();
    print(withRatios(result), flags, () => describe(result));
  } finally {
    line.done();
  }
}

function withRatios(result: TrainBench) {
  return { ...result, measures: result.measures.map((measure) => ({ ...measure, ...summary(measure) })) };
}

/** Medians over seeds; ratios and differences are taken seed by seed. */
function summary({ own, peer }: TrainMeasure) {
  const pairs = peer.map((theirs, seed) => [own[seed]!, theirs] as const);
  return {
    seconds: median(own.map(({ seconds }) => seconds)),
    auc: median(own.map(({ auc }) => auc)),
    peer_seconds: median(peer.map(({ seconds }) => seconds)),
    peer_auc: median(peer.map(({ auc }) => auc)),
    time_ratio: median(pairs.map(([ours, theirs]) => ours.seconds / theirs.seconds)),
    largest_auc_difference: pairs.length === 0 ? null : Math.max(...pairs.map(([ours, theirs]) => Math.abs(ours.auc - theirs.auc))),
  };
}

function median(values: number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return below === undefined || above === undefined ? null : (below + above) / 2;
}

function describe({ columns, trees, threads, peer, why_no_peer, measures }: TrainBench): string {
  const seeds = measures[0]!.own.length;
  const says = `${columns} columns, ${trees} trees, learning rate 0.1, ${threads} threads; medians of ${seeds} ${seeds === 1 ? "seed" : "seeds"}`;
  const head = ["rows".padStart(10), "trees of".padEnd(23), "seconds".padStart(9), "AUC".padStart(8)];
  const peerHead = ["peer's s".padStart(10), "its AUC".padStart(9), "time ratio".padStart(11), "AUC at most apart".padStart(18)];
  const rows = measures.map((measure) => {
    const { seconds, auc, peer_seconds, peer_auc, time_ratio, largest_auc_difference } = summary(measure);
    const own = [measure.rows.toLocaleString("en").padStart(10), measure.variant.padEnd(23), fixed(seconds, 2, 9), fixed(auc, 5, 8)];
    const theirs = [fixed(peer_seconds, 2, 10), fixed(peer_auc, 5, 9), fixed(time_ratio, 2, 11), fixed(largest_auc_difference, 5, 18)];
    return [...own, ...(peer === null ? [] : theirs)].join("  ");
  });
  const foot = peer === null ? `nothing to compare with: ${why_no_peer}` : `peer: scikit-learn ${peer}; ${depthLine(measures)}`;
  return [says, [...head, ...(peer === null ? [] : peerHead)].join("  "), ...rows, foot].join("\n");
}

/** The glass box beside the usual trees of the peer: what a user of either would choose by. */
function depthLine(measures: readonly TrainMeasure[]): string {
  const of = (variant: TrainMeasure["variant"]) => measures.find((measure) => measure.variant === variant) as TrainMeasure;
  const seconds = (fits: readonly Fitted[]) => median(fits.map((fit) => fit.seconds)) as number;
  return `depth 2 takes ${(seconds(of("depth 2").own) / seconds(of("31 leaves").peer)).toFixed(2)} of the time of its 31 leaves`;
}

function fixed(value: number | null, digits: number, width: number): string {
  return (value === null ? "-" : value.toFixed(digits)).padStart(width);
}
