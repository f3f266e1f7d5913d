import { readFileSync } from "node:fs";
import { addDays, type IsoDate } from "../domain/dates.ts";
import { projectFile } from "../domain/project-files.ts";
import type { CompiledRule } from "../rules/compile.ts";
import { identifier, type Session } from "../warehouse/session.ts";
import type { Policy } from "./policy.ts";

const tables = ["standing", "capacity", "main_list", "unseen_lane"] as const;
const tiersOfRules = ["emergency", "high", "elevated", "watch"] as const;

/**
 * Makes the temp tables `standing` (every living household's tier and place), `capacity`, `main_list`, `unseen_lane` and `list` from the
 * session's relations `features`, `rules` and `score` (probability by household; empty without a model).
 */
export async function prioritiseHouseholds(
  session: Session,
  rules: readonly Pick<CompiledRule, "column" | "tier">[],
  policy: Policy,
  asOf: IsoDate,
): Promise<void> {
  const parameters = {
    ...policy.risk,
    ...policy.capacity,
    lane_share: policy.unseen_lane.share,
    low_data_share: policy.unseen_lane.low_data_share,
    risk_share: policy.risk_share,
    seed: `${policy.seed}|${asOf}`,
    valid_until: addDays(asOf, policy.valid_days),
  };
  await session.script(`create or replace temp view rules_met as ${rulesMet(rules)}`);
  for (const table of [...tables, "list"]) {
    const select = readFileSync(projectFile(`sql/outreach/${table}.sql`), "utf8");
    await session.run(`create or replace temp table ${table} as ${select}`, parameters);
  }
}

/** How many rules of each tier a household meets; what is unknown is not met. */
function rulesMet(rules: readonly Pick<CompiledRule, "column" | "tier">[]): string {
  const counts = tiersOfRules.map((tier) => {
    const columns = rules.filter((rule) => rule.tier === tier).map((rule) => `coalesce(${identifier(rule.column)}, false)::integer`);
    return `${columns.length === 0 ? "0" : columns.join(" + ")} as ${tier}`;
  });
  return `select household_id, ${counts.join(", ")} from rules`;
}
