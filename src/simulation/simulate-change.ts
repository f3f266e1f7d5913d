import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashOf } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import { hashFiles } from "../domain/file-hashes.ts";
import { packageVersion, projectFile } from "../domain/project-files.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openDatabase } from "../warehouse/database.ts";
import type { Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import type { Change } from "./change.ts";
import { changedDeployment, inWordsOfChange } from "./changed-deployment.ts";
import { codesOf, frameAt, type Sides } from "./evaluate.ts";
import { type Facts, factsOf, keepFacts } from "./facts.ts";
import { keepSimulation, keptSimulation } from "./kept.ts";
import { compareLists, isSameListing, type Listing, listingAt, newestRun } from "./list-changes.ts";
import { anyMoney, measureDay } from "./measure.ts";
import type { SimulatedDay, Simulation } from "./result.ts";
import { anyMoneyName } from "./words.ts";

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
  /** How long the warehouse is waited for. */
  waitSeconds?: number;
  onWait?: (holder: string) => void;
  onDay?: (day: IsoDate, of: number) => void;
}

interface PlannedDay {
  date: IsoDate;
  today: Facts;
  changed: Facts;
  listing: { today: Listing; changed: Listing; run: string } | { not_made: string };
}

/** A simulation that is checked and can be made: its id says by what. */
export interface PlannedSimulation {
  id: string;
  asked: AskedSimulation;
  days: readonly PlannedDay[];
  regions: Simulation["regions"];
}

/**
 * Checks a change and says which simulation it is, hands that to `work`, and takes the changed copy of the deployment away again. A UserError
 * names every fault of the change with its key.
 */
export async function withSimulation<T>(
  asked: AskedSimulation,
  work: (planned: PlannedSimulation, changed: Deployment) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "aldyn-change-"));
  try {
    return await inWordsOfChange(asked.place, directory, async () => {
      const changed = await changedDeployment(asked.deployment, asked.change, asked.place, directory);
      return work(await plan(asked, changed), changed);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The id of a simulation, its change checked. */
export function identifySimulation(asked: AskedSimulation): Promise<string> {
  return withSimulation(asked, async ({ id }) => id);
}

/** Simulates a change, or finds the one kept of the same inputs. */
export function simulateChange(asked: AskedSimulation): Promise<{ simulation: Simulation; wasKept: boolean }> {
  return withSimulation(asked, async (planned, changed) => {
    const kept = keptSimulation(asked.data, planned.id);
    return kept === undefined ? { simulation: await make(planned, changed), wasKept: false } : { simulation: kept, wasKept: true };
  });
}

async function plan(asked: AskedSimulation, changed: Deployment): Promise<PlannedSimulation> {
  const { data, deployment, change, sample } = asked;
  const session = await openKnown(data, asked);
  try {
    const snapshot = await session.value<number | null>("select max(load_id) from load");
    if (snapshot === null)
      throw new UserError("empty_warehouse", "nothing has been loaded yet; load data first: npx aldyn ingest --source FILE.yaml");
    const days: PlannedDay[] = [];
    for (const date of asked.days) {
      const cut = { asOf: date, snapshot };
      const today = await factsOf(session, data, deployment, cut);
      const facts = await factsOf(session, data, changed, cut);
      await frameAt(session, changed, facts);
      days.push({ date, today, changed: facts, listing: await planLists(asked, changed, date) });
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
        "run" in listing ? listing.run : listing.not_made,
      ]),
      deployment: judging(deployment, deployment.directory),
      code: {
        ...hashFiles([projectFile("sql/simulation"), projectFile("sql/outreach"), projectFile("package-lock.json")], projectFile("")),
        version: packageVersion(),
      },
    };
    return { id: hashOf(inputs).slice(0, 32), asked, days, regions: await regionNames(session) };
  } finally {
    session.close();
  }
}

async function regionNames(session: Session): Promise<Simulation["regions"]> {
  const rows = await session.rows<{ code: string; kk: string; ru: string; en: string }>(
    `select left(area_code, 2) as code, coalesce(name_kk, name_ru) as kk, name_ru as ru, coalesce(name_en, name_ru) as en
     from area where level = 'region' order by code`,
  );
  return Object.fromEntries(rows.map(({ code, kk, ru, en }) => [code, { kk, ru, en }]));
}

async function planLists(
  { data, deployment, change }: AskedSimulation,
  changed: Deployment,
  date: IsoDate,
): Promise<PlannedDay["listing"]> {
  const touches = change.rules ?? change.policy ?? change.parameters ?? change.pilot;
  if (touches === undefined) return { not_made: "unchanged" };
  const [today, other] = [await listingAt(deployment, date), await listingAt(changed, date)];
  if (isSameListing(today, other)) return { not_made: "unchanged" };
  const run = newestRun(data, date);
  return run === undefined ? { not_made: "no_run" } : { today, changed: other, run };
}

async function make({ id, asked, days, regions }: PlannedSimulation, changed: Deployment): Promise<Simulation> {
  const { data, deployment, change, sample } = asked;
  await keepMissingFacts(days, asked, changed);
  const session = await openDatabase(":memory:", { ...asked, mode: "write" });
  try {
    const simulated: SimulatedDay[] = [];
    const programmes = new Map<string, Simulation["programmes"][number]>();
    for (const [index, { date, today, changed: facts, listing }] of days.entries()) {
      asked.onDay?.(date, index);
      const sides: Sides = {
        today: { frame: await frameAt(session, deployment, today), facts: today },
        changed: { frame: await frameAt(session, changed, facts), facts },
      };
      for (const code of codesOf(sides)) {
        const { name, period } = [...sides.today.frame.programmes, ...sides.changed.frame.programmes].find((each) => each.code === code)!;
        programmes.set(code, { code, name, period: period ?? null });
      }
      const measured = await measureDay(session, sides, sample);
      simulated.push({ ...measured, lists: "run" in listing ? await compareLists(session, data, listing.run, date, listing) : listing });
    }
    programmes.set(anyMoney, { code: anyMoney, name: anyMoneyName, period: "month" });
    const { name, question } = change;
    const simulation = {
      simulation_id: id,
      name,
      question,
      change,
      sample,
      currency: deployment.currency,
      programmes: [...programmes.values()],
      regions,
      days: simulated,
    };
    keepSimulation(data, simulation);
    return simulation;
  } finally {
    session.close();
  }
}

/** Makes the facts that are not kept yet. The warehouse is opened only when facts have to be made, so that a load does not keep simulations waiting. */
export async function keepMissingFacts(days: readonly PlannedDay[], asked: AskedSimulation, changed: Deployment): Promise<void> {
  if (days.every(({ today, changed: facts }) => existsSync(today.directory) && existsSync(facts.directory))) return;
  const session = await openKnown(asked.data, asked);
  try {
    for (const { today, changed: facts } of days) {
      await keepFacts(session, asked.deployment, today);
      await keepFacts(session, changed, facts);
    }
  } finally {
    session.close();
  }
}
