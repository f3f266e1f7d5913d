import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Deployment } from "../parameters/deployment.ts";
import type { Change } from "../simulation/change.ts";
import { factsOf, keepFacts } from "../simulation/facts.ts";
import { simulateChange } from "../simulation/simulate-change.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { openDatabase } from "../warehouse/database.ts";
import { quoted } from "../warehouse/session.ts";
import { openKnown } from "../warehouse/warehouse.ts";

/** A simulation of many households, timed. */
export interface SimulateBench {
  households: number;
  changes: { name: string; seconds: number; gained_families: number; lost_families: number }[];
}

export interface SimulateBenchOptions {
  from: DataDirectory;
  deployment: Deployment;
  changes: readonly { change: Change; place: string }[];
  asOf: IsoDate;
  households: number;
  /** A directory for what is made; nothing of it is kept. */
  scratch: string;
  threads?: number;
  memoryLimit?: string | undefined;
  clock: () => number;
  onPart: (words: string) => void;
}

/** Simulates changes over the facts of a day's households, written over and over under new ids until there are as many as wanted. */
export async function benchSimulate(options: SimulateBenchOptions): Promise<SimulateBench> {
  const { from, deployment, changes, asOf, scratch, clock, onPart } = options;
  const data = { ...from, simulations: scratch, runs: join(scratch, "runs") };
  onPart("writing the facts");
  const households = await writeWideFacts(options, data);
  const timed: SimulateBench["changes"] = [];
  for (const { change, place } of changes) {
    onPart(change.name);
    const begun = clock();
    const { simulation } = await simulateChange({ ...options, data, deployment, change, place, days: [asOf], sample: 1 });
    const { gained_families = 0, lost_families = 0 } = simulation.days[0]?.parts[0]?.programmes.any_money ?? {};
    timed.push({ name: change.name, seconds: (clock() - begun) / 1000, gained_families, lost_families });
  }
  return { households, changes: timed };
}

async function writeWideFacts(
  { from, deployment, asOf, households, threads, memoryLimit }: SimulateBenchOptions,
  wide: DataDirectory,
): Promise<number> {
  const known = await openKnown(from, { threads, memoryLimit });
  try {
    const snapshot = await known.value<number | null>("select max(load_id) from load");
    if (snapshot === null) throw new UserError("empty_warehouse", "nothing has been loaded yet; load data first: npx aldyn demo");
    const cut = { asOf, snapshot };
    const facts = await factsOf(known, from, deployment, cut);
    await keepFacts(known, deployment, facts);
    const { directory } = await factsOf(known, wide, deployment, cut);
    mkdirSync(directory, { recursive: true });
    const session = await openDatabase(":memory:", { mode: "write", threads, memoryLimit });
    try {
      const read = `read_parquet(${quoted(`${facts.directory}/*.parquet`)})`;
      const one = await session.value<number>(`select count(*)::integer from ${read}`);
      const times = Math.ceil(households / one);
      for (let time = 0; time < times; time++)
        await session.copyToParquet(
          `select md5(household_id || '${time}') as household_id, * exclude (household_id) from ${read} order by household_id`,
          join(directory, `${String(time).padStart(4, "0")}.parquet`),
        );
      return times * one;
    } finally {
      session.close();
    }
  } finally {
    known.close();
  }
}
