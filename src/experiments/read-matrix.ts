import type { IsoDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Feature } from "../features/catalogue.ts";
import { observationFeatures } from "../features/observations.ts";
import { openDatabase } from "../warehouse/database.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { type BaselineName, rankingColumn } from "./baselines.ts";
import type { Experiment } from "./experiment.ts";
import type { Examples, Moment } from "./splits.ts";

/** The family of features that speak of the place of residence. */
export const areaFamily = "area";

/** Where the rows of an experiment are, and what they are: plain data, which a thread can be given. */
export interface MatrixFiles {
  moments: readonly Moment[];
  /** One Parquet file per moment, in their order. Its name follows from all that made it. */
  files: readonly string[];
  /** How many rows each of them has. */
  rows: readonly number[];
  features: readonly Feature[];
  /** The loads that they were made from. */
  snapshot: { load_id: number; loads_sha256: string };
  /** Whether all of them are made up. */
  synthetic: boolean;
}

/** Labelled households at moments, column by column; NaN is unknown. */
export interface Matrix extends Examples, Pick<MatrixFiles, "features" | "snapshot" | "synthetic"> {
  /** One column per feature. */
  columns: readonly Float64Array[];
  /** 1 = the event came. */
  label: Uint8Array;
  /** The first four digits of the district's code; NaN where it is unknown. */
  district: Float64Array;
  /** 1 = help began within the label's horizon, see sql/labels/helped.sql. */
  isHelped: Uint8Array;
  /** What each baseline orders by, highest first. */
  rankings: ReadonlyMap<BaselineName, Float64Array>;
}

/** The features that the experiment may learn from. A UserError names one that it speaks of and that does not exist. */
export async function learnedFeatures(
  session: Session,
  { leave_out, models, area_rates, file }: Experiment,
  catalogue: readonly Feature[],
  snapshot: number,
): Promise<Feature[]> {
  const all = [...catalogue, ...(await observationFeatures(session, snapshot))];
  const [families, names] = [new Set(all.map((feature) => feature.family)), new Set(all.map((feature) => feature.name))];
  const spokenOf = [
    ...leave_out.families.map((name) => ({ key: "leave_out.families", name, known: families })),
    ...leave_out.features.map((name) => ({ key: "leave_out.features", name, known: names })),
    ...models.flatMap((grid, index) =>
      Object.keys(grid.kind === "logistic" ? grid.transforms : {}).map((name) => ({
        key: `models.${index}.transforms`,
        name,
        known: names,
      })),
    ),
  ];
  for (const { key, name, known } of spokenOf)
    if (!known.has(name)) throw new UserError("bad_experiment", `${file}: ${key}: there is no ${name}${didYouMean(name, known)}`);
  const leftOut = area_rates === "off" ? [...leave_out.families, areaFamily] : leave_out.families;
  return all.filter(({ name, family, type }) => type !== "category" && !leftOut.includes(family) && !leave_out.features.includes(name));
}

/** Reads rows into memory: of all moments, or of those picked. Households that were helped stay out when the experiment censors them. */
export async function readMatrix(
  given: MatrixFiles,
  { baselines, helped }: Pick<Experiment, "baselines" | "helped">,
  { threads }: { threads?: number | undefined } = {},
  picked: readonly number[] = given.moments.map((_, index) => index),
): Promise<Matrix> {
  const { moments, features, snapshot, synthetic } = given;
  const columns = [...features.map((feature) => feature.name), ...baselines.map(rankingColumn)].map(identifier);
  const session = await openDatabase(":memory:", { mode: "write", threads });
  try {
    const { numbers, texts } = await session.columns(
      `select household_key, label, district, is_helped, as_of::varchar as as_of, ${columns.join(", ")}
       from read_parquet([${picked.map((index) => quoted(given.files[index]!)).join(", ")}])
       ${helped === "censor" ? "where is_helped = 0" : ""} order by as_of, household_id`,
    );
    const places = new Map<IsoDate, number>(moments.map(({ asOf }, index) => [asOf, index]));
    return {
      ...{ moments, features, snapshot, synthetic },
      moment: Uint16Array.from(texts.as_of ?? [], (asOf) => places.get(asOf ?? "")!),
      household: numbers.household_key as Float64Array,
      district: numbers.district as Float64Array,
      isHelped: Uint8Array.from(numbers.is_helped as Float64Array),
      label: Uint8Array.from(numbers.label as Float64Array),
      columns: features.map((feature) => numbers[feature.name] as Float64Array),
      rankings: new Map(baselines.map((name) => [name, numbers[rankingColumn(name)] as Float64Array])),
    };
  } finally {
    session.close();
  }
}

/** The same rows with some of the features. */
export function withFeatures(matrix: Matrix, isWanted: (feature: Feature) => boolean): Matrix {
  const places = matrix.features.flatMap((feature, index) => (isWanted(feature) ? [index] : []));
  return { ...matrix, features: places.map((place) => matrix.features[place]!), columns: places.map((place) => matrix.columns[place]!) };
}
