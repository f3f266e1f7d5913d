import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import { addDays, type IsoDate } from "../domain/dates.ts";
import { publicationLags } from "../features/clock.ts";
import { createLabels, type LabelName, labelNames, labelWindow } from "../features/labels.ts";
import { type Realised, realisedPerformance } from "../monitoring/realised.ts";
import { readDeployment } from "../parameters/deployment.ts";
import { createReferenceTables } from "../parameters/reference-tables.ts";
import { readModel } from "../scoring/model-store.ts";
import { shadowDirectory } from "../steps/score-shadows.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { type EndedRun, endedRuns, readNight } from "./alert.ts";
import { readManifest } from "./ledger.ts";
import type { Workplace } from "./run-parts.ts";

/** Days whose labels are looked up after one run: the list is out by then, but the next run waits. */
const mostDays = 3;

/** Where it is kept what a model turned out to be worth: a file for each day that it was used on. */
function directoryOf(data: DataDirectory, model: string): string {
  return join(data.root, "monitoring", model);
}

/** What a model turned out to be worth, by day, the newest first. */
export function readRealised(data: DataDirectory, model: string): Realised[] {
  const directory = directoryOf(data, model);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => /^\d{4}-\d{2}-\d{2}\.json$/.test(name))
    .sort()
    .reverse()
    .map((name) => JSON.parse(readFileSync(join(directory, name), "utf8")) as Realised);
}

/**
 * After a run: what the models of earlier runs turned out to be worth, where the labels are known on this run's day by what its snapshot holds.
 * Each day is written once, whole or not at all; those left over are for the next run. What goes wrong is returned in words and stops nothing.
 */
export async function writeRealised(workplace: Workplace, run: string): Promise<string[]> {
  try {
    return await measureDue(workplace, run);
  } catch (error) {
    return [`what earlier lists turned out to be worth could not be measured: ${(error as Error).message.split("\n", 1)[0]}`];
  }
}

async function measureDue(workplace: Workplace, run: string): Promise<string[]> {
  const { data } = workplace;
  const { as_of: today, snapshot } = readManifest(join(data.runs, run));
  const candidates = endedRuns(data).flatMap((run) => (run.as_of < today ? unmeasuredOf(data, run) : []));
  if (candidates.length === 0) return [];
  const session = await openKnown(data, { threads: workplace.threads, memoryLimit: workplace.memoryLimit, onWait: workplace.onWait });
  try {
    const lags = await publicationLags(session, snapshot.load_id);
    const warnings: string[] = [];
    const days = new Set<IsoDate>();
    for (const earlier of candidates.reverse()) {
      const known = whenKnown(data, earlier, lags);
      if (known === undefined || known.on > today) continue;
      if (days.size === mostDays && !days.has(earlier.as_of)) break;
      days.add(earlier.as_of);
      const at = { ...known, snapshot: snapshot.load_id, by: run };
      await measureDay(session, workplace, earlier, at).catch((error: Error) => {
        warnings.push(`what the list of ${earlier.as_of} turned out to be worth could not be measured: ${error.message.split("\n", 1)[0]}`);
      });
    }
    return warnings;
  } finally {
    session.close();
  }
}

/** A model's scores on an earlier day, as champion or as shadow. */
interface Scored extends Pick<EndedRun, "run_id" | "as_of"> {
  model: string;
  shadow: string | undefined;
}

/** The models that a run scored and of which it is not known yet what they were worth; those of which nothing was scored are left out. */
function unmeasuredOf(data: DataDirectory, { run_id, as_of, model, shadows = [] }: EndedRun): Scored[] {
  const beside = shadows.filter((id) => id !== model?.id && readNight(data, run_id, id) !== undefined);
  const scored = [
    ...beside.map((id) => ({ run_id, as_of, model: id, shadow: id })),
    ...(model === null ? [] : [{ run_id, as_of, model: model.id, shadow: undefined }]),
  ];
  return scored.filter((each) => !existsSync(join(directoryOf(data, each.model), `${as_of}.json`)));
}

/** The run's label, and the day on which it is known; undefined for a label that is not ours. */
function whenKnown(
  data: DataDirectory,
  { as_of, model }: Scored,
  lags: Map<string, number>,
): { label: LabelName; on: IsoDate } | undefined {
  const { label } = readModel(data, model).manifest;
  const ours = labelNames.find((name) => name === label);
  if (ours === undefined) return undefined;
  const { register, horizonUntil } = labelWindow(ours, as_of, lags.get("income") ?? 0);
  return { label: ours, on: addDays(horizonUntil, lags.get(register) ?? 0) };
}

async function measureDay(
  session: Session,
  { data, deploymentFile }: Workplace,
  { run_id, as_of, model, shadow }: Scored,
  known: { label: LabelName; on: IsoDate; snapshot: number; by: string },
): Promise<void> {
  await createReferenceTables(session, readDeployment(deploymentFile), as_of);
  await createLabels(session, { asOf: as_of, snapshot: known.snapshot, label: known.label });
  const directory = join(data.runs, run_id, "score");
  const scores = quoted(join(shadow === undefined ? directory : shadowDirectory(directory, shadow), "*.parquet"));
  const { numbers } = await session.columns(
    `select s.probability, l.label::integer as label from read_parquet(${scores}) as s join labels as l using (household_id)
     where s.probability is not null order by household_id`,
  );
  const [score, label] = [numbers["probability"] ?? new Float64Array(), numbers["label"] ?? new Float64Array()];
  const performance = realisedPerformance(score, label, readNight(data, run_id, shadow)?.expected ?? null);
  if (performance === null) return;
  const found: Realised = { ...performance, as_of, run_id, label: known.label, label_known_on: known.on, measured_by: known.by };
  const file = join(directoryOf(data, model), `${as_of}.json`);
  mkdirSync(directoryOf(data, model), { recursive: true });
  writeFileSync(`${file}.partial`, `${canonicalJson(found)}\n`);
  renameSync(`${file}.partial`, file);
}
