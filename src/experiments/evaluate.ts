import { type BoostFit, fitBoosted } from "../training/boosting/boost.ts";
import type { BoostedModel } from "../training/boosting/tree.ts";
import type { DroppedFeature } from "../training/design-matrix.ts";
import { fitLogistic, type LogisticFit } from "../training/logistic.ts";
import type { LogisticModel } from "../training/logistic-model.ts";
import { probabilities, takeRows } from "../training/measured-fit.ts";
import type { Predictions } from "../training/predictions.ts";
import { defaultTransform, type TrainingRows } from "../training/training-rows.ts";
import type { BaselineName } from "./baselines.ts";
import type { Experiment } from "./experiment.ts";
import type { BoostedGridSettings, LogisticSettings, Variant } from "./model-grid.ts";
import { areaFamily, type Matrix, withFeatures } from "./read-matrix.ts";
import type { Split } from "./splits.ts";

/** Rows of each kind that learning and judging need. */
const leastOfEachKind = 20;

/** Mean derivative at which a fit ends: on standardised columns further steps move no probability by a thousandth. */
const tolerance = 1e-6;

/** A model of either kind, with the features that were left out of it. */
export interface FittedVariant {
  model: LogisticModel | BoostedModel;
  dropped: DroppedFeature[];
}

/** Fits one model of an experiment on some rows of a matrix. The same for any number of threads. */
export async function fitVariant(
  matrix: Matrix,
  rows: Uint32Array,
  experiment: Pick<Experiment, "directions" | "area_rates">,
  { settings, ablationOf }: Variant,
  threads: number,
): Promise<FittedVariant> {
  const seen = forVariant(matrix, experiment, { settings, ablationOf });
  return settings.kind === "logistic"
    ? fitLogisticOn(seen, rows, experiment, settings)
    : fitBoostedOn(seen, rows, experiment, settings, threads);
}

/**
 * What a variant may see. Rates of the place only where asked for. Trees can tell an unknown value from a known one, so that refusing consent
 * would weigh: they do not see what is known only with consent.
 */
export function forVariant(
  matrix: Matrix,
  { area_rates }: Pick<Experiment, "area_rates">,
  { settings, ablationOf }: Omit<Variant, "name">,
): Matrix {
  const seesArea = area_rates === "on" || ablationOf !== null;
  return withFeatures(
    matrix,
    ({ family, needs_consent }) => (seesArea || family !== areaFamily) && !(settings.kind === "boosted" && needs_consent),
  );
}

/** Fits a logistic regression on some rows of a matrix. */
export function fitLogisticOn(
  matrix: Matrix,
  rows: Uint32Array,
  experiment: Pick<Experiment, "directions">,
  { l2, transforms }: Omit<LogisticSettings, "kind">,
): LogisticFit {
  const training = takeRows(rowsOf(matrix), rows);
  const defaults = matrix.features.map(({ name, unit }, place) => [name, defaultTransform(unit, training.columns[place]!)] as const);
  return fitLogistic(training, {
    l2,
    tolerance,
    transforms: { ...Object.fromEntries(defaults), ...transforms },
    directions: directionsOf(matrix, experiment),
    withoutIndicator: behindConsent(matrix),
  });
}

/** Fits boosted trees on some rows of a matrix. */
export function fitBoostedOn(
  matrix: Matrix,
  rows: Uint32Array,
  experiment: Pick<Experiment, "directions">,
  settings: Omit<BoostedGridSettings, "kind">,
  threads: number,
): Promise<BoostFit> {
  return fitBoosted(takeRows(rowsOf(matrix), rows), {
    rounds: settings.rounds,
    learningRate: settings.learning_rate,
    depth: settings.depth,
    leaves: settings.leaves,
    l2: settings.l2,
    minSamplesLeaf: settings.min_samples_leaf,
    minHessianLeaf: settings.min_hessian_leaf,
    bins: settings.bins,
    rowShare: settings.row_share,
    columnShare: settings.column_share,
    seed: settings.seed,
    directions: directionsOf(matrix, experiment),
    threads,
  });
}

/** The features known only where a family consents: whether it does must never weigh. */
export function behindConsent({ features }: Matrix): Set<string> {
  return new Set(features.filter((feature) => feature.needs_consent).map((feature) => feature.name));
}

/** The directions that the catalogue declares, when the experiment holds to them. */
export function directionsOf(matrix: Matrix, { directions }: Pick<Experiment, "directions">): Record<string, "+" | "-" | "free"> {
  return directions === "free" ? {} : Object.fromEntries(matrix.features.map(({ name, direction }) => [name, direction]));
}

/** A model's probabilities of some rows beside what came. */
export function predictionsOf(model: LogisticModel | BoostedModel, matrix: Matrix, rows: Uint32Array): Predictions {
  const judged = takeRows(rowsOf(matrix), rows);
  return { label: judged.label, score: probabilities(model, judged) };
}

/** A baseline's ranking of some rows beside what came. */
export function rankedBy(matrix: Matrix, baseline: BaselineName, rows: Uint32Array): Predictions {
  const ranking = matrix.rankings.get(baseline)!;
  return { label: Uint8Array.from(rows, (row) => matrix.label[row]!), score: Float64Array.from(rows, (row) => ranking[row]!) };
}

/** Why a split can say nothing: too few rows with or without the event, to learn from or to be judged by. */
export interface Untestable {
  for: "learning" | "judging";
  rows: number;
  events: number;
  at_least: number;
}

/** What a split lacks; undefined when it can be tested. */
export function lackOf({ label }: Matrix, { train, test }: Split): Untestable | undefined {
  for (const [purpose, rows] of [["learning", train] as const, ["judging", test] as const]) {
    const events = rows.reduce((sum, row) => sum + label[row]!, 0);
    if (Math.min(events, rows.length - events) < leastOfEachKind)
      return { for: purpose, rows: rows.length, events, at_least: leastOfEachKind };
  }
  return undefined;
}

/** The same in words. */
export function sayLack({ for: purpose, rows, events, at_least }: Untestable): string {
  const use = purpose === "learning" ? "to learn from" : "to be judged by";
  return `${rows} rows ${use}, ${events} with the event; at least ${at_least} of each kind are needed`;
}

/** A matrix as rows to learn from. */
export function rowsOf({ features, columns, label }: Matrix): TrainingRows {
  return { names: features.map((feature) => feature.name), columns, label };
}
