import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "../domain/canonical.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import { projectFile } from "../domain/project-files.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { BacktestResult, ModelAbout } from "./backtest-result.ts";
import type { Experiment } from "./experiment.ts";
import type { MatrixFiles } from "./read-matrix.ts";
import type { SplitJob } from "./split-job.ts";

/** Where a backtest's result is kept: named by the hash of the experiment, of the rows and fits that it stands on, and of all code. */
export function resultPath(
  data: DataDirectory,
  experiment: Experiment,
  { files, jobs, models }: { files: MatrixFiles; jobs: readonly SplitJob[]; models: readonly ModelAbout[] },
): string {
  const key = hashOf({
    code: hashFiles([projectFile("src"), projectFile("sql"), projectFile("package-lock.json")], projectFile("")),
    ...{ experiment, files, models },
    fits: jobs.map(({ key, models, rankings }) => [key, ...[...models, ...rankings].map(({ directory }) => directory)]),
  });
  return join(data.experiments, "results", `${key.slice(0, 24)}.json`);
}

export function readKeptResult(path: string): BacktestResult {
  return JSON.parse(readFileSync(path, "utf8")) as BacktestResult;
}
