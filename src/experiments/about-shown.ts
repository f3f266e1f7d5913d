import type { Feature } from "../features/catalogue.ts";
import { readDeployment } from "../parameters/deployment.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { type BacktestFairness, type DatedSplit, fairnessOf } from "./backtest-fairness.ts";
import type { Selection } from "./backtest-result.ts";
import type { Experiment } from "./experiment.ts";
import type { Surroundings } from "./experiment-data.ts";
import { readStrongest } from "./fit-cache.ts";
import { type Gain, gainOver } from "./gains.ts";
import type { MatrixFiles } from "./read-matrix.ts";
import type { SplitJob } from "./split-job.ts";
import type { ScoredSplit } from "./stability.ts";
import type { FeaturePart, PairPart } from "./strongest.ts";

/** What only one model is looked at for: the chosen one, or, when none may be chosen, the first by regret. */
export interface AboutShown {
  /** Against each simple ranking. */
  gains?: Gain[];
  fairness?: BacktestFairness;
  fitted?: FittedParts;
}

/** The features that weigh most in the last split's fit, with what the catalogue says of them. */
export interface FittedParts {
  model: string;
  split: string;
  currency: string;
  /** Null for trees that are no sum of tables. */
  parts: (FeaturePart & Pick<Feature, "unit" | "type" | "sentences">)[] | null;
  /** Features that weigh less and are left out. */
  more: number;
  /** The pairs of features that weigh most beyond what each does alone, with the features' units. */
  pairs: (PairPart & { units: [string, string] })[];
  /** Pairs that weigh less and are left out. */
  more_pairs: number;
}

/** The model that is looked at closely. */
export function shownModel({ chosen, ranking }: Pick<Selection, "chosen" | "ranking">): string | undefined {
  return chosen ?? ranking[0]?.model;
}

interface Tested {
  experiment: Experiment;
  data: DataDirectory;
  around: Surroundings;
  files: MatrixFiles;
  jobs: readonly SplitJob[];
  scored: ReadonlyMap<string, ScoredSplit[]>;
  selection: Selection;
}

/** Looks at it. */
export async function aboutShown({ experiment, data, around, files, jobs, scored, selection }: Tested): Promise<AboutShown> {
  const model = shownModel(selection);
  if (model === undefined) return {};
  const own = scored.get(model)!;
  const dated = own.map((split, place): DatedSplit => ({ ...split, asOf: files.moments[jobs[place]!.split.test.at(-1)!]!.asOf }));
  return {
    gains: experiment.baselines.map((baseline) => gainOver(baseline, own, scored.get(baseline)!, experiment.bootstrap)),
    fairness: await fairnessOf(model, dated, { experiment, data, around, snapshot: files.snapshot.load_id }),
    fitted: fittedParts(model, { experiment, files, job: jobs.at(-1)! }),
  };
}

function fittedParts(
  model: string,
  { experiment, files, job }: { experiment: Experiment; files: MatrixFiles; job: SplitJob },
): FittedParts {
  const { directory } = job.models.find(({ variant }) => variant.name === model)!;
  const found = readStrongest(directory);
  const features = new Map(files.features.map((feature) => [feature.name, feature]));
  const unitOf = (name: string) => features.get(name)!.unit;
  return {
    ...{ model, split: job.split.name, currency: readDeployment(experiment.deployment).currency },
    parts:
      found?.parts.map((part) => {
        const { unit, type, sentences } = features.get(part.feature)!;
        return { ...part, unit, type, sentences };
      }) ?? null,
    more: found?.more ?? 0,
    pairs: found?.pairs.map((pair) => ({ ...pair, units: [unitOf(pair.features[0]), unitOf(pair.features[1])] })) ?? [],
    more_pairs: found?.more_pairs ?? 0,
  };
}
