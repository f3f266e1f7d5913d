import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IsoDate } from "../domain/dates.ts";
import type { Deployment } from "../parameters/deployment.ts";
import { openDatabase } from "../warehouse/database.ts";
import type { Session } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";
import { anyMoney } from "./cells.ts";
import { changedDeployment, inWordsOfChange } from "./changed-deployment.ts";
import { codesOf, frameAt, type Sides } from "./evaluate.ts";
import { keepFacts } from "./facts.ts";
import { keepSimulation, keptSimulation } from "./kept.ts";
import { compareLists } from "./list-changes.ts";
import { measureDay } from "./measure.ts";
import { type AskedSimulation, type PlannedDay, type PlannedLists, type PlannedSimulation, planSimulation } from "./plan.ts";
import { remakeRun } from "./remade-run.ts";
import type { ListChange, SimulatedDay, Simulation } from "./result.ts";
import { anyMoneyName } from "./words.ts";

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
      return work(await planSimulation(asked, changed), changed);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The id of a simulation, its change checked, and the last load that counts in it. */
export function identifySimulation(asked: AskedSimulation): Promise<Pick<PlannedSimulation, "id" | "snapshot">> {
  return withSimulation(asked, async ({ id, snapshot }) => ({ id, snapshot }));
}

/** Simulates a change, or finds the one kept of the same inputs. */
export function simulateChange(asked: AskedSimulation): Promise<{ simulation: Simulation; wasKept: boolean }> {
  return withSimulation(asked, async (planned, changed) => {
    const kept = keptSimulation(asked.data, planned.id);
    return kept === undefined ? { simulation: await make(planned, changed), wasKept: false } : { simulation: kept, wasKept: true };
  });
}

async function make({ id, asked, snapshot, days, regions }: PlannedSimulation, changed: Deployment): Promise<Simulation> {
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
      simulated.push({ ...measured, lists: "run" in listing ? await listsOf(session, asked, changed, date, listing) : listing });
    }
    programmes.set(anyMoney, { code: anyMoney, name: anyMoneyName, period: "month" });
    const { name, question } = change;
    const simulation = {
      simulation_id: id,
      name,
      question,
      change,
      sample,
      snapshot,
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

/** Today's lists beside the changed ones; features and scores that the run does not have are made for them, and not kept. */
async function listsOf(
  session: Session,
  { data, deployment, threads = 1, memoryLimit }: AskedSimulation,
  changed: Deployment,
  date: IsoDate,
  { today, changed: other, run, isOfToday, changesFeatures }: PlannedLists,
): Promise<ListChange> {
  const scratch = mkdtempSync(join(data.simulations, "partial-"));
  try {
    const remade = async (name: string, by: Deployment) => {
      await remakeRun({ data, deployment: by, threads, memoryLimit }, run, join(scratch, name));
      return join(scratch, name);
    };
    const before = isOfToday ? join(data.runs, run) : await remade("today", deployment);
    const after = changesFeatures ? await remade("changed", changed) : before;
    return await compareLists(session, run, date, { today: { ...today, directory: before }, changed: { ...other, directory: after } });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
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
