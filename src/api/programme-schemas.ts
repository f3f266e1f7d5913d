import { z } from "zod";
import { familyGroups } from "../indicators/cells.ts";
import { standings } from "../indicators/definition.ts";
import { noteNames } from "../indicators/recipients.ts";
import { Day, Id } from "./schemas.ts";

export const Breakdown = z
  .string()
  .max(40)
  .describe("region or district, group (kind of family) and month, several joined by commas: region,group,month");
export const Note = z.enum(noteNames);
const share = z.number().nullable();
const Figure = z.strictObject({
  part: z.string(),
  part_name: z.string(),
  area: z.string().nullable().describe("KATO prefix, '' for the country; null where several areas are summed"),
  group: z.enum(["all", ...(Object.keys(familyGroups) as (keyof typeof familyGroups)[])]),
  as_of: Day,
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
