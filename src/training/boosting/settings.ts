import { UserError } from "../../domain/errors.ts";
import type { Direction } from "../training-rows.ts";
import type { BoostOptions } from "./boost.ts";

/** The options of a fit with their defaults, by feature number; Infinity is no limit. */
export interface Settings {
  rounds: number;
  learningRate: number;
  leaves: number;
  depth: number;
  l2: number;
  minSamplesLeaf: number;
  minHessianLeaf: number;
  bins: number;
  weights: "copies" | "survey";
  directions: Direction[];
  /** Features that may stand on one path. Null when all may. */
  groups: number[][] | null;
  rowShare: number;
  columnShare: number;
  seed: number;
  threads: number;
}

/** Fills in defaults and refuses what is no setting; a UserError names the option. `features` are those kept of `names`. */
export function settingsOf(options: BoostOptions, names: readonly string[], features: readonly string[]): Settings {
  checkNames(options, names);
  const number = (option: keyof BoostOptions, standard: number, least: number, most: number) =>
    inRange(option, (options[option] as number | undefined) ?? standard, least, most, false);
  const whole = (option: keyof BoostOptions, standard: number, least: number, most: number) =>
    inRange(option, (options[option] as number | undefined) ?? standard, least, most, true);
  const limit = (option: "leaves" | "depth", standard: number, least: number) =>
    options[option] === null ? Infinity : whole(option, standard, least, 2 ** 16);
  return {
    rounds: whole("rounds", 100, 1, 100_000),
    learningRate: number("learningRate", 0.1, Number.MIN_VALUE, 1),
    leaves: limit("leaves", 31, 2),
    depth: limit("depth", 2, 1),
    l2: number("l2", 0, 0, Number.MAX_VALUE),
    minSamplesLeaf: number("minSamplesLeaf", 20, 1, Number.MAX_VALUE),
    minHessianLeaf: number("minHessianLeaf", 1e-3, 0, Number.MAX_VALUE),
    bins: whole("bins", 255, 2, 255),
    weights: oneOf("weights", options.weights ?? "copies", ["copies", "survey"]),
    directions: features.map((name) => options.directions?.[name] ?? "free"),
    groups: groupsOf(options.interactions, features),
    rowShare: number("rowShare", 1, Number.MIN_VALUE, 1),
    columnShare: number("columnShare", 1, Number.MIN_VALUE, 1),
    seed: whole("seed", 1, 0, 2 ** 32 - 1),
    threads: whole("threads", 1, 1, 64),
  };
}

function inRange(option: string, value: number, least: number, most: number, isWhole: boolean): number {
  if (typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  const above = least === Number.MIN_VALUE ? "above 0" : `from ${least}`;
  const range = most === Number.MAX_VALUE ? `${above}${least === Number.MIN_VALUE ? "" : " up"}` : `${above} to ${most}`;
  throw new UserError("bad_option", `${option} ${value}: give a ${isWhole ? "whole number" : "number"} ${range}`);
}

function oneOf<Value extends string>(option: string, value: Value, allowed: readonly Value[]): Value {
  if (allowed.includes(value)) return value;
  throw new UserError("bad_option", `${option} ${value}: give ${allowed.join(" or ")}`);
}

function checkNames({ directions = {}, interactions = [] }: BoostOptions, names: readonly string[]): void {
  const known = new Set(names);
  for (const [name, direction] of Object.entries(directions)) {
    requireFeature("directions", name, known);
    oneOf(`directions, ${name}:`, direction, ["+", "-", "free"]);
  }
  for (const name of interactions.flat()) requireFeature("interactions", name, known);
}

function requireFeature(option: string, name: string, known: ReadonlySet<string>): void {
  if (!known.has(name)) throw new UserError("bad_option", `${option}: there is no feature ${name}`);
}

/** Groups of feature numbers; features in no group make up one more, as in scikit-learn. */
function groupsOf(interactions: BoostOptions["interactions"], features: readonly string[]): number[][] | null {
  if (interactions === undefined) return null;
  const groups = interactions.map((group) => [...new Set(group)].map((name) => features.indexOf(name)).filter((feature) => feature >= 0));
  const listed = new Set(groups.flat());
  const rest = features.flatMap((_, feature) => (listed.has(feature) ? [] : [feature]));
  return [...groups, rest].filter((group) => group.length > 0);
}
