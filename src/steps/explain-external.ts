import { join } from "node:path";
import { type Grounds, isScoreCounted, prefixes } from "../lists/explanation.ts";
import type { ExplainedScore } from "../scoring/contributions.ts";
import { planColumns, wordColumns } from "../scoring/external-plan.ts";
import { backgroundSize, externalExplainer } from "../scoring/external-reasons.ts";
import type { PackedExternal } from "../scoring/pack-model.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import type { Row } from "../warehouse/values.ts";
import { scorerOf } from "./score-model.ts";
import type { StepContext } from "./step.ts";

/** Takes the scores of rows of the list apart, before they are explained one by one. */
export interface PreparedScores {
  /** The explainer of these rows. */
  prepare(rows: readonly Row[]): Promise<NonNullable<Grounds["explainScore"]>>;
  close(): Promise<void>;
}

/** Sums in float32 may differ in their last digits with the rows beside them. */
const mostDifference = 1e-4;

function sameScore(score: ExplainedScore, row: Row): ExplainedScore {
  const risk = row[`${prefixes.list}risk`] as number;
  const explained = 1 / (1 + Math.exp(-score.margin));
  if (Math.abs(explained - risk) <= mostDifference) return score;
  throw new Error(`household ${row.household_id} was scored ${risk}, but the score that is explained is ${explained}`);
}

/** Estimates for a model made elsewhere: of the list's households only, against a fixed sample of all of the run's. */
export async function estimatedScores(
  { runDirectory, threads }: Pick<StepContext, "runDirectory" | "threads">,
  session: Session,
  model: PackedExternal & { directory: string },
): Promise<PreparedScores> {
  const { plan, id } = model.manifest;
  const words = wordColumns(plan);
  const columns = planColumns(plan).map((name) => `${identifier(name)}::${words.has(name) ? "varchar" : "double"} as ${identifier(name)}`);
  const background = await session.rows(
    `select household_id, ${columns.join(", ")} from read_parquet(${quoted(join(runDirectory, "features", "*.parquet"))})
     order by sha256($seed || '|' || household_id), household_id limit ${backgroundSize(model.manifest)}`,
    { seed: id },
  );
  const scorer = scorerOf(model, threads);
  const explain = await externalExplainer(model, scorer, background).catch(async (error: unknown) => {
    await scorer.close();
    throw error;
  });
  return {
    async prepare(rows) {
      const scores = new Map<string, ExplainedScore>();
      const waiting = rows.filter(isScoreCounted).values();
      const takeRows = async () => {
        for (const row of waiting) scores.set(String(row.household_id), sameScore(await explain(row), row));
      };
      // One more than workers, so that none of them waits for rows to be made.
      await Promise.all(Array.from({ length: threads + 1 }, takeRows));
      return (row) => scores.get(String((row as Row).household_id)) as ExplainedScore;
    },
    close: () => scorer.close(),
  };
}
