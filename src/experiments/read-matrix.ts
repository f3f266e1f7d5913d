import { didYouMean, UserError } from "../domain/errors.ts";
import type { Feature } from "../features/catalogue.ts";
import { observationFeatures } from "../features/observations.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { type BaselineName, rankingColumn } from "./baselines.ts";
import type { Experiment } from "./experiment.ts";
import type { Examples } from "./splits.ts";

/** Labelled households at moments, column by column; NaN is unknown. */
export interface Matrix extends Examples {
  features: readonly Feature[];
  /** One column per feature. */
  columns: readonly Float64Array[];
  /** 1 = the event came. */
  label: Uint8Array;
  /** What each baseline orders by, highest first. */
  rankings: ReadonlyMap<BaselineName, Float64Array>;
  /** The loads that it was made from. */
  snapshot: { load_id: number; loads_sha256: string };
  /** Whether all of them are made up. */
  synthetic: boolean;
}

/** The features that the experiment may learn from. A UserError names one that it speaks of and that does not exist. */
export async function learnedFeatures(
  session: Session,
  { leave_out, transforms, file }: Experiment,
  catalogue: readonly Feature[],
  snapshot: number,
): Promise<Feature[]> {
  const all = [...catalogue, ...(await observationFeatures(session, snapshot))];
  const [families, names] = [new Set(all.map((feature) => feature.family)), new Set(all.map((feature) => feature.name))];
  const spokenOf = [
    ...leave_out.families.map((name) => ({ key: "leave_out.families", name, known: families })),
    ...leave_out.features.map((name) => ({ key: "leave_out.features", name, known: names })),
    ...Object.keys(transforms).map((name) => ({ key: "transforms", name, known: names })),
  ];
  for (const { key, name, known } of spokenOf)
    if (!known.has(name)) throw new UserError("bad_experiment", `${file}: ${key}: there is no ${name}${didYouMean(name, known)}`);
  return all.filter(
    ({ name, family, type }) => type !== "category" && !leave_out.families.includes(family) && !leave_out.features.includes(name),
  );
}

/** Reads the rows of all moments into memory. */
export async function readMatrix(
  session: Session,
  files: readonly string[],
  given: Pick<Matrix, "moments" | "features" | "snapshot" | "synthetic">,
  baselines: readonly BaselineName[],
): Promise<Matrix> {
  const columns = [...given.features.map((feature) => feature.name), ...baselines.map(rankingColumn)].map(identifier);
  const { numbers, texts } = await session.columns(
    `select household_key, label, as_of::varchar as as_of, ${columns.join(", ")}
     from read_parquet([${files.map(quoted).join(", ")}]) order by as_of, household_id`,
  );
  const places = new Map(given.moments.map(({ asOf }, index) => [asOf, index]));
  return {
    ...given,
    moment: Uint16Array.from(texts.as_of ?? [], (asOf) => places.get(asOf ?? "")!),
    household: numbers.household_key as Float64Array,
    label: Uint8Array.from(numbers.label as Float64Array),
    columns: given.features.map((feature) => numbers[feature.name] as Float64Array),
    rankings: new Map(baselines.map((name) => [name, numbers[rankingColumn(name)] as Float64Array])),
  };
}
