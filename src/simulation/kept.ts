import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { canonicalJson } from "../domain/canonical.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import { writeWhole } from "../runs/run-pipeline.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import type { Simulation } from "./result.ts";

/** A kept simulation without its figures. */
export interface SimulationSummary {
  simulation_id: string;
  name: string;
  question: string;
  as_of: string[];
  sample: number;
  kept_at: string;
}

const resultFile = (data: DataDirectory, id: string) => join(data.simulations, id, "result.json");

/** Keeps a simulation with its change; one that is kept already stays as it is. */
export function keepSimulation(data: DataDirectory, simulation: Simulation): void {
  const directory = join(data.simulations, simulation.simulation_id);
  mkdirSync(directory, { recursive: true });
  writeWhole(join(directory, "change.yaml"), stringify(simulation.change));
  writeWhole(resultFile(data, simulation.simulation_id), canonicalJson(simulation));
}

/** Whether the simulation of this id is kept. */
export function isKept(data: DataDirectory, id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id) && existsSync(resultFile(data, id));
}

/** The simulation of this id; undefined when none is kept. */
export function keptSimulation(data: DataDirectory, id: string): Simulation | undefined {
  return isKept(data, id) ? (JSON.parse(readFileSync(resultFile(data, id), "utf8")) as Simulation) : undefined;
}

/** Every kept simulation, by name, the newest of a name first. */
export function keptSimulations(data: DataDirectory): SimulationSummary[] {
  if (!existsSync(data.simulations)) return [];
  return readdirSync(data.simulations)
    .flatMap((id) => {
      const found = keptSimulation(data, id);
      if (found === undefined) return [];
      const { simulation_id, name, question, days, sample } = found;
      const kept_at = statSync(resultFile(data, id)).mtime.toISOString();
      return [{ simulation_id, name, question, as_of: days.map((day) => day.as_of), sample, kept_at }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : b.kept_at.localeCompare(a.kept_at)));
}

/** The simulation of a name (the newest), or of an id or its beginning. A UserError names the nearest name. */
export function simulationNamed(data: DataDirectory, named: string): Simulation {
  const all = keptSimulations(data);
  const found =
    all.find(({ name }) => name === named) ?? all.find(({ simulation_id }) => named.length >= 6 && simulation_id.startsWith(named));
  if (found === undefined)
    throw new UserError(
      "no_simulation",
      `no simulation ${named} is kept${didYouMean(
        named,
        all.map(({ name }) => name),
      )}; npx aldyn rules simulations lists them`,
    );
  return keptSimulation(data, found.simulation_id) as Simulation;
}
