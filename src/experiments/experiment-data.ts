import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { hashOf, sha256File } from "../domain/canonical.ts";
import { UserError } from "../domain/errors.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { ingest } from "../sources/ingest.ts";
import type { LoadReport } from "../sources/load.ts";
import { type DataDirectory, dataDirectory } from "../warehouse/data-directory.ts";
import type { Experiment } from "./experiment.ts";

/** The surroundings of an experiment's work: they change no result. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  now: () => Date;
  threads?: number | undefined;
  /** Processes that each write a day's rows or work on a split; 1 when absent. */
  workers?: number | undefined;
  /** Told what is being done. */
  onProgress?: (text: string) => void;
}

/** Where an experiment's registry is, and what its loading had to say. */
export interface ExperimentData {
  data: DataDirectory;
  loads: LoadReport[];
}

/**
 * The data an experiment looks at. With sources of its own: a data directory below `experiments/`, named by the hash of what is loaded into it,
 * so that a second run finds it there. Without: the data directory itself.
 */
export async function experimentData(experiment: Experiment, data: DataDirectory, around: Surroundings): Promise<ExperimentData> {
  if (experiment.sources.length === 0) return { data, loads: [] };
  const deployment = readDeployment(experiment.deployment);
  const files = filesFromEnvironment(experiment, around.environment);
  const hashes: string[] = [];
  for (const path of [deployment.areas, ...experiment.sources.map((source) => source.file), ...files.values()])
    hashes.push(await sha256File(path));
  const own = dataDirectory(join(data.experiments, `${experiment.name}-${hashOf(hashes).slice(0, 12)}`));
  const loads = await ingest({
    data: own,
    sources: experiment.sources.map((source) => source.file),
    files,
    areas: deployment.areas,
    timeZone: deployment.time_zone,
    environment: around.environment,
    now: around.now,
    database: { threads: around.threads },
    onLoad: ({ source, table, done, total }, report) => {
      if (report === undefined) around.onProgress?.(`loading ${source}: ${table} (${done + 1}/${total})`);
    },
  });
  return { data: own, loads };
}

/** The files that the environment names in place of a source's own, by the source's YAML. */
function filesFromEnvironment(experiment: Experiment, environment: NodeJS.ProcessEnv): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, files_from_environment: variable } of experiment.sources) {
    const named = variable === undefined ? undefined : environment[variable];
    if (variable === undefined || named === undefined || named === "") continue;
    if (!existsSync(named))
      throw new UserError("no_files", `${variable}=${named} does not exist; name the file, or unset ${variable} to use the sample`);
    files.set(file, resolve(named));
  }
  return files;
}
