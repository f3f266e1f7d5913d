import type { BacktestPlan } from "./backtest.ts";
import { hasFit, readResult } from "./fit-cache.ts";
import type { Variant } from "./model-grid.ts";

/** Seconds of one thread for a value of the training rows and round, as seen on a processor of 2024. */
const boostedSeconds = 4e-9;
/** The same for a pair of columns and row. */
const logisticSeconds = 8e-9;
/** About how long the missing fits take: by those of the same model that are kept, by rule of thumb otherwise. */
export function estimateSeconds({ jobs, files }: Pick<BacktestPlan, "jobs" | "files">, workers: number): number {
  const kept = jobs.flatMap(({ models }) =>
    models.filter(({ directory }) => hasFit(directory)).map(({ directory }) => readResult(directory)),
  );
  const seconds = jobs.flatMap(({ models, split }) =>
    models
      .filter(({ directory }) => !hasFit(directory))
      .map(({ variant }) => {
        const before = kept.filter(({ model }) => model === variant.name).map((result) => result.seconds);
        return before.length > 0 ? Math.max(...before) : ruleOfThumb(variant, rowsOf(files, split.train), files.features.length);
      }),
  );
  return seconds.reduce((sum, each) => sum + each, 0) / Math.max(1, Math.min(workers, jobs.length));
}

function rowsOf({ rows }: BacktestPlan["files"], moments: readonly number[]): number {
  return moments.reduce((sum, moment) => sum + rows[moment]!, 0);
}

function ruleOfThumb({ settings }: Variant, rows: number, features: number): number {
  return settings.kind === "boosted" ? boostedSeconds * rows * features * settings.rounds : logisticSeconds * rows * features ** 2;
}
