import { availableParallelism } from "node:os";
import { type BoostedStatement, type OwnModel, packBoosted, packModel } from "../scoring/pack-model.ts";
import { fitStopped } from "../training/boosting/stopped-fit.ts";
import { tablesOf } from "../training/boosting/tables.ts";
import { fitLogistic } from "../training/logistic.ts";
import { fitAndMeasure, type Measurement, type RowKeys } from "../training/measured-fit.ts";
import { defaultTransform, type TrainingRows } from "../training/training-rows.ts";
import type { BoostedConfig, FitConfig, LogisticConfig } from "./fit-config.ts";

/** A model fitted and measured, before it is written. */
export interface FittedModel extends Measurement {
  /** Takes what the manifest says of any kind of model. */
  pack(statement: Omit<BoostedStatement, "settings">): OwnModel;
  /** What the fit has to say of itself, for a program. */
  summary: Record<string, unknown>;
  /** The same for people, a line each. */
  notes: string[];
}

/** Fits the kind of model that the configuration asks for. */
export function fitKind(rows: TrainingRows, keys: RowKeys, config: FitConfig, onProgress: (text: string) => void): Promise<FittedModel> {
  return config.kind === "logistic" ? fitLogisticModel(rows, keys, config) : fitBoostedModel(rows, keys, config, onProgress);
}

async function fitLogisticModel(rows: TrainingRows, keys: RowKeys, { l2, transforms, directions }: LogisticConfig): Promise<FittedModel> {
  const defaults = rows.names.map((name, index) => [name, defaultTransform(unitOf(name), rows.columns[index]!)] as const);
  const options = { l2, transforms: { ...Object.fromEntries(defaults), ...transforms }, directions };
  const fit = await fitAndMeasure(rows, keys, (some) => fitLogistic(some, options));
  const { model, converged, iterations, dropped, held, quality, unmeasured, aside } = fit;
  return {
    quality,
    unmeasured,
    aside,
    pack: (statement) => packModel(model, { ...statement, l2, ...(directions === undefined ? {} : { directions }) }),
    summary: { features: model.terms.length, converged, iterations, dropped, held },
    notes: [
      ...(converged ? [] : [`It did not converge in ${iterations} steps: give a larger l2 in --config`]),
      ...dropped.map(({ name, why }) => `${name} was left out: ${why}`),
      ...(held.length === 0 ? [] : [`held at 0 by their direction: ${held.join(", ")}`]),
    ],
  };
}

/** Columns named `..._lcu` hold money. */
function unitOf(name: string): string | undefined {
  return name.endsWith("_lcu") ? "lcu" : undefined;
}

async function fitBoostedModel(
  rows: TrainingRows,
  keys: RowKeys,
  config: BoostedConfig,
  onProgress: (text: string) => void,
): Promise<FittedModel> {
  const options = {
    ...optionsOf(config),
    onProgress: ({ round, rounds: most }: { round: number; rounds: number }) => onProgress(`fitting, round ${round} of ${most}`),
  };
  const { model, rounds, dropped, quality, unmeasured, aside } = await fitAndMeasure(rows, keys, (some, its) =>
    fitStopped(some, its, options),
  );
  const tables = tablesOf(model, rows);
  return {
    quality,
    unmeasured,
    aside,
    pack: (statement) => packBoosted({ model, calibration: null, tables }, { ...statement, settings: settingsOf(config, rounds) }),
    summary: { features: model.features.length, rounds, tables: tables?.tables.length ?? null, dropped },
    notes: [
      `${model.trees.length} trees, ${tables === null ? "too deep for tables" : `the sum of ${tables.tables.length} tables`}`,
      ...dropped.map(({ name, why }) => `${name} was left out: ${why}`),
    ],
  };
}

function optionsOf(config: BoostedConfig) {
  return {
    rounds: config.rounds,
    learningRate: config.learning_rate,
    leaves: config.leaves,
    depth: config.depth,
    l2: config.l2,
    minSamplesLeaf: config.min_samples_leaf,
    minHessianLeaf: config.min_hessian_leaf,
    bins: config.bins,
    directions: config.directions,
    interactions: config.interactions,
    rowShare: config.row_share,
    columnShare: config.column_share,
    seed: config.seed,
    // the trees are the same for any number
    threads: config.threads ?? Math.min(4, availableParallelism()),
    stopEarly: config.stop_early,
  };
}

function settingsOf(config: BoostedConfig, rounds: number): BoostedStatement["settings"] {
  const { learning_rate, leaves, depth, l2, min_samples_leaf, min_hessian_leaf, bins, row_share, column_share, seed } = config;
  return { rounds, learning_rate, leaves, depth, l2, min_samples_leaf, min_hessian_leaf, bins, row_share, column_share, seed };
}
