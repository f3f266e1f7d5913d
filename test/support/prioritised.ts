import { afterAll, beforeAll } from "vitest";
import { projectFile } from "../../src/domain/project-files.ts";
import { type Policy, policyAt } from "../../src/lists/policy.ts";
import { prioritiseHouseholds } from "../../src/lists/prioritise-households.ts";
import { openDatabase } from "../../src/warehouse/database.ts";
import type { Session } from "../../src/warehouse/session.ts";

/** The day from which each list looks. */
export const asOf = "2026-10-01";
/** The policy in force. */
export const shipped = policyAt(projectFile("models/active.yaml"), asOf);
/** Everybody has a place, and there is no lane: what is left is the order. */
export const roomy: Policy = {
  ...shipped,
  capacity: { per_1000_households: 1000, at_least: 1 },
  unseen_lane: { share: 0, low_data_share: 0.5 },
};

/** A household as the step sees it; what is not given is plain: not poor, no rule met, no score. */
export interface Household {
  id: string;
  district?: string;
  below_line?: boolean | null;
  below_subsistence?: boolean | null;
  ratio?: number | null;
  tsa?: boolean | null;
  unknown_reason?: string | null;
  risk?: number | null;
  emergency?: boolean | null;
  high?: boolean | null;
  elevated?: boolean | null;
  watch?: boolean | null;
}
const rules = (["emergency", "high", "elevated", "watch"] as const).map((tier) => ({ column: `rule_${tier}`, tier }));

const literal = (value: unknown) =>
  value === null || value === undefined ? "null" : typeof value === "string" ? `'${value}'` : String(value);

/** A way to put households in order, in a database that lasts for the test file; `strangers` have met every rule and have a score, but are not known. */
export function prioritiser(): (households: readonly Household[], policy?: Policy, strangers?: readonly string[]) => Prioritised {
  let session: Session;
  beforeAll(async () => {
    session = await openDatabase(":memory:", { mode: "write", threads: 2 });
  });
  afterAll(() => session.close());
  return (households, policy = roomy, strangers = []) => prioritised(session, households, policy, strangers);
}
type Prioritised = ReturnType<typeof prioritised>;

async function prioritised(session: Session, households: readonly Household[], policy: Policy, strangers: readonly string[]) {
  const values = households.map((each) => {
    const { id, district = "750000000", below_line = false, below_subsistence = below_line, ratio = 2, tsa = false } = each;
    const { unknown_reason, risk, emergency = false, high = false, elevated = false, watch = false } = each;
    return `(${[id, district, below_line, below_subsistence, ratio, tsa, unknown_reason, risk, emergency, high, elevated, watch].map(literal).join(", ")})`;
  });
  await session.script(`
    create or replace temp table given (household_id varchar, district_code varchar, is_below_line boolean, is_below_subsistence boolean, ratio double,
      tsa_active boolean, unknown_reason varchar, risk double, rule_emergency boolean, rule_high boolean, rule_elevated boolean, rule_watch boolean);
    insert into given values ${values.join(", ")};
    create or replace temp view features as select household_id, district_code as area_code, '750000000' as region_code, district_code, is_below_line,
      is_below_subsistence, ratio as income_to_subsistence_ratio, ratio as income_to_line_ratio, tsa_active, 0.9 as confidence, unknown_reason from given;
    create or replace temp table gone (household_id varchar);
    create or replace temp view rules as select household_id, rule_emergency, rule_high, rule_elevated, rule_watch from given
      union all select household_id, true, true, true, true from gone;
    create or replace temp view score as select household_id, risk as probability from given where risk is not null
      union all select household_id, 0.99 from gone`);
  for (const id of strangers) await session.run("insert into gone values ($id)", { id });
  await prioritiseHouseholds(session, rules, policy, asOf);
  const standing = await session.rows<{ household_id: string; tier: string; basis: string | null; place: number }>(
    "select household_id, tier, basis, place from standing order by place",
  );
  const list = await session.rows<{
    household_id: string;
    tier: string;
    basis: string;
    rank: number;
    district_code: string;
    inclusion_probability: number;
    risk: number | null;
    valid_until: string;
  }>("select *, valid_until::varchar as valid_until from list order by place");
  return { standing, list, order: standing.map((row) => row.household_id) };
}
