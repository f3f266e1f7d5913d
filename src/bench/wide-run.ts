import { existsSync, linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, hashOf } from "../domain/canonical.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { readManifest, readReceipt } from "../runs/ledger.ts";
import { surroundings, type Workplace } from "../runs/run-parts.ts";
import { runStep, writeWhole } from "../runs/run-pipeline.ts";
import { applyRules } from "../steps/apply-rules.ts";
import { explain } from "../steps/explain.ts";
import { prioritise } from "../steps/prioritise.ts";
import { publish } from "../steps/publish.ts";
import { type RunManifest, runId } from "../steps/step.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openDatabase } from "../warehouse/database.ts";
import { quoted } from "../warehouse/session.ts";
import { bucketCount } from "../warehouse/warehouse.ts";

/** The directories of a run that hold a row per household: what is copied. */
const perHousehold = ["features", "score"] as const;

/**
 * Publishes a run of at least `households` households in `place.data`, which must be empty: the households of a finished run over and over
 * under other ids, taken through the real steps from the rules on. Returns its id and how many households it has.
 */
export async function makeWideRun(
  from: DataDirectory,
  run: string,
  households: number,
  place: Workplace,
): Promise<{ id: string; households: number }> {
  const original = join(from.runs, run);
  const known = readReceipt(original, "features")?.counts.households ?? 0;
  const copies = Math.ceil(households / known);
  const { shadows: _notCopied, ...first } = readManifest(original);
  const manifest: RunManifest = { ...first, code_version: hashOf({ copies, of: run }) };
  const id = runId(manifest);
  const directory = join(place.data.runs, id);
  mkdirSync(directory, { recursive: true });
  linkSync(from.warehouse, place.data.warehouse);
  writeWhole(join(directory, "manifest.json"), canonicalJson(manifest));
  for (const step of perHousehold) await copyRows(join(original, step), join(directory, step), copies, place);
  const around = { ...surroundings(place, readDeployment(place.deploymentFile), manifest.as_of) };
  if (manifest.model !== null) linkModel(from, place.data, manifest.model.id);
  for (const step of [applyRules, prioritise, explain, publish]) await runStep(step, manifest, directory, around);
  return { id, households: known * copies };
}

/** Every row of a step's buckets `copies` times, under ids that look like pseudonyms, in buckets of their own. */
async function copyRows(source: string, target: string, copies: number, { data, threads, memoryLimit }: Workplace): Promise<void> {
  mkdirSync(target, { recursive: true });
  const scratch = join(data.root, "copies.duckdb");
  const session = await openDatabase(scratch, { mode: "write", threads, memoryLimit });
  try {
    await session.script(`
      create table copied as
      select f.* replace (md5(f.household_id || ' ' || n.n) as household_id)
      from read_parquet(${quoted(join(source, "*.parquet"))}) as f, range(${copies}) as n(n)`);
    for (let bucket = 0; bucket < bucketCount; bucket++)
      await session.copyToParquet(
        `select * from copied where ('0x' || household_id[1:2])::integer // 4 = ${bucket} order by household_id`,
        join(target, `${String(bucket).padStart(2, "0")}.parquet`),
      );
  } finally {
    session.close();
    rmSync(scratch, { force: true });
  }
}

/** The shipped model stands elsewhere, and needs no link. */
function linkModel(from: DataDirectory, to: DataDirectory, id: string): void {
  if (!existsSync(join(from.models, id))) return;
  mkdirSync(join(to.models, id), { recursive: true });
  for (const file of ["model.onnx", "manifest.json", "card.md"]) linkSync(join(from.models, id, file), join(to.models, id, file));
}
