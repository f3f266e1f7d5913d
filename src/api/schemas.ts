import { z } from "zod";
import { modelStates } from "../cases/model-states.ts";
import { languages } from "../domain/languages.ts";
import { tiers } from "../domain/tiers.ts";
import { Night } from "../monitoring/night.ts";
import { Realised } from "../monitoring/realised.ts";
import { runStates } from "../queries/runs.ts";

export const Id = z.string().regex(/^[0-9a-f]{32}$/, "32 hexadecimal digits");
export const Day = z.iso.date();
const Tier = z.enum(tiers);

export const AreaCode = z
  .string()
  .regex(/^\d{0,9}$/, "a KATO code or its leading digits")
  .describe("KATO code or its leading digits");
export const Lang = z.enum(languages).default("ru").describe("language of sentences and names");
export const Paging = z.strictObject({
  cursor: z.string().max(200).optional().describe("`next_cursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export const ListParams = z.strictObject({ id: z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits") });
export const RunParams = z.strictObject({ id: Id });
export const HouseholdParams = z.strictObject({ id: Id });

export const Problem = z
  .strictObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string(), instance: z.string() })
  .describe("RFC 9457 problem");

export const pageWith = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() });

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
/** What the manifest of a run says that goes on without its champion. */
const Fallback = z.strictObject({
  id: z.string(),
  name: z.string(),
  since: Day,
  nights: z.int(),
  reached: z.string(),
});
const Named = z.strictObject({ id: z.string(), name: z.string() });
const Model = Named.nullable();

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
  districts: z.array(z.strictObject({ area_code: z.string(), name: z.string(), households: z.int(), places: z.int(), tiers: TierCounts })),
  regions: z.array(z.strictObject({ area_code: z.string(), name: z.string(), tiers: TierCounts })),
});

const Counts = z.record(z.string(), z.number());
const run = {
  run_id: Id,
  pipeline: z.string(),
  as_of: Day,
  state: z.enum(runStates),
  model: Model,
  requested_at: z.string().nullable(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  is_current: z.boolean(),
};
export const Runs = pageWith(z.strictObject(run));
export const Run = z.strictObject({
  ...run,
  steps: z.array(
    z.strictObject({
      step: z.string(),
      state: z.enum(["waiting", "running", "finished", "failed"]),
      started_at: z.string().nullable(),
      seconds: z.number().nullable(),
      share: z.number(),
      counts: Counts,
      error: z.string().nullable(),
    }),
  ),
  sources: z.array(z.strictObject({ source: z.string(), error: z.string().nullable() })),
  manifest: z.record(z.string(), z.unknown()),
});
export const RunRequest = z.strictObject({ pipeline: z.string().min(1).max(50), as_of: Day });
export const Requested = z.strictObject({ run_id: Id, state: z.enum(["requested", "under_way", "finished"]) });

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
