import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IsoDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Fallback } from "../monitoring/verdict.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openDatabase } from "../warehouse/database.ts";
import type { Session } from "../warehouse/session.ts";

/** What a published run says of itself. */
export interface PublishedMeta {
  run_id: string;
  as_of: string;
  currency: string;
  /** Of the deployment: a day of reading is a day there. */
  time_zone: string;
  /** Whether every load behind it is marked synthetic. */
  synthetic: boolean;
  /** Last day on which its scores are shown. */
  valid_until: string;
  model: { id: string; name: string } | null;
  /** Why it has none, where monitoring raised an alert; absent otherwise. */
  fallback?: Fallback;
  rules: { sha256: string; in_force: number };
  manifest: object;
}

/** The file whose text is the id of the run that is shown. */
export function currentFile(data: DataDirectory): string {
  return join(data.published, "current");
}

/** The database of a published run. */
export function publishedFile(data: DataDirectory, runId: string): string {
  return join(data.published, `${runId}.duckdb`);
}

/** The day and the lists of a published run, beside its database: there before that is, so that a run that can be read can be listed. */
export interface PublishedLists {
  run_id: string;
  as_of: IsoDate;
  /** Ids by area, a KATO prefix. */
  lists: Record<string, string>;
}

/** The file of a published run's lists. */
export function publishedListsFile(data: DataDirectory, runId: string): string {
  return join(data.published, `${runId}.json`);
}

/** Makes a published run the one that is shown; a reader sees the old one or the new one. */
export function showRun(data: DataDirectory, runId: string): void {
  writeFileSync(`${currentFile(data)}.partial`, `${runId}\n`);
  renameSync(`${currentFile(data)}.partial`, currentFile(data));
}

/** Opens a published run for reading: the one named (by the beginning of its id), or the current one. A UserError says what there is instead. */
export async function openPublished(data: DataDirectory, runId?: string): Promise<{ session: Session; meta: PublishedMeta }> {
  const session = await openDatabase(publishedFile(data, publishedId(data, runId)), { mode: "read" });
  try {
    return { session, meta: await readMeta(session) };
  } catch (error) {
    session.close();
    throw error;
  }
}

/** What an opened published run says of itself. */
export async function readMeta(session: Session): Promise<PublishedMeta> {
  return JSON.parse(await session.value<string>("select meta::varchar from meta")) as PublishedMeta;
}

/** The id of a published run: the one named by the beginning of its id, or the one that is shown. A UserError says what there is instead. */
export function publishedId(data: DataDirectory, named?: string): string {
  if (!existsSync(currentFile(data)))
    throw new UserError(
      "no_list",
      `${data.root} has no published list yet; make one: npx aldyn run nightly --as-of YYYY-MM-DD --data ${data.root}`,
    );
  if (named === undefined) return readFileSync(currentFile(data), "utf8").trim();
  const runs = readdirSync(data.published)
    .filter((file) => file.endsWith(".duckdb"))
    .map((file) => file.slice(0, -".duckdb".length));
  const [found, ...others] = runs.filter((run) => run.startsWith(named));
  if (found !== undefined && others.length === 0) return found;
  const problem = found === undefined ? `has not been published${didYouMean(named, runs)}` : `begins the ids of ${others.length + 1} runs`;
  throw new UserError("no_run", `run ${named} ${problem}; published runs: ${runs.join(", ")}`, { exitCode: 2 });
}
