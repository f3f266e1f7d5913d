import { cpSync, existsSync, linkSync, mkdirSync, readdirSync } from "node:fs";
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

/** The directories of a run that hold rows of households by bucket: what is copied. */
const perHousehold = ["features", "need", "entitle", "entitle/facts", "entitle/members", "score"] as const;
/** What is the same however many households there are: what was judged, and figures that no page of a list shows. */
const shared = ["entitle/frame.json", "indicators"] as const;

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
  for (const part of perHousehold)
    if (existsSync(join(original, part))) await copyRows(join(original, part), join(directory, part), copies, place);
  for (const part of shared) cpSync(join(original, part), join(directory, part), { recursive: true });
  const around = { ...surroundings(place, readDeployment(place.deploymentFile), manifest.as_of) };
  if (manifest.model !== null) copyModel(from, place.data, manifest.model.id);
  for (const step of [applyRules, prioritise, explain, publish]) await runStep(step, manifest, directory, around);
  return { id, households: known * copies };
}

/** Every row of a step's files `copies` times, under ids that look like pseudonyms and belong into the same buckets. */
async function copyRows(source: string, target: string, copies: number, { threads, memoryLimit }: Workplace): Promise<void> {
  mkdirSync(target, { recursive: true });
  const session = await openDatabase(":memory:", { mode: "write", threads, memoryLimit });
  try {
    for (const file of readdirSync(source).filter((name) => name.endsWith(".parquet")))
      await session.copyToParquet(
        `select f.* replace (f.household_id[1:2] || md5(f.household_id || ' ' || n.n)[3:] as household_id)
         from read_parquet(${quoted(join(source, file))}) as f, range(${copies}) as n(n) order by household_id`,
        join(target, file),
      );
  } finally {
    session.close();
  }
}

/** The shipped model stands elsewhere, and is not copied. */
function copyModel(from: DataDirectory, to: DataDirectory, id: string): void {
  if (existsSync(join(from.models, id))) cpSync(join(from.models, id), join(to.models, id), { recursive: true });
}
