import { z } from "zod";
import { Day, Id, pageWith, Tier } from "./schemas.ts";

export const Registers = z.strictObject({
  run_id: Id,
  as_of: Day,
  loaded: z.array(
    z.strictObject({
      source: z.string(),
      table: z.string(),
      loaded_at: z.string(),
      loads: z.int(),
      rows_read: z.int(),
      rows_quarantined: z.int(),
    }),
  ),
  freshness: z.array(
    z.strictObject({
      source: z.string(),
      table: z.string(),
      region: z.string(),
      newest_recorded_at: z.string().nullable(),
      newest_period: z.string().nullable(),
      row_count: z.int(),
      household_share: z.number().nullable(),
    }),
  ),
  warnings: z.array(z.string()),
});

export const Features = pageWith(
  z.strictObject({
    name: z.string(),
    family: z.string(),
    type: z.string(),
    unit: z.string(),
    register: z.string(),
    window: z.string(),
    direction: z.string(),
    needs_consent: z.boolean(),
    meaning: z.string(),
    sentence: z.string(),
  }),
);
export const Rules = z.strictObject({
  as_of: Day,
  items: z.array(
    z.strictObject({
      id: z.string(),
      tier: Tier,
      question: z.boolean(),
      reason: z.string(),
      is_in_force: z.boolean(),
      features: z.array(z.string()).readonly(),
      in_force: z.array(z.strictObject({ from: Day, value: z.boolean() })).readonly(),
      values: z.record(z.string(), z.array(z.strictObject({ from: Day, value: z.number() })).readonly()),
      offers: z.array(z.string()).readonly(),
      reference: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
