import { shownModel } from "../experiments/about-shown.ts";
import type { BacktestResult, ModelAbout, SplitAbout, SplitResult } from "../experiments/backtest-result.ts";
import { type Look, otherLook, rankingLooks, shownLook } from "./chart.ts";
import type { Speaker } from "./speaker.ts";

/** A result as its sections look at it. */
export interface View {
  result: BacktestResult;
  speaker: Speaker;
  /** The model looked at closely: the chosen one, or the first by regret. */
  shown: string;
  lastSplit: SplitAbout;
  /** What a model came to, in the splits' order. */
  of(model: string): SplitResult[];
  lookOf(model: ModelAbout): Look;
}

/** Looks at a result in a language. */
export function viewOf(result: BacktestResult, speaker: Speaker): View {
  const shown = shownModel(result.selection) ?? result.models[0]!.name;
  const rankings = result.models.filter(({ role }) => role === "baseline").map(({ name }) => name);
  return {
    ...{ result, speaker, shown, lastSplit: result.splits.at(-1)! },
    of: (model) => result.splits.flatMap(({ split }) => result.results.filter((each) => each.split === split && each.model === model)),
    lookOf: ({ name, role }) => {
      if (name === shown) return shownLook;
      return role === "baseline" ? rankingLooks[rankings.indexOf(name as never) % rankingLooks.length]! : otherLook;
    },
  };
}

/** Mean of the known values; null of none. */
export function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => value != null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
