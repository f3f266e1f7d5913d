import { z } from "zod";
import { states } from "../entitlement/compile.ts";
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
