import { join } from "node:path";
import { hashOf } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import { packageVersion, projectFile } from "../domain/project-files.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import { readManifest } from "../runs/ledger.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import type { Change } from "./change.ts";
import { frameAt } from "./evaluate.ts";
import { type Facts, factsOf } from "./facts.ts";
import { isSameListing, type Listing, listingAt, newestRun } from "./list-changes.ts";
import { featureValuesOf, isOfToday } from "./remade-run.ts";
import type { Simulation } from "./result.ts";

/** A change, and where, for which days and over how many of the households it is simulated. */
export interface AskedSimulation {
  data: DataDirectory;
  deployment: Deployment;
  change: Change;
  /** The file of the change, as errors name it. */
  place: string;
  days: readonly IsoDate[];
  /** Share of the households that is drawn; 1 for all. */
  sample: number;
  threads?: number | undefined;
  memoryLimit?: string | undefined;
  /** The last load that counts; the newest when absent. */
  snapshot?: number | undefined;
  /** The simulation that it is to be again; a UserError when what it was made from has changed. */
  id?: string | undefined;
  /** How long the warehouse is waited for. */
  waitSeconds?: number;
  onWait?: (holder: string) => void;
  onDay?: (day: IsoDate, of: number) => void;
}

/** A day's facts on both sides, and by what its lists are made. */
export interface PlannedDay {
  date: IsoDate;
  today: Facts;
  changed: Facts;
  listing: PlannedLists | { not_made: string };
}

/** How the lists of a day are made. */
export interface PlannedLists {
  today: Listing;
  changed: Listing;
  run: string;
  /** Whether the run's features are those of today's deployment, and whether the changed one makes others. */
  isOfToday: boolean;
  changesFeatures: boolean;
}

/** A simulation that is checked and can be made: its id says by what. */
export interface PlannedSimulation {
  id: string;
  asked: AskedSimulation;
  snapshot: number;
  days: readonly PlannedDay[];
  regions: Simulation["regions"];
}

/** What a simulation is made of; faults of the changed deployment are told here. */
export async function planSimulation(asked: AskedSimulation, changed: Deployment): Promise<PlannedSimulation> {
  const { data, deployment, change, sample } = asked;
  const session = await openKnown(data, asked);
  try {
    const snapshot = asked.snapshot ?? (await session.value<number | null>("select max(load_id) from load"));
    if (snapshot === null)
      throw new UserError("empty_warehouse", "nothing has been loaded yet; load data first: npx aldyn ingest --source FILE.yaml");
    const days: PlannedDay[] = [];
    for (const date of asked.days) {
      const cut = { asOf: date, snapshot };
      const today = await factsOf(session, data, deployment, cut);
      const facts = await factsOf(session, data, changed, cut);
      await frameAt(session, changed, facts);
      days.push({ date, today, changed: facts, listing: await planLists(session, asked, changed, date) });
    }
    const judging = ({ parameters, quarters, standards }: Deployment, base: string) =>
      hashFiles([parameters, ...Object.values(listingFiles(deployment)), quarters, standards], base);
    const inputs = {
      change,
      sample,
      days: days.map(({ date, today, changed: facts, listing }) => [
        date,
        today.hash,
        facts.hash,
        "run" in listing ? [listing.run, listing.isOfToday, listing.changesFeatures] : listing.not_made,
      ]),
      deployment: judging(deployment, deployment.directory),
      code: {
        ...hashFiles(["sql/simulation", "sql/outreach", "sql/features", "package-lock.json"].map(projectFile), projectFile("")),
        version: packageVersion(),
      },
    };
    const id = hashOf(inputs).slice(0, 32);
    if (asked.id !== undefined && asked.id !== id)
      throw new UserError("simulation_outdated", "rules, parameters, runs or code have changed since it was asked for; ask for it again");
    return { id, asked, snapshot, days, regions: await regionNames(session) };
  } finally {
    session.close();
  }
}

async function regionNames(session: Session): Promise<Simulation["regions"]> {
  const rows = await session.rows<{ code: string; kk: string; ru: string; en: string }>(
    `select left(area_code, case level when 'region' then 2 else 4 end) as code, coalesce(name_kk, name_ru) as kk, name_ru as ru, coalesce(name_en, name_ru) as en
     from area where level in ('region', 'district') order by code`,
  );
  return Object.fromEntries(rows.map(({ code, kk, ru, en }) => [code, { kk, ru, en }]));
}

async function planLists(session: Session, asked: AskedSimulation, changed: Deployment, date: IsoDate): Promise<PlannedDay["listing"]> {
  const { data, deployment, change } = asked;
  const touches = change.rules ?? change.policy ?? change.parameters ?? change.pilot;
  if (touches === undefined) return { not_made: "unchanged" };
  const run = newestRun(data, date);
  const cut = { asOf: date, snapshot: run === undefined ? 0 : readManifest(join(data.runs, run)).snapshot.load_id };
  const changesFeatures = (await featureValuesOf(session, deployment, cut)) !== (await featureValuesOf(session, changed, cut));
  const [today, other] = [await listingAt(deployment, date), await listingAt(changed, date)];
  if (!changesFeatures && isSameListing(today, other)) return { not_made: "unchanged" };
  if (run === undefined) return { not_made: "no_run" };
  return { today, changed: other, run, isOfToday: await isOfToday(data, run, deployment, asked.threads ?? 1), changesFeatures };
}
