import { z } from "zod";
import { tiers } from "../domain/tiers.ts";
import { Day, Id, Model, pageWith, Tier } from "./schemas.ts";

export const ListedList = z.strictObject({
  list_id: z.string(),
  run_id: Id,
  as_of: Day,
  area: z.string(),
  area_name: z.string(),
  is_current: z.boolean(),
});
export const Lists = pageWith(ListedList);

const Reason = z.strictObject({
  code: z.string(),
  source: z.string(),
  text: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  unit: z.string(),
  register: z.string(),
  as_of: Day,
  is_estimate: z.boolean().describe("whether its weight is an estimate: of a model that was made elsewhere; the text says so"),
});
const Offer = z.strictObject({
  programme: z.string(),
  name: z.string(),
  sum: z.string().nullable(),
  text: z.string(),
  amount_lcu: z.number().nullable(),
  period: z.enum(["month", "once"]).nullable(),
  rules: z.array(z.string()),
});
const entry = {
  tier: Tier,
  basis: z.string(),
  household_id: Id,
  area_code: z.string(),
  area_name: z.string(),
  district_code: z.string(),
  district_name: z.string(),
  household: z.strictObject({
    members: z.int().nullable(),
    children: z.int().nullable(),
    elderly: z.int().nullable(),
    has_disability: z.boolean().nullable(),
  }),
  reasons: z.array(Reason),
  questions: z.array(z.strictObject({ code: z.string(), text: z.string() })),
  offers: z.array(Offer),
  confidence: z.number(),
  unknown_reason: z.string().nullable(),
  days_since_newest_record: z.number().nullable(),
  inclusion_probability: z.number(),
  valid_until: Day,
};
const head = {
  list_id: z.string(),
  run_id: Id,
  as_of: Day,
  area: z.string(),
  area_name: z.string(),
  areas: z.array(z.string()).readonly().describe("the parts that this principal may look into; ranks count in them together"),
  purpose: z.literal("outreach"),
  model: Model,
  notice: z.string().optional().describe("why the list goes on without its champion, where monitoring raised an alert"),
  rules: z.strictObject({ sha256: z.string(), in_force: z.int() }),
  currency: z.string(),
  households: z.int(),
  places: z.int(),
  listed: z.int(),
  expired: z.int(),
  matching: z.int(),
};
export const ListHead = z.strictObject(head);
export const EntriesPage = z.strictObject({
  ...head,
  entries: z.array(z.strictObject({ rank: z.int(), ...entry })),
  next_cursor: z.string().nullable(),
});

export const Explanation = z.strictObject({
  ...entry,
  run_id: Id,
  as_of: Day,
  conditions: z.array(z.strictObject({ rule: z.string(), state: z.enum(["met", "unmet", "unknown"]) })),
  score: z
    .strictObject({
      base: z.number(),
      margin: z.number(),
      is_estimate: z.boolean().describe("of a model that was made elsewhere"),
      contributions: z.array(
        z.strictObject({
          feature: z.string(),
          value: z.number().nullable(),
          contribution: z.number(),
          standard_error: z.number().nullable(),
        }),
      ),
    })
    .nullable(),
});

export const Areas = pageWith(z.strictObject({ area_code: z.string(), level: z.enum(["region", "district", "place"]), name: z.string() }));
const TierCounts = z.strictObject(
  Object.fromEntries(tiers.map((tier) => [tier, z.int().nullable()])) as Record<string, z.ZodNullable<z.ZodInt>>,
);
export const Aggregates = z.strictObject({
  run_id: Id,
  as_of: Day,
  districts: z.array(
    z.strictObject({ area_code: z.string(), name: z.string(), households: z.int().nullable(), places: z.int(), tiers: TierCounts }),
  ),
  regions: z.array(z.strictObject({ area_code: z.string(), name: z.string(), tiers: TierCounts })),
});
