import { UserError } from "../../domain/errors.ts";
import { holdOut } from "../hold-out.ts";
import { type RowKeys, takeRows } from "../measured-fit.ts";
import type { TrainingRows } from "../training-rows.ts";
import { type BoostFit, type BoostOptions, fitBoosted, type StopEarly } from "./boost.ts";

export type StoppedOptions = Omit<BoostOptions, "stopEarly"> & { stopEarly?: Omit<StopEarly, "rows"> | undefined };

/**
 * Fits boosted trees; with `stopEarly`, a first fit on the earlier rows finds for how many rounds the loss on the latest fifth of time falls,
 * and the model is then fitted on all rows for as many (at least one). Rows of one group are never on both sides. Without a time that is a UserError: a random draw is no judge.
 */
export async function fitStopped(rows: TrainingRows, keys: RowKeys, { stopEarly, ...options }: StoppedOptions): Promise<BoostFit> {
  if (stopEarly === undefined) return fitBoosted(rows, options);
  const divided = keys.time === undefined ? null : holdOut({ ...keys, rows: rows.label.length });
  if (divided === null)
    throw new UserError("bad_option", "stop_early needs rows of several times, to stop by the later ones: name their column with --time");
  const later = takeRows(rows, divided.keptAside);
  const { rounds, losses } = await fitBoosted(takeRows(rows, divided.fitted), { ...options, stopEarly: { ...stopEarly, rows: later } });
  const fit = await fitBoosted(rows, { ...options, rounds: Math.max(1, rounds) });
  return losses === undefined ? fit : { ...fit, losses };
}
