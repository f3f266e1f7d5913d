import { sha256 } from "../domain/canonical.ts";
import type { ExplainedScore } from "./contributions.ts";
import { planColumns, wordColumns } from "./external-plan.ts";
import type { PackedExternal } from "./pack-model.ts";
import { type Cell, pairsFor, shapleyEstimator } from "./permutation-shapley.ts";
import type { Column, Scorer } from "./scorer.ts";

/** A household's values by feature, as they come from the features' files. */
export type ExternalRow = Readonly<Record<string, unknown>>;

/** How many rows of a run an explainer wants as its background. */
export function backgroundSize({ plan }: Pick<PackedExternal["manifest"], "plan">): number {
  return pairsFor(planColumns(plan).length);
}

/**
 * Takes scores of a model made elsewhere apart by estimates, against background rows of the run. A household's permutations are seeded by the
 * hash of the model's id and its own, so that the same run says the same. What a scorer refuses is its UserError.
 */
export async function externalExplainer(
  { manifest }: Pick<PackedExternal, "manifest">,
  scorer: Scorer,
  background: readonly ExternalRow[],
): Promise<(row: ExternalRow) => Promise<ExplainedScore>> {
  const names = planColumns(manifest.plan);
  const words = wordColumns(manifest.plan);
  const cellsOf = (row: ExternalRow) => names.map((name) => cellOf(row[name], words.has(name)));
  const columnOf = (rows: readonly (readonly Cell[])[], place: number): Column =>
    words.has(names[place] as string)
      ? rows.map((row) => row[place] as string | null)
      : Float64Array.from(rows, (row) => row[place] as number);
  const marginsOf = async (rows: readonly (readonly Cell[])[]) => {
    const columns = names.map((_, place) => columnOf(rows, place));
    return (await scorer.score(names, columns, "rows of an explanation")).margin;
  };
  const estimate = await shapleyEstimator(background.map(cellsOf), marginsOf);
  return async (row) => {
    const cells = cellsOf(row);
    const seed = Number.parseInt(sha256(`${manifest.id}|${row["household_id"]}`).slice(0, 8), 16);
    const { base, margin, contributions, standardErrors } = await estimate(cells, seed);
    return {
      base,
      margin,
      contributions: names.map((feature, place) => ({
        feature,
        value: typeof cells[place] === "number" && !Number.isNaN(cells[place]) ? cells[place] : null,
        contribution: contributions[place] as number,
        standard_error: standardErrors[place] as number,
      })),
    };
  };
}

function cellOf(value: unknown, isWord: boolean): Cell {
  if (isWord) return value === null || value === undefined ? null : String(value);
  return value === null || value === undefined ? Number.NaN : Number(value);
}
