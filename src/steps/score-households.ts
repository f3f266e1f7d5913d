import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { didYouMean, UserError } from "../domain/errors.ts";
import { runnable } from "../scoring/external-model.ts";
import { wordColumns } from "../scoring/external-plan.ts";
import type { ModelManifest } from "../scoring/manifest.ts";
import { readModel } from "../scoring/model-store.ts";
import { isExternal } from "../scoring/pack-model.ts";
import { Scorer } from "../scoring/scorer.ts";
import { openDatabase } from "../warehouse/database.ts";
import { identifier, quoted, type Session } from "../warehouse/session.ts";
import { bucketCount } from "../warehouse/warehouse.ts";
import type { Step, StepContext } from "./step.ts";

/** Gives each household of the features the log-odds and probability of the run's model; a run without a model has no scores. */
export const scoreHouseholds: Step = {
  name: "score",
  async run(context) {
    if (context.manifest.model === null) return { scored: 0 };
    const model = readModel(context.data, context.manifest.model.id);
    const { manifest } = model;
    const session = await openDatabase(":memory:", { mode: "write", threads: context.threads, memoryLimit: context.memoryLimit });
    const scorer = isExternal(model)
      ? new Scorer(runnable(model), context.threads, model.manifest.plan)
      : new Scorer(model.onnx, context.threads);
    try {
      await mkdir(context.outputDirectory, { recursive: true });
      let [scored, done] = [0, 0];
      const everyNth = async (first: number) => {
        for (let bucket = first; bucket < bucketCount; bucket += context.threads) {
          const written = await scoreBucket(context, { session, scorer, manifest }, String(bucket).padStart(2, "0"));
          scored += written;
          context.progress(++done, bucketCount);
        }
      };
      await Promise.all(Array.from({ length: context.threads }, (_, first) => everyNth(first)));
      return { scored };
    } finally {
      await scorer.close();
      session.close();
    }
  },
};

interface Scoring {
  session: Session;
  scorer: Scorer;
  manifest: ModelManifest;
}

async function scoreBucket(context: StepContext, { session, scorer, manifest }: Scoring, bucket: string): Promise<number> {
  const path = join(context.runDirectory, "features", `${bucket}.parquet`);
  const names = manifest.features.map((feature) => feature.name);
  await requireFeatures(session, path, manifest.name, names);
  const words = manifest.kind === "external" ? wordColumns(manifest.plan) : new Set<string>();
  const selected = names.map((name) => {
    const column = identifier(name);
    return words.has(name) ? `${column}::varchar as ${column}` : `coalesce(${column}::double, 'nan'::double) as ${column}`;
  });
  const { texts, numbers } = await session.columns(
    `select household_id, ${selected.join(", ")}
     from read_parquet(${quoted(path)}) order by household_id`,
  );
  const columns = names.map((name) => (words.has(name) ? (texts[name] as (string | null)[]) : (numbers[name] as Float64Array)));
  const { margin, probability } = await scorer.score(names, columns, path);
  const table = `scored_${bucket}`;
  await session.createTable(table, { household_id: texts.household_id ?? [], margin, probability });
  const output = join(context.outputDirectory, `${bucket}.parquet`);
  const written = await session.copyToParquet(`select household_id, margin, probability from ${table} order by household_id`, output);
  await session.run(`drop table ${table}`);
  return written;
}

async function requireFeatures(session: Session, path: string, model: string, names: readonly string[]): Promise<void> {
  if (!existsSync(path)) throw new UserError("no_features", `${path} is missing; the features of the run must be built first`);
  const described = await session.rows<{ column_name: string }>(`describe select * from read_parquet(${quoted(path)})`);
  const there = new Set(described.map((row) => row.column_name));
  const missing = names.filter((name) => !there.has(name)).map((name) => `${name}${didYouMean(name, there)}`);
  if (missing.length > 0)
    throw new UserError(
      "missing_feature",
      `model ${model} wants ${missing.join(", ")}, which ${path} does not have: the catalogue has changed since it was fitted; fit and promote a new one`,
    );
}
