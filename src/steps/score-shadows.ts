import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { readModel } from "../scoring/model-store.ts";
import { scoreWithModel } from "./score-model.ts";
import type { StepContext, StepCounts } from "./step.ts";

/** What became of a shadow in a run: its name, and why it has no scores, null when it has. */
export interface ShadowOutcome {
  id: string;
  name: string | null;
  failure: string | null;
}

const outcomesFile = "shadows.json";

/** Where a shadow's scores are, below the directory of the step `score`. */
export const shadowDirectory = (scoreDirectory: string, id: string) => join(scoreDirectory, "shadows", id);

/** Scores the households with each shadow, beside the champion's scores. One that fails leaves none and its reason; it stops nothing. */
export async function scoreShadows(context: StepContext, shadows: readonly string[]): Promise<StepCounts> {
  const outcomes: ShadowOutcome[] = [];
  for (const id of shadows) outcomes.push(await scoreShadow(context, id));
  writeFileSync(join(context.outputDirectory, outcomesFile), canonicalJson(outcomes));
  const failed = outcomes.filter(({ failure }) => failure !== null).length;
  return { shadows_scored: outcomes.length - failed, shadows_failed: failed };
}

async function scoreShadow(context: StepContext, id: string): Promise<ShadowOutcome> {
  const outputDirectory = shadowDirectory(context.outputDirectory, id);
  let name: string | null = null;
  try {
    const model = readModel(context.data, id);
    name = model.manifest.name;
    mkdirSync(outputDirectory, { recursive: true });
    await scoreWithModel({ ...context, outputDirectory, progress: () => undefined }, model);
    return { id, name, failure: null };
  } catch (error) {
    rmSync(outputDirectory, { recursive: true, force: true });
    // Without the run's own place, so that a replay in another says the same.
    return { id, name, failure: (error as Error).message.replaceAll(context.runDirectory, "the run") };
  }
}

/** What became of a run's shadows, in order of id; none where it has none. */
export function readShadowOutcomes(runDirectory: string): ShadowOutcome[] {
  const file = join(runDirectory, "score", outcomesFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ShadowOutcome[]) : [];
}
