import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { UserError } from "../domain/errors.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { ablationsOf } from "./ablations.ts";
import { aboutShown } from "./about-shown.ts";
import type { BacktestResult, ModelAbout, SplitResult } from "./backtest-result.ts";
import { type Experiment, horizonMonths } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { fitDirectory, hasFit, keepJson, readGround, readResult, splitKey } from "./fit-cache.ts";
import { inProcesses } from "./in-processes.ts";
import { readKeptResult, resultPath } from "./kept-result.ts";
import { writeMatrix } from "./matrix.ts";
import { variantsOf } from "./model-grid.ts";
import type { MatrixFiles } from "./read-matrix.ts";
import { recalibrate } from "./recalibrate.ts";
import { knownScores, scoredSplits } from "./scored-splits.ts";
import { select } from "./select.ts";
import { type SplitJob, workOnSplit } from "./split-job.ts";
import { planSplits } from "./splits.ts";
import { stabilityOf } from "./stability.ts";

/** What a backtest would do. */
export interface BacktestPlan {
  files: MatrixFiles;
  jobs: SplitJob[];
  /** Fits in all, and those not yet kept. */
  fits: number;
  missing: number;
  models: ModelAbout[];
}

/** What is to be fitted, and what of it is kept already. A UserError names what of the experiment cannot be. Writes the rows of each day looked from. */
export async function planBacktest(experiment: Experiment, data: DataDirectory, around: Surroundings): Promise<BacktestPlan> {
  const variants = variantsOf(experiment);
  const files = await writeMatrix(experiment, data, around);
  const fits = join(data.experiments, "fits");
  const jobs = planSplits(files.moments, experiment).map((split): SplitJob => {
    const key = splitKey(experiment, files, split);
    return {
      ...{ experiment, files, split, fits, key },
      models: variants.map((variant) => ({ variant, directory: fitDirectory(fits, key, variant) })),
      rankings: experiment.baselines.map((baseline) => ({ baseline, directory: fitDirectory(fits, key, baseline) })),
    };
  });
  const missing = jobs.reduce((sum, job) => sum + (isDone(job) ? 0 : job.models.filter(({ directory }) => !hasFit(directory)).length), 0);
  const models: ModelAbout[] = [
    ...variants.map(({ name, settings, ablationOf }) => ({
      ...{ name, kind: settings.kind, settings, ablation_of: ablationOf },
      role: ablationOf === null ? ("candidate" as const) : ("ablation" as const),
    })),
    ...experiment.baselines.map((name) => ({
      name,
      kind: "ranking" as const,
      settings: null,
      role: "baseline" as const,
      ablation_of: null,
    })),
  ];
  return { files, jobs, fits: jobs.length * variants.length, missing, models };
}

/** Works on all jobs, the largest first. */
async function workOnSplits(
  jobs: readonly SplitJob[],
  { workers, threads }: Surroundings & { workers: number },
  onFit: () => void,
): Promise<void> {
  const rowsOf = ({ files, split }: SplitJob) => split.train.reduce((sum, moment) => sum + files.rows[moment]!, 0);
  const largestFirst = [...jobs].sort((a, b) => rowsOf(b) - rowsOf(a));
  if (workers > 1 && jobs.length > 1)
    return inProcesses(
      largestFirst.map((job) => ({ kind: "split", job })),
      workers,
      onFit,
    );
  for (const job of largestFirst) await workOnSplit(job, threads ?? availableParallelism(), onFit);
}

/** Whether everything of a split is kept, or it is known that it cannot be tested. */
function isDone({ fits, key, models, rankings }: SplitJob): boolean {
  const ground = readGround(fits, key);
  if (ground === undefined) return false;
  return "why" in ground || [...models, ...rankings].every(({ directory }) => hasFit(directory));
}

/**
 * Each window of time in turn: learns from what was known when it began, ranks its households, and sets simple rankings beside the models.
 * What was fitted before from the same rows, settings and code is not fitted again, also after a crash; nor is anything compared again when
 * nothing has changed. A UserError when no window can be tested.
 */
export async function backtest(experiment: Experiment, data: DataDirectory, around: Surroundings): Promise<BacktestResult> {
  const options = { ...around, workers: around.workers ?? availableParallelism() };
  const plan = await planBacktest(experiment, data, options);
  const kept = resultPath(data, experiment, plan);
  if (!existsSync(kept)) keepJson(kept, await compareModels(experiment, data, plan, options));
  return readKeptResult(kept);
}

/** Makes the fits that are missing and sets all beside each other. */
async function compareModels(
  experiment: Experiment,
  data: DataDirectory,
  { files, jobs, missing, models }: BacktestPlan,
  options: Surroundings & { workers: number },
): Promise<BacktestResult> {
  let done = 0;
  const onFit = () => options.onProgress?.(`fitted ${++done} of ${missing}`);
  if (missing > 0) options.onProgress?.(`fitting ${missing} models`);
  await workOnSplits(
    jobs.filter((job) => !isDone(job)),
    options,
    onFit,
  );
  const grounds = jobs.map((job) => ({ job, ground: readGround(job.fits, job.key)! }));
  const skipped = grounds.flatMap(({ job, ground }) => ("why" in ground ? [{ split: job.split.name, ...ground }] : []));
  const tested = grounds.flatMap(({ job, ground }) => ("about" in ground ? [{ job, about: ground.about }] : []));
  if (tested.length === 0)
    throw new UserError(
      "nothing_to_test",
      `${experiment.file}: ${skipped.map(({ split, why }) => `${split}: ${why}`).join("; ") || "there is no window to test"}`,
    );
  const results = tested.flatMap(({ job }) => [
    ...job.models.map(({ variant, directory }): SplitResult => ({ ...readResult(directory), model: variant.name })),
    ...job.rankings.map(({ directory }) => readResult(directory)),
  ]);
  options.onProgress?.("comparing lists");
  const jobsTested = tested.map(({ job }) => job);
  const scored = await scoredSplits(experiment, files, jobsTested, options);
  const selection = select(experiment, models, results);
  return {
    experiment: experiment.name,
    question: experiment.question,
    label: experiment.label,
    horizon_months: horizonMonths(experiment.label),
    synthetic: files.synthetic,
    snapshot: files.snapshot,
    households: experiment.households,
    helped: experiment.helped,
    capacity: experiment.capacity,
    splits: tested.map(({ about }) => about),
    skipped,
    models,
    results,
    selection,
    stability: models.map(({ name }) => stabilityOf(name, scored.get(name)!)),
    calibration: models
      .filter(({ role }) => role === "candidate")
      .flatMap(({ name }) => recalibrate(experiment.calibration, name, scored.get(name)!.map(knownScores(files, jobsTested)))),
    ablations: ablationsOf(models, results),
    ...(await aboutShown({ experiment, data, around: options, files, jobs: jobsTested, scored, selection })),
  };
}
