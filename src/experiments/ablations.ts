import type { Ablation, ModelAbout, SplitResult } from "./backtest-result.ts";
import { mean } from "./select.ts";

/** What each ablation has over the model that it is held against, split by split. */
export function ablationsOf(models: readonly ModelAbout[], results: readonly SplitResult[]): Ablation[] {
  return models.flatMap(({ name, ablation_of }) => {
    if (ablation_of === null) return [];
    const pairs = results.flatMap((result) => {
      const other = results.find(({ split, model }) => split === result.split && model === ablation_of);
      return result.model === name && other !== undefined ? [[result.metrics, other.metrics] as const] : [];
    });
    return [
      {
        model: ablation_of,
        ablation: name,
        auc: mean(pairs.map(([own, other]) => (own.auc ?? 0) - (other.auc ?? 0))),
        precision_at_capacity: mean(pairs.map(([own, other]) => own.precision_at_capacity - other.precision_at_capacity)),
        splits_better: pairs.filter(([own, other]) => own.precision_at_capacity > other.precision_at_capacity).length,
        splits: pairs.length,
      },
    ];
  });
}
