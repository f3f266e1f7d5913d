/**
 * Rankings that a model must beat. `rules`: rules met, by tier. `need`: depth below the lines, as lists order those already below. `area_rate`:
 * the district's share of households below the subsistence minimum, the same for all who live there.
 */
export const baselineNames = ["lowest_income_first", "need", "rules", "area_rate"] as const;
export type BaselineName = (typeof baselineNames)[number];

/** Stands behind every known value: what is unknown comes last. */
const last = -1e12;

/** SQL over the features of what each ranking orders by, highest first. `rules` comes from the rules in force and has its own. */
export const baselineSql: Readonly<Record<Exclude<BaselineName, "rules">, string>> = {
  // Over the line of its quarter, so that quarters with different prices can stand in one list.
  lowest_income_first: `coalesce(-income_to_line_ratio, ${last})`,
  area_rate: `coalesce(area_below_subsistence_share, ${last})`,
  need: `coalesce(greatest(1 - income_to_subsistence_ratio, 1 - income_to_line_ratio), ${last})`,
};

/** The tiers of rules, the most pressing first: one rule of a tier outweighs any number below it. */
const tiersOfRules = ["emergency", "high", "elevated", "watch"] as const;

/** SQL over one boolean column per rule: rules met by tier as one number. A rule that cannot be decided is not met. */
export function rulesScoreSql(rules: readonly { tier: string; column: string }[]): string {
  const counts = tiersOfRules.map((tier, place) => {
    const met = rules.filter((rule) => rule.tier === tier).map((rule) => `coalesce("${rule.column}", false)::integer`);
    return `${100 ** (tiersOfRules.length - 1 - place)} * (${["0", ...met].join(" + ")})`;
  });
  return `(${counts.join(" + ")})::double`;
}

/** The column of a matrix that holds what a baseline orders by. */
export function rankingColumn(baseline: BaselineName): string {
  return `ranking_${baseline}`;
}
