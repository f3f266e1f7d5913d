import type { Boosted } from "../../src/scoring/boosted-files.ts";
import type { BoostedStatement } from "../../src/scoring/pack-model.ts";
import { type BoostOptions, fitBoosted } from "../../src/training/boosting/boost.ts";
import { tablesOf } from "../../src/training/boosting/tables.ts";
import { families } from "./boosting.ts";
import { smallStatement } from "./models.ts";

/** Boosted trees of made-up families, with tables where they have some. */
export async function boostedFamilies(options: BoostOptions = {}): Promise<Boosted> {
  const rows = families(1, 2000);
  const { model } = await fitBoosted(rows, { rounds: 30, directions: { children: "+", income: "-" }, ...options });
  return { model, calibration: null, tables: tablesOf(model, rows) };
}

const { l2, directions: _, ...statement } = smallStatement;

/** What their manifest says. */
export const boostedStatement: BoostedStatement = {
  ...statement,
  name: "boosted",
  settings: {
    rounds: 30,
    learning_rate: 0.1,
    leaves: 31,
    depth: 2,
    l2,
    min_samples_leaf: 20,
    min_hessian_leaf: 1e-3,
    bins: 255,
    row_share: 1,
    column_share: 1,
    seed: 1,
  },
};
