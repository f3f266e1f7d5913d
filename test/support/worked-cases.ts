import { z } from "zod";
import { projectFile } from "../../src/domain/project-files.ts";
import { readYaml } from "../../src/parameters/yaml-file.ts";
import type { TestRow } from "./registry.ts";

export const Member = z.strictObject({
  who: z.string(),
  born: z.string(),
  sex: z.enum(["male", "female", "unknown"]),
  employment: z.string(),
  disability: z.enum(["1", "2", "3", "child", "unknown"]).optional(),
  business: z.enum(["sole_trader", "suspended", "founder", "unknown"]).optional(),
  died: z.string().optional(),
});
const Income = z.strictObject({ kind: z.string(), of: z.string(), monthly: z.record(z.string(), z.number().int()) });
const Asset = z.strictObject({
  kind: z.string(),
  quantity: z.number().optional(),
  area_m2: z.number().optional(),
  acquired: z.string(),
  disposed: z.string().optional(),
});
const Decision = z.strictObject({
  kind: z.string(),
  applied: z.string(),
  decision: z.enum(["granted", "refused", "pending"]),
  reason: z.string().optional(),
  starts: z.string().optional(),
  ends: z.string().optional(),
});
const Emergency = z.strictObject({ kind: z.string(), place: z.string(), started: z.string(), ended: z.string().optional() });
const Measure = z.strictObject({ of: z.string(), measure: z.string(), started: z.string(), ended: z.string().optional() });
const Expected = z.strictObject({
  state: z.enum(["may_be_entitled", "unknown", "not_by_registers", "not_in_force"]),
  amount: z.number().int().optional(),
  kind: z.enum(["unconditional", "conditional", "unknown"]).optional(),
  unmet: z.array(z.string()).optional(),
  unknown: z.array(z.string()).optional(),
  /** What the contract asks of members, by name. */
  duties: z.record(z.string(), z.enum(["due", "hired", "student", "carer", "in_measure", "none", "unknown"])).optional(),
  receives: z.enum(["yes", "no", "unknown"]).optional(),
});
const WorkedCase = z.strictObject({
  /** Heads the cases from this one on. */
  section: z.string().optional(),
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  as_of: z.string(),
  place: z.string(),
  formed: z.string().default("2010-01-01"),
  income_published_after_days: z.number().int().default(0),
  not_covered: z.array(z.string()).default([]),
  figures: z.strictObject({
    quarter: z.string(),
    subsistence_minimum: z.number().int(),
    median_income: z.number().int(),
    made_up: z.boolean().default(false),
  }),
  members: z.union([z.number().int(), z.array(Member).min(1)]),
  income: z.array(Income).default([]),
  assets: z.array(Asset).default([]),
  decisions: z.array(Decision).default([]),
  measures: z.array(Measure).default([]),
  emergencies: z.array(Emergency).default([]),
  arithmetic: z.string(),
  expected: z.record(z.string(), Expected),
  reference: z.string(),
});
/** A family on a day, what the law gives it, and the arithmetic in words. */
export type WorkedCase = z.output<typeof WorkedCase>;
const WorkedCases = z.strictObject({ places: z.record(z.string(), z.string()), cases: z.array(WorkedCase).min(1) });

/** The worked cases, with the area codes of the places they name. */
export function readWorkedCases(): z.output<typeof WorkedCases> {
  return readYaml(projectFile("test/worked-cases/entitlement.yaml"), WorkedCases);
}

/** The short name of a member in the registry of a case. */
export const personOf = (one: WorkedCase, who: string): string => `${one.id} ${who}`;

const known = (value: string | undefined, absent: string | null) => (value === "unknown" ? null : (value ?? absent));
const before = "2010-01-01";

/** A case as rows of the registry; everything was recorded in good time. */
export function registryOf(one: WorkedCase, area: string): Record<string, TestRow[]> {
  const household_id = one.id;
  const id = (who: string) => personOf(one, who);
  const members = typeof one.members === "number" ? [] : one.members;
  return {
    household: [
      {
        household_id,
        area_code: area,
        formed_on: one.formed,
        members: typeof one.members === "number" ? one.members : one.members.length,
        recorded_at: before,
      },
    ],
    person: members.map(({ who, born, sex, employment, disability, business, died }) => ({
      household_id,
      person_id: id(who),
      birth_date: known(born, null),
      sex: known(sex, null),
      employment: known(employment, null),
      disability: known(disability, "none"),
      business: known(business, "none"),
      died_on: died ?? null,
      recorded_at: born > before && born !== "unknown" ? born : before,
    })),
    income: one.income.flatMap(({ kind, of, monthly }) =>
      Object.entries(monthly).map(([month, amount_lcu]) => ({
        household_id,
        person_id: members.some(({ who }) => who === of) ? id(of) : null,
        month: `${month}-01`,
        kind,
        amount_lcu,
        recorded_at: `${month}-27`,
      })),
    ),
    asset: one.assets.map(({ kind, quantity, area_m2, acquired, disposed }, index) => ({
      household_id,
      asset_id: String(index),
      kind,
      quantity: quantity ?? null,
      area_m2: area_m2 ?? null,
      acquired_on: acquired,
      disposed_on: disposed ?? null,
      recorded_at: disposed ?? acquired,
    })),
    benefit: one.decisions.map(({ kind, applied, decision, reason, starts, ends }, index) => ({
      household_id,
      application_id: String(index),
      kind,
      applied_on: applied,
      decision,
      refusal_reason: reason ?? null,
      starts_on: starts ?? null,
      ends_on: ends ?? null,
      recorded_at: applied,
    })),
    employment_measure: one.measures.map(({ of, measure, started, ended }, index) => ({
      person_id: id(of),
      measure_id: String(index),
      measure,
      started_on: started,
      ended_on: ended ?? null,
      recorded_at: started,
    })),
    emergency: one.emergencies.map(({ kind, place, started, ended }, index) => ({
      emergency_id: `${one.id} ${index}`,
      area_code: place,
      kind,
      started_on: started,
      ended_on: ended ?? null,
      recorded_at: started,
    })),
  };
}
