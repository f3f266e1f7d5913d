import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { didYouMean, UserError } from "../domain/errors.ts";
import { runnable } from "../scoring/external-model.ts";
import { wordColumns } from "../scoring/external-plan.ts";
import type { StoredModel } from "../scoring/model-store.ts";
import { isExternal } from "../scoring/pack-model.ts";
import { Scorer } from "../scoring/scorer.ts";
import { openDatabase } from "../warehouse/database.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { type BucketFile, fileName, filesIn, inGroups } from "./bucket-files.ts";
import type { StepContext } from "./step.ts";

/** Where a model's scores go, and what it is run with. */
type Place = Pick<StepContext, "runDirectory" | "threads" | "memoryLimit" | "progress"> & { outputDirectory: string };

/** Gives each household of the features the log-odds and probability of a model: one file per bucket in `outputDirectory`. Returns how many. */
export async function scoreWithModel(context: Place, model: StoredModel): Promise<number> {
  const names = model.manifest.features.map((feature) => feature.name);
  const words = isExternal(model) ? wordColumns(model.manifest.plan) : new Set<string>();
  const session = await openDatabase(":memory:", { mode: "write", threads: context.threads, memoryLimit: context.memoryLimit });
  try {
    const files = filesIn(join(context.runDirectory, "features"));
    const households = await requireFeatures(
      session,
      files.map((file) => featuresOf(context, file)),
      model.manifest.name,
      names,
    );
    const groups = inGroups(files, Math.ceil(households / rowsAtOnce));
    const scorer = scorerOf(model, Math.min(context.threads, groups.length));
    return await scoreAll(context, { session, scorer, names, words }, groups).finally(() => scorer.close());
  } finally {
    session.close();
  }
}

/** Few enough for memory in a whole country, many enough that planning a wide select does not take most of the time. */
const rowsAtOnce = 10_000;

interface Scoring {
  session: Session;
  scorer: Scorer;
  names: readonly string[];
  /** Those of the names that hold words. */
  words: ReadonlySet<string>;
}

/** A model in worker threads, made here or elsewhere. */
export function scorerOf(model: StoredModel, workers: number): Scorer {
  return isExternal(model) ? new Scorer(runnable(model), workers, model.manifest.plan) : new Scorer(model.onnx, workers);
}

async function scoreAll(context: Place, scoring: Scoring, groups: readonly BucketFile[][]): Promise<number> {
  await mkdir(context.outputDirectory, { recursive: true });
  let [scored, done] = [0, 0];
  const waiting = groups.values();
  const takeGroups = async () => {
    for (const group of waiting) {
      const written = await scoreFiles(context, scoring, group);
      scored += written;
      context.progress(++done, groups.length);
    }
  };
  await Promise.all(Array.from({ length: context.threads }, takeGroups));
  return scored;
}

const featuresOf = ({ runDirectory }: Place, file: BucketFile) => join(runDirectory, "features", fileName(file));

/** Scores the households of neighbouring files, each file by itself, so that a score has the same bits however many are read at once. */
async function scoreFiles(context: Place, { session, scorer, names, words }: Scoring, files: readonly BucketFile[]): Promise<number> {
  const paths = files.map((file) => featuresOf(context, file));
  const { texts, numbers } = await session.columns(
    `select parse_filename(filename) as file, household_id, ${names.map((name) => `${identifier(name)}::${words.has(name) ? "varchar" : "double"} as ${identifier(name)}`).join(", ")}
     from read_parquet([${paths.map(quoted).join(", ")}], filename = true) order by file, household_id`,
  );
  let [row, written] = [0, 0];
  for (const [index, file] of files.entries()) {
    const first = row;
    while (texts.file?.[row] === fileName(file)) row += 1;
    const columns = names.map((name) =>
      words.has(name) ? (texts[name] as (string | null)[]).slice(first, row) : (numbers[name] as Float64Array).subarray(first, row),
    );
    const { margin, probability } = await scorer.score(names, columns, paths[index] as string);
    const table = `scored_${file[0]}`;
    await session.createTable(table, { household_id: texts.household_id?.slice(first, row) ?? [], margin, probability });
    const output = join(context.outputDirectory, fileName(file));
    written += await session.copyToParquet(`select household_id, margin, probability from ${table} order by household_id`, output);
    await session.run(`drop table ${table}`);
  }
  return written;
}

/** Says how many households there are, where their files have the features that the model wants. */
async function requireFeatures(session: Session, paths: readonly string[], model: string, names: readonly string[]): Promise<number> {
  const [path] = paths as [string, ...string[]];
  const described = await session.rows<{ column_name: string }>(`describe select * from read_parquet(${quoted(path)})`);
  const there = new Set(described.map((row) => row.column_name));
  const missing = names.filter((name) => !there.has(name)).map((name) => `${name}${didYouMean(name, there)}`);
  if (missing.length > 0)
    throw new UserError(
      "missing_feature",
      `model ${model} wants ${missing.join(", ")}, which ${path} does not have: the catalogue has changed since it was fitted; fit and promote a new one`,
    );
  return session.value<number>(`select count(*)::integer from read_parquet([${paths.map(quoted).join(", ")}])`);
}
