import { z } from "zod";
import { didYouMean, UserError } from "../domain/errors.ts";
import { transforms } from "../training/logistic-model.ts";

/** A setting, or several of them to be tried. */
const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1)]);

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, "name it in lower case letters, digits and -")
  .optional();

const LogisticGrid = z.strictObject({
  name,
  kind: z.literal("logistic"),
  l2: oneOrMore(z.number().positive()).default(10),
  transforms: z.record(z.string(), z.enum(transforms)).default({}),
});

const BoostedGrid = z.strictObject({
  name,
  kind: z.literal("boosted"),
  rounds: oneOrMore(z.int().min(1)).default(200),
  learning_rate: oneOrMore(z.number().positive().max(1)).default(0.1),
  depth: oneOrMore(z.int().min(1).nullable()).default(2),
  leaves: oneOrMore(z.int().min(2).nullable()).default(31),
  l2: oneOrMore(z.number().min(0)).default(1),
  min_samples_leaf: oneOrMore(z.number().min(1)).default(50),
  min_hessian_leaf: oneOrMore(z.number().min(0)).default(1e-3),
  bins: oneOrMore(z.int().min(2).max(255)).default(255),
  row_share: oneOrMore(z.number().positive().max(1)).default(1),
  column_share: oneOrMore(z.number().positive().max(1)).default(1),
});

/** One entry of `models`: a kind of model, and settings of which each may be a list. Every combination is a model of its own. */
export const ModelGrid = z.discriminatedUnion("kind", [LogisticGrid, BoostedGrid]);
export type ModelGrid = z.output<typeof ModelGrid>;

export interface LogisticSettings {
  kind: "logistic";
  l2: number;
  transforms: z.output<typeof LogisticGrid>["transforms"];
}

/** See `BoostOptions`; null is no limit. */
export interface BoostedGridSettings {
  kind: "boosted";
  rounds: number;
  learning_rate: number;
  depth: number | null;
  leaves: number | null;
  l2: number;
  min_samples_leaf: number;
  min_hessian_leaf: number;
  bins: number;
  row_share: number;
  column_share: number;
  seed: number;
}

/** One model of the grid. `ablationOf`: the champion's name, when it is the same with rates of the place of residence. */
export interface Variant {
  name: string;
  ablationOf: string | null;
  settings: LogisticSettings | BoostedGridSettings;
}

/** What of an experiment says which models there are. */
export interface Grids {
  file: string;
  models: readonly ModelGrid[];
  seeds: readonly number[];
  area_rates: "off" | "on" | "ablation";
  champion?: string | undefined;
}

/** Every model that an experiment fits, in order; names are unique. A UserError names two that are the same. */
export function variantsOf(experiment: Grids): Variant[] {
  const { models, seeds, area_rates, file } = experiment;
  const variants: Variant[] = models.flatMap((grid) =>
    combinations(grid, seeds).map(({ words, settings }) => ({
      name: [grid.name ?? grid.kind, ...words].join(" "),
      ablationOf: null,
      settings,
    })),
  );
  const twice = variants.find(({ name }, index) => variants.findIndex((each) => each.name === name) !== index);
  if (twice !== undefined)
    throw new UserError("bad_experiment", `${file}: models: two are called ${twice.name}; give each entry a name of its own`);
  if (area_rates !== "ablation") return variants;
  const champion = named(variants, experiment);
  return [...variants, { ...champion, name: `${champion.name} + area rates`, ablationOf: champion.name }];
}

/** The variant that `champion` names, or the first. */
export function championOf(experiment: Grids): Variant {
  return named(variantsOf({ ...experiment, area_rates: "off" }), experiment);
}

function named(variants: readonly Variant[], { champion, file }: Grids): Variant {
  if (champion === undefined) return variants[0]!;
  const found = variants.find((variant) => variant.name === champion);
  if (found !== undefined) return found;
  const names = variants.map((variant) => variant.name);
  throw new UserError(
    "bad_experiment",
    `${file}: champion: there is no model ${champion}${didYouMean(champion, names)}; it has ${names.join(", ")}`,
  );
}

interface Combination {
  /** What tells it from the others of its entry. */
  words: string[];
  settings: Variant["settings"];
}

function combinations({ name: _, ...grid }: ModelGrid, seeds: readonly number[]): Combination[] {
  const drawn = grid.kind === "boosted" && [grid.row_share, grid.column_share].flat().some((each) => each < 1);
  const tried: [string, readonly unknown[]][] = Object.entries(grid).map(([key, value]) => [key, Array.isArray(value) ? value : [value]]);
  if (grid.kind === "boosted") tried.push(["seed", drawn ? seeds : seeds.slice(0, 1)]);
  let found: { words: string[]; settings: Record<string, unknown> }[] = [{ words: [], settings: {} }];
  for (const [key, values] of tried)
    found = found.flatMap(({ words, settings }) =>
      values.map((value) => ({
        words: values.length > 1 ? [...words, `${key}=${value ?? "any"}`] : words,
        settings: { ...settings, [key]: value },
      })),
    );
  return found as unknown as Combination[];
}
