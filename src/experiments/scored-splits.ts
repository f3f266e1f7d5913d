import { listsOf } from "./capacity.ts";
import type { Experiment } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { readScores } from "./fit-cache.ts";
import { type MatrixFiles, readMatrix } from "./read-matrix.ts";
import type { KnownScores } from "./recalibrate.ts";
import type { SplitJob } from "./split-job.ts";
import { type PlannedSplit, rowsOfSplit } from "./splits.ts";
import type { ScoredSplit } from "./stability.ts";

/** A scored split with the days on which it began and on which the last of its labels was known. */
export function knownScores(files: MatrixFiles, jobs: readonly SplitJob[]) {
  return (scored: ScoredSplit): KnownScores => {
    const { split } = jobs.find((job) => job.split.name === scored.split)!;
    const knownOn = split.test.map((moment) => files.moments[moment]!.labelKnownOn).sort();
    return { split: scored.split, label: scored.label, score: scored.score, begunOn: split.knownBy, labelsKnownOn: knownOn.at(-1)! };
  };
}

/** The test rows of every split with each model's scores. */
export async function scoredSplits(
  experiment: Experiment,
  files: MatrixFiles,
  jobs: readonly SplitJob[],
  { threads }: Surroundings,
): Promise<Map<string, ScoredSplit[]>> {
  const bare = { ...files, features: [] };
  const byModel = new Map<string, ScoredSplit[]>();
  for (const [place, job] of jobs.entries()) {
    const matrix = await readMatrix(bare, { ...experiment, baselines: [] }, { threads }, job.split.test);
    const { test } = rowsOfSplit(matrix, { ...job.split, train: [] }, experiment.households);
    const about = {
      split: job.split.name,
      household: Float64Array.from(test, (row) => matrix.household[row]!),
      label: Uint8Array.from(test, (row) => matrix.label[row]!),
      lists: listsOf(matrix, test, experiment.capacity),
    };
    const before = jobs[place - 1];
    for (const [name, directory] of placesOf(job)) {
      const directoryBefore = before === undefined || !follows(before.split, job.split) ? undefined : new Map(placesOf(before)).get(name);
      const scored = {
        ...about,
        score: readScores(directory, "score"),
        byFitBefore: directoryBefore === undefined ? null : readScores(directoryBefore, "next"),
      };
      byModel.set(name, [...(byModel.get(name) ?? []), scored]);
    }
  }
  return byModel;
}

function follows(before: PlannedSplit, split: PlannedSplit): boolean {
  return before.next.join() === split.test.join();
}

function placesOf({ models, rankings }: SplitJob): [name: string, directory: string][] {
  return [
    ...models.map(({ variant, directory }): [string, string] => [variant.name, directory]),
    ...rankings.map(({ baseline, directory }): [string, string] => [baseline, directory]),
  ];
}
