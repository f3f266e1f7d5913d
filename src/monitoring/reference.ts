import { z } from "zod";
import type { Predictions } from "../training/predictions.ts";
import { Distribution, distributionOf } from "./cells.ts";

const Share = z.number().min(0).max(1);

/** Scores of rows that the fit had not seen, and how often the event came among them. */
const ScoreReference = z.strictObject({
  rows: z.int().min(0),
  distribution: Distribution,
  /** Tenths of the rows by rising score. */
  calibration: z.array(z.strictObject({ rows: z.int().min(5), mean_score: Share, event_share: Share })),
});

/** What the rows looked like that a model learned from: counts only, none of them of fewer than five rows. */
export const Reference = z.strictObject({
  format: z.literal("aldyn-reference/1"),
  rows: z.int().min(0),
  features: z.array(z.strictObject({ name: z.string(), family: z.string().nullable(), distribution: Distribution })),
  /** Null where no rows could be kept aside from the fit. */
  score: ScoreReference.nullable(),
});
export type Reference = z.infer<typeof Reference>;

/** A column that the model looks at, or that tells how old the data are. */
export interface ReferenceColumn {
  name: string;
  family: string | null;
  values: Float64Array;
}

/** The reference of training columns and of predictions for rows kept aside from the fit. Rows count once, whatever their weight. */
export function referenceOf(columns: readonly ReferenceColumn[], aside: Predictions | null): Reference {
  return {
    format: "aldyn-reference/1",
    rows: columns[0]?.values.length ?? 0,
    features: columns.map(({ name, family, values }) => ({ name, family, distribution: distributionOf(values) })),
    score:
      aside === null ? null : { rows: aside.score.length, distribution: distributionOf(aside.score), calibration: calibrationOf(aside) },
  };
}

const tenths = 10;
const leastRows = 5;

function calibrationOf({ score, label }: Predictions): z.infer<typeof ScoreReference>["calibration"] {
  const order = Uint32Array.from(score, (_, row) => row).sort((a, b) => score[a]! - score[b]! || a - b);
  return Array.from({ length: tenths }, (_, tenth) =>
    order.subarray(Math.round((tenth * order.length) / tenths), Math.round(((tenth + 1) * order.length) / tenths)),
  ).flatMap((rows) => {
    if (rows.length < leastRows) return [];
    const events = rows.reduce((sum, row) => sum + label[row]!, 0);
    // Of one to four events, or of one to four without, only that there are few is told.
    const shown = [events, rows.length - events].some((count) => count > 0 && count < leastRows)
      ? events < leastRows
        ? 0
        : rows.length
      : events;
    const mean = rows.reduce((sum, row) => sum + score[row]!, 0) / rows.length;
    return [{ rows: rows.length, mean_score: Number(mean.toPrecision(4)), event_share: shown / rows.length }];
  });
}
