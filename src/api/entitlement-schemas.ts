import { z } from "zod";
import { states } from "../entitlement/compile.ts";
import { levels } from "../entitlement/level/scale.ts";
import { Day, Id } from "./schemas.ts";

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
const Level = z.enum(levels);
const JudgedCriterion = z.strictObject({
  id: z.string(),
  section: z.string(),
  section_name: z.string(),
  name: z.string(),
  band: z.string().nullable().describe("the band whose points it has; null where more than one may be"),
  text: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  points_least: z.int(),
  points_most: z.int(),
  bands: z
    .array(z.strictObject({ id: z.string(), state: z.enum(["met", "unmet", "unknown", "otherwise"]), threshold: z.number().nullable() }))
    .describe("in the order of trying: the first that is met counts, the last where none is"),
  register: z.string(),
  register_name: z.string(),
  known_on: Day.nullable(),
  complete_through: Day.nullable(),
  reading: z.string().nullable().describe("how the unofficial copy was read where it leaves a choice"),
});
const JudgedLevel = z.strictObject({
  name: z.string(),
  is_official: z.literal(false),
  notice: z.string(),
  reference: z.string(),
  level: Level.nullable().describe("null where what is unknown may change it: it then lies between level_worst and level_best"),
  level_name: z.string().nullable(),
  level_best: Level,
  level_worst: Level,
  points_least: z.int(),
  points_most: z.int(),
  published: z
    .strictObject({
      level: Level,
      level_name: z.string(),
      points: z.int().nullable(),
      assessed_on: Day,
      agrees: z.boolean().nullable().describe("null while both may still be the same"),
    })
    .nullable()
    .describe("the level that the Map itself published last before the day"),
  criteria: z.array(JudgedCriterion),
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
  level: JudgedLevel.nullable().describe("the Map's level by an unofficial copy of its scale; for information, it changes nothing"),
});
