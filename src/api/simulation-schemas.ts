import { z } from "zod";
import { Day, Id } from "./schemas.ts";

export const SimulationAsked = z.strictObject({
  change: z.record(z.string(), z.unknown()).describe("a change, as its YAML file would have it (docs/simulation.md)"),
  as_of: z.union([Day, z.array(Day).min(1).max(24)]),
  sample: z.number().positive().max(1).default(1).describe("share of the households that is drawn"),
});
export const SimulationRequested = z.strictObject({ simulation_id: Id, state: z.enum(["under_way", "finished", "failed"]) });
export const Simulations = z.strictObject({
  items: z.array(
    z.strictObject({
      simulation_id: Id,
      name: z.string(),
      question: z.string(),
      as_of: z.array(Day),
      sample: z.number(),
      kept_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
export const SimulationRead = z.strictObject({
  ...SimulationRequested.shape,
  error: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable().describe("figures as docs/simulation.md defines them"),
});
