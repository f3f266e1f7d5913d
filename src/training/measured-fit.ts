import { type HoldOut, holdOut, type Keys } from "./hold-out.ts";
import { fitLogistic, type LogisticFit, type LogisticOptions } from "./logistic.ts";
import { type LogisticModel, marginOf } from "./logistic-model.ts";
import { type Metrics, measureQuality, metricsOf, type Quality } from "./quality.ts";
import { sigmoid } from "./sigmoid.ts";
import type { TrainingRows } from "./training-rows.ts";

/** A model fitted on all rows, and what the same settings were worth on rows kept aside from an earlier fit. */
export interface MeasuredFit extends LogisticFit {
  quality: (Quality<Metrics> & Pick<HoldOut, "kind" | "from" | "until">) | null;
  /** Why there is no quality. */
  unmeasured: string | null;
}

/** Fits without the rows kept aside, measures on them, then fits on all rows. No metric is ever taken on rows that were fitted on. */
export function fitAndMeasure(rows: TrainingRows, keys: Omit<Keys, "rows">, options: LogisticOptions): MeasuredFit {
  const divided = holdOut({ ...keys, rows: rows.label.length });
  const unmeasured = whyUnmeasured(rows, divided);
  const quality = divided === null || unmeasured !== null ? null : measure(rows, divided, keys, options);
  return { ...fitLogistic(rows, options), quality, unmeasured };
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

function measure(rows: TrainingRows, divided: HoldOut, keys: Omit<Keys, "rows">, options: LogisticOptions): MeasuredFit["quality"] {
  const { model } = fitLogistic(takeRows(rows, divided.fitted), options);
  const aside = takeRows(rows, divided.keptAside);
  const group = keys.group === undefined ? undefined : Array.from(divided.keptAside, (row) => keys.group?.[row] ?? null);
  const predictions = { label: aside.label, weight: aside.weight, score: probabilities(model, aside) };
  const { kind, from, until } = divided;
  return { ...measureQuality(predictions, metricsOf, { group }), kind, from, until };
}

/** The rows picked, in the order given. */
export function takeRows({ names, columns, label, weight }: TrainingRows, picked: Uint32Array): TrainingRows {
  const take = (values: Float64Array) => Float64Array.from(picked, (row) => values[row]!);
  return {
    names,
    columns: columns.map(take),
    label: Uint8Array.from(picked, (row) => label[row]!),
    weight: weight === undefined ? undefined : take(weight),
  };
}

/** Probabilities by the model's formula, while it is being measured; households are scored by onnxruntime. */
export function probabilities(model: LogisticModel, { names, columns, label }: TrainingRows): Float64Array {
  const wanted = model.terms.map((term) => columns[names.indexOf(term.name)] as Float64Array);
  const values = new Float64Array(wanted.length);
  return Float64Array.from(label, (_, row) => {
    wanted.forEach((column, index) => {
      values[index] = column[row]!;
    });
    return sigmoid(marginOf(model, values));
  });
}
