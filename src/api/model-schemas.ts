import { z } from "zod";
import { modelStates } from "../cases/model-states.ts";
import { Night } from "../monitoring/night.ts";
import { Realised } from "../monitoring/realised.ts";
import { Day, Id, Model, Named } from "./schemas.ts";

const Fallback = z.strictObject({
  id: z.string(),
  name: z.string(),
  since: Day,
  nights: z.int(),
  reached: z.string(),
});

export const Models = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      kind: z.string(),
      label: z.string(),
      horizon_months: z.int().nullable(),
      synthetic: z.boolean(),
      is_champion: z.boolean(),
      state: z.enum(modelStates),
      since: z.string().nullable().describe("since when it is in that state; null of one whose state was never changed"),
      base: z.number().nullable().describe("log-odds that contributions start from; null of a model made elsewhere"),
      training: z.record(z.string(), z.unknown()).nullable().describe("null of a model made elsewhere"),
      quality: z.record(z.string(), z.unknown()).nullable(),
      features: z.array(z.strictObject({ name: z.string(), direction: z.string(), needs_consent: z.boolean() })),
    }),
  ),
  broken: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
});

export const Monitoring = z.strictObject({
  model: z.strictObject({ id: z.string(), name: z.string() }),
  has_reference: z.boolean(),
  at_fit: Night.shape.at_fit,
  alert: Fallback.nullable().describe("by which the newest run goes on without the model"),
  nights: z.array(
    Night.omit({ features: true, at_fit: true }).extend({
      run_id: Id,
      as_of: Day,
      role: z.enum(["champion", "shadow"]).describe("whether the list was made with it, or it was scored beside the champion"),
    }),
  ),
  features: Night.shape.features.describe("of the newest night"),
  realised: z.array(Realised),
});

export const ShadowDiff = z.strictObject({
  run_id: Id,
  as_of: Day,
  shadow: Named,
  champion: Model,
  listed: z.int(),
  would_enter: z.int(),
  would_leave: z.int(),
  jaccard: z.number().describe("households on both lists over those on either"),
  ranked_by_both: z.int(),
  rank_correlation: z.number().nullable().describe("Spearman's, by risk"),
  tiers: z.record(z.string(), z.strictObject({ champion: z.int(), shadow: z.int() })),
  districts: z
    .array(
      z.strictObject({
        district_code: z.string(),
        places: z.int(),
        listed: z.int(),
        would_enter: z.array(Id),
        would_leave: z.array(Id),
        jaccard: z.number(),
      }),
    )
    .nullable()
    .describe("of your areas; null for a role that reads no households"),
});
