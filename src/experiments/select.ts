import type { ModelAbout, Selection, SelectionRow, SplitResult, Unmet } from "./backtest-result.ts";
import type { Experiment } from "./experiment.ts";

/**
 * Ranks the candidates by regret: how far each was behind the best candidate of a split, over all splits. So a model that was lucky once does
 * not win, nor one that was best on average by one great year alone when `worst_regret` decides. A model with a constraint unmet is not chosen.
 */
export function select(
  experiment: Pick<Experiment, "selection">,
  models: readonly ModelAbout[],
  results: readonly SplitResult[],
): Selection {
  const { metric, by } = experiment.selection;
  const candidates = models.filter(({ role }) => role === "candidate").map(({ name }) => name);
  const of = (name: string) => results.filter(({ model }) => model === name);
  const worth = ({ metrics }: SplitResult) => metrics[metric] ?? 0;
  const best = new Map<string, number>();
  for (const name of candidates)
    for (const result of of(name)) best.set(result.split, Math.max(best.get(result.split) ?? -Infinity, worth(result)));
  const ranking = candidates.map((name): SelectionRow => {
    const own = of(name);
    const regrets = own.map((result) => best.get(result.split)! - worth(result));
    return {
      model: name,
      mean_regret: mean(regrets),
      worst_regret: Math.max(...regrets),
      mean_metric: mean(own.map(worth)),
      wins: regrets.filter((regret) => regret === 0).length,
      unmet: unmetBy(experiment.selection, own, of),
    };
  });
  ranking.sort((a, b) => a[by] - b[by] || a.mean_regret - b.mean_regret);
  return { metric, by, chosen: ranking.find(({ unmet }) => unmet.length === 0)?.model ?? null, ranking };
}

function unmetBy(
  { metric, ece_at_most, beats }: Experiment["selection"],
  own: readonly SplitResult[],
  of: (name: string) => SplitResult[],
): Unmet[] {
  const unmet: Unmet[] = [];
  const ece = own.reduce((sum, { metrics, n }) => sum + (metrics.ece ?? 1) * n, 0) / own.reduce((sum, { n }) => sum + n, 0);
  if (ece_at_most !== undefined && ece > ece_at_most) unmet.push({ code: "calibration", ece, most: ece_at_most });
  for (const baseline of beats) {
    const theirs = new Map(of(baseline).map(({ split, metrics }) => [split, metrics[metric] ?? 0]));
    const lost = own.filter(({ split, metrics }) => (metrics[metric] ?? 0) < theirs.get(split)!);
    if (lost.length > 0) unmet.push({ code: "behind", baseline, splits: lost.map(({ split }) => split) });
  }
  return unmet;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
