import { z } from "zod";
import { modelStates } from "../cases/model-states.ts";
import { languages } from "../domain/languages.ts";
import { tiers } from "../domain/tiers.ts";
import { states } from "../entitlement/compile.ts";
import { standings } from "../indicators/definition.ts";
import { breakdowns } from "../indicators/read-measured.ts";
import { noteNames } from "../indicators/recipients.ts";
import { Night } from "../monitoring/night.ts";
import { Realised } from "../monitoring/realised.ts";
import { runStates } from "../queries/runs.ts";

const Id = z.string().regex(/^[0-9a-f]{32}$/, "32 hexadecimal digits");
const Day = z.iso.date();
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

const pageWith = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() });

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

const JudgedCondition = z.strictObject({
  id: z.string(),
  state: z.enum(["met", "unmet", "unknown"]),
  text: z.string(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  unit: z.string(),
  register: z.string(),
  register_name: z.string(),
  known_on: Day.nullable().describe("the newest record of the household there"),
  complete_through: Day.nullable().describe("the last day through which the register is complete"),
  reference: z.string(),
});
const JudgedProgramme = z.strictObject({
  code: z.string(),
  name: z.string(),
  kind: z.string(),
  state: z.enum(states),
  state_text: z.string(),
  receives: z.boolean().nullable(),
  amount_lcu: z.int().nullable(),
  period: z.enum(["month", "once"]).nullable(),
  assigned_for: z.strictObject({ from: Day, to: Day }).nullable(),
  reference: z.string(),
  conditions_of: z.string().nullable().describe("the programme whose conditions come first among its own"),
  conditions: z.array(JudgedCondition),
  papers: z.array(z.string()),
  unknown: z.array(z.strictObject({ condition: z.string(), text: z.string(), ask_at: z.string() })),
  ask: z.string().nullable(),
});
export const Entitlements = z.strictObject({
  household_id: Id,
  as_of: Day,
  currency: z.string(),
  income_quarter: z.string(),
  income_quarter_note: z.string().nullable(),
  notice: z.string(),
  programmes: z.array(JudgedProgramme),
  tsa_kind: z.enum(["unconditional", "conditional"]).nullable(),
  tsa_kind_text: z.string().nullable(),
  members: z.array(
    z.strictObject({ role: z.string().nullable(), age_years: z.int().nullable(), activation: z.string(), text: z.string() }),
  ),
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

export const Breakdown = z.enum(breakdowns);
export const Note = z.enum(noteNames);
const share = z.number().nullable();
const Figure = z.strictObject({
  part: z.string(),
  part_name: z.string(),
  value: share,
  low: share.describe("of the 95 % interval"),
  high: share,
  standing: z.enum(standings),
  is_certain: z.boolean().describe("whether the whole interval stands alike to the target"),
  units: share.describe("what the share or mean is of"),
  households: share,
  unknown: share,
  coverage: share.describe("of the part's households, the share where all registers are complete"),
  not_measured: z.string().nullable(),
});
export const Indicators = z.strictObject({
  run_id: Id,
  as_of: Day,
  areas: z.array(z.string()).readonly(),
  by: z.string().nullable(),
  indicators: z.array(
    z.strictObject({
      code: z.string(),
      number: z.string(),
      name: z.string(),
      definition: z.string(),
      unit: z.enum(["share", "months"]),
      period: z.string(),
      source: z.array(z.string()).readonly(),
      target: z
        .strictObject({ direction: z.enum(["at_least", "at_most", "between"]), low: z.number(), high: z.number(), reference: z.string() })
        .nullable(),
      missing: z.string(),
      published: z.array(z.strictObject({ year: z.int(), plan: z.number(), fact: z.number() })).readonly(),
      figures: z.array(Figure),
    }),
  ),
  curves: z.array(
    z.strictObject({
      code: z.enum(["stay", "return"]),
      name: z.string(),
      spells: share,
      ended: share,
      median_months: share,
      points: z.array(z.strictObject({ months: z.int(), share, low: share, high: share, at_risk: share })),
    }),
  ),
});

export const Recipients = z.strictObject({
  run_id: Id,
  as_of: Day,
  items: z.array(
    z.strictObject({
      household_id: Id,
      area_code: z.string(),
      members: z.int(),
      starts_on: Day,
      until: Day.nullable(),
      is_start_seen: z.boolean(),
      notes: z.array(
        z.strictObject({
          note: Note,
          name: z.string(),
          state: z.enum(["yes", "no", "unknown"]),
          reasons: z.array(z.strictObject({ code: z.string(), text: z.string(), value: z.number().nullable() })),
          advice: z.string().nullable(),
        }),
      ),
    }),
  ),
  next_cursor: z.string().nullable(),
});
