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

export const SimulatedFamilyParams = z.strictObject({ id: Id, household: Id });
const SeenSide = z
  .strictObject({ state: z.string(), state_text: z.string(), amount_lcu: z.number().nullable(), period: z.string().nullable() })
  .nullable()
  .describe("null where the programme is not in force");
const SeenCondition = z
  .strictObject({
    state: z.string(),
    text: z.string(),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    reference: z.string(),
  })
  .nullable();
export const SimulatedFamily = z.strictObject({
  household_id: Id,
  name: z.string(),
  question: z.string(),
  currency: z.string(),
  days: z.array(
    z.strictObject({
      as_of: Day,
      income_quarter: z.string(),
      programmes: z.array(
        z.strictObject({
          code: z.string(),
          name: z.string(),
          today: SeenSide,
          changed: SeenSide,
          conditions: z
            .array(z.strictObject({ id: z.string(), today: SeenCondition, changed: SeenCondition }))
            .describe("conditions whose state or sentence differs"),
        }),
      ),
    }),
  ),
});
