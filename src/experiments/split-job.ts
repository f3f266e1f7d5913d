import type { BaselineName } from "./baselines.ts";
import type { Experiment } from "./experiment.ts";
import { hasFit, keepFit, keepGround } from "./fit-cache.ts";
import { fitAndJudge, groundOf, rankAndJudge } from "./fit-split.ts";
import type { Variant } from "./model-grid.ts";
import { type MatrixFiles, readMatrix } from "./read-matrix.ts";
import type { PlannedSplit } from "./splits.ts";

/** What is still to be done of a split: plain data, which a thread can be given. */
export interface SplitJob {
  experiment: Experiment;
  files: MatrixFiles;
  split: PlannedSplit;
  /** Directory of all fits, and the split's key. */
  fits: string;
  key: string;
  /** Models and rankings with where each is kept. */
  models: { variant: Variant; directory: string }[];
  rankings: { baseline: BaselineName; directory: string }[];
}

/** Does it, and keeps each result as soon as it is there; what is there already is left alone. `onFit` is told of each fit that has ended. */
export async function workOnSplit(job: SplitJob, threads: number, onFit: () => void): Promise<void> {
  const { experiment, files, split, fits, key } = job;
  const moments = [...new Set([...split.train, ...split.test, ...split.next])].sort((a, b) => a - b);
  const matrix = await readMatrix(files, experiment, { threads }, moments);
  const { rows, ground } = groundOf(experiment, matrix, split);
  if ("about" in ground) {
    for (const { baseline, directory } of job.rankings) if (!hasFit(directory)) keepFit(directory, rankAndJudge(rows, baseline));
    for (const { variant, directory } of job.models) {
      if (!hasFit(directory)) keepFit(directory, await fitAndJudge(rows, variant, threads));
      onFit();
    }
  }
  keepGround(fits, key, ground);
}
