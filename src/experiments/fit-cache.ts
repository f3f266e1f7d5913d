import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hashOf } from "../domain/canonical.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import { projectFile } from "../domain/project-files.ts";
import type { SplitAbout, SplitResult } from "./backtest-result.ts";
import type { Untestable } from "./evaluate.ts";
import type { Experiment } from "./experiment.ts";
import type { Variant } from "./model-grid.ts";
import type { MatrixFiles } from "./read-matrix.ts";
import type { PlannedSplit } from "./splits.ts";
import type { strongestParts } from "./strongest.ts";

/** What a fit (or a ranking) of a split left behind. Scores stand row by row, as the split's test rows. */
export interface KeptFit {
  result: SplitResult;
  score: Float64Array;
  /** Of the next split's test rows, by the same fit. */
  nextScore: Float64Array;
  /** What weighs most in a model of the last split; null for one that cannot be taken apart. Absent for other splits and for rankings. */
  strongest?: Strongest;
}

export type Strongest = ReturnType<typeof strongestParts>;

const code = [
  "src/training",
  ...["evaluate", "fit-split", "judge", "capacity", "read-matrix", "strongest"].map((name) => `src/experiments/${name}.ts`),
];

/** The hash of all that decides what a split's fits are; each fit adds its own. */
export function splitKey(experiment: Experiment, { files, features }: MatrixFiles, split: PlannedSplit): string {
  const { households, helped, directions, area_rates, capacity, bootstrap, baselines } = experiment;
  const name = (moment: number) => `${basename(dirname(files[moment]!))}/${basename(files[moment]!)}`;
  return hashOf({
    code: hashFiles(code.map(projectFile), projectFile("")),
    rows: [split.train, split.test, split.next].map((moments) => moments.map(name)),
    features: features.map((feature) => [
      feature.name,
      feature.family,
      feature.unit ?? null,
      feature.direction,
      feature.needs_consent ?? false,
    ]),
    ...{ households, helped, directions, area_rates, capacity, bootstrap, baselines },
  });
}

/** Where a fit's files are, below the directory of all fits. */
export function fitDirectory(fits: string, key: string, fitted: Pick<Variant, "settings" | "ablationOf"> | string): string {
  const own = typeof fitted === "string" ? fitted : { settings: fitted.settings, isAblation: fitted.ablationOf !== null };
  return join(fits, hashOf([key, own]).slice(0, 24));
}

/** Keeps a fit: whole, or not at all. */
export function keepFit(directory: string, { result, score, nextScore, strongest }: KeptFit): void {
  const fresh = `${directory}.partial-${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, "result.json"), JSON.stringify(result));
  writeFileSync(join(fresh, "score.f64"), new Uint8Array(score.buffer, score.byteOffset, score.byteLength));
  writeFileSync(join(fresh, "next.f64"), new Uint8Array(nextScore.buffer, nextScore.byteOffset, nextScore.byteLength));
  if (strongest !== undefined) writeFileSync(join(fresh, "strongest.json"), JSON.stringify(strongest));
  if (existsSync(directory)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, directory);
}

export function hasFit(directory: string): boolean {
  return existsSync(join(directory, "result.json"));
}

export function readResult(directory: string): SplitResult {
  return JSON.parse(readFileSync(join(directory, "result.json"), "utf8")) as SplitResult;
}

/** Null where the fit's split was not the last, or the model cannot be taken apart. */
export function readStrongest(directory: string): Strongest {
  const path = join(directory, "strongest.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Strongest) : null;
}

export function readScores(directory: string, which: "score" | "next"): Float64Array {
  const bytes = readFileSync(join(directory, `${which}.f64`));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** On what a split stands, or why it cannot be tested. */
export type SplitGround = { about: SplitAbout } | { why: string; lacks: Untestable };

export function readGround(fits: string, key: string): SplitGround | undefined {
  const path = groundPath(fits, key);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as SplitGround) : undefined;
}

export function keepGround(fits: string, key: string, ground: SplitGround): void {
  keepJson(groundPath(fits, key), ground);
}

/** Keeps plain JSON: whole, or not at all, whichever of several processes comes first. */
export function keepJson(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.partial-${process.pid}`, JSON.stringify(value));
  renameSync(`${path}.partial-${process.pid}`, path);
}

function groundPath(fits: string, key: string): string {
  return join(fits, `${key.slice(0, 24)}.split.json`);
}
