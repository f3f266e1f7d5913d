import { type BoostedModel, marginsOf as marginsOfTrees } from "./boosting/tree.ts";
import { type HoldOut, holdOut, type Keys } from "./hold-out.ts";
import { type LogisticModel, marginsOf } from "./logistic-model.ts";
import type { Predictions } from "./predictions.ts";
import { type Metrics, measureQuality, metricsOf, type Quality } from "./quality.ts";
import { sigmoid } from "./sigmoid.ts";
import type { TrainingRows } from "./training-rows.ts";

/** What the same settings were worth on rows kept aside from an earlier fit. */
export interface Measurement {
  quality: (Quality<Metrics> & Pick<HoldOut, "kind" | "from" | "until">) | null;
  /** Why there is no quality. */
  unmeasured: string | null;
  /** Predictions for the rows kept aside, by the earlier fit; null when there is no quality. */
  aside: Predictions | null;
}

/** What rows are kept apart by. */
export type RowKeys = Omit<Keys, "rows">;

/** Fits some rows, which have these keys. */
export type Fitting<Fit> = (rows: TrainingRows, keys: RowKeys) => Fit | Promise<Fit>;

/** Fits without the rows kept aside, measures on them, then fits on all rows. No metric is ever taken on rows that were fitted on. */
export async function fitAndMeasure<Fit extends { model: LogisticModel | BoostedModel }>(
  rows: TrainingRows,
  keys: RowKeys,
  fitRows: Fitting<Fit>,
): Promise<Fit & Measurement> {
  const divided = holdOut({ ...keys, rows: rows.label.length });
  const unmeasured = whyUnmeasured(rows, divided);
  const measured = divided === null || unmeasured !== null ? { quality: null, aside: null } : await measure(rows, divided, keys, fitRows);
  return { ...(await fitRows(rows, keys)), ...measured, unmeasured };
}

function whyUnmeasured(rows: TrainingRows, divided: HoldOut | null): string | null {
  if (divided === null) return "all rows have one time or one group, so none can be kept aside";
  for (const [side, picked] of [
    ["left to fit on", divided.fitted],
    ["kept aside", divided.keptAside],
  ] as const) {
    const positives = picked.reduce((sum, row) => sum + (rows.weight?.[row] === 0 ? 0 : rows.label[row]!), 0);
    const counted = rows.weight === undefined ? picked.length : picked.filter((row) => rows.weight?.[row] !== 0).length;
    if (positives === 0 || positives === counted) return `the ${picked.length} rows ${side} hold one kind of label only`;
  }
  return null;
}

async function measure<Fit extends { model: LogisticModel | BoostedModel }>(
  rows: TrainingRows,
  divided: HoldOut,
  keys: RowKeys,
  fitRows: Fitting<Fit>,
): Promise<Pick<Measurement, "quality" | "aside">> {
  const { model } = await fitRows(takeRows(rows, divided.fitted), takeKeys(keys, divided.fitted));
  const aside = takeRows(rows, divided.keptAside);
  const { group } = takeKeys(keys, divided.keptAside);
  const predictions: Predictions = { label: aside.label, weight: aside.weight, score: probabilities(model, aside) };
  const { kind, from, until } = divided;
  return { quality: { ...measureQuality(predictions, metricsOf, { group }), kind, from, until }, aside: predictions };
}

/** The keys of the rows picked. */
export function takeKeys({ time, group }: RowKeys, picked: Uint32Array): RowKeys {
  const take = (values: readonly (string | null)[] | undefined) => values && Array.from(picked, (row) => values[row] ?? null);
  return { time: take(time), group: take(group) };
}

/** The rows picked, in the order given. Written as loops: `from` with a function takes twenty times as long over a matrix. */
export function takeRows({ names, columns, label, weight }: TrainingRows, picked: Uint32Array): TrainingRows {
  const take = (values: Float64Array) => {
    const taken = new Float64Array(picked.length);
    for (let place = 0; place < picked.length; place++) taken[place] = values[picked[place]!]!;
    return taken;
  };
  return {
    names,
    columns: columns.map(take),
    label: Uint8Array.from(picked, (row) => label[row]!),
    weight: weight === undefined ? undefined : take(weight),
  };
}

/** Probabilities by the model's formula, while it is being measured; households are scored by onnxruntime. */
export function probabilities(model: LogisticModel | BoostedModel, { names, columns, label }: TrainingRows): Float64Array {
  const features = "trees" in model ? model.features : model.terms.map((term) => term.name);
  const wanted = features.map((name) => columns[names.indexOf(name)] as Float64Array);
  const margins = "trees" in model ? marginsOfTrees(model, wanted, label.length) : marginsOf(model, wanted, label.length);
  return margins.map(sigmoid);
}
