import type { LabelName } from "./labels.ts";

const conditions: Readonly<Record<LabelName, string>> = {
  hardship_entry_6m: "income_to_subsistence_ratio >= 1",
  poverty_entry_6m: "income_to_line_ratio >= 1",
  line_entry_4q: "income_to_line_ratio >= 1",
  level_fall_6m: "map_level in ('A', 'B', 'C')",
  tsa_return_12m: "not tsa_active and months_since_tsa_end between 3 and 12",
  tsa_long_stay_12m: "tsa_active",
};

/** The households that a label speaks of, as a condition on their features (of TSA's return: as nearly as months tell); all for a label that is not ours. */
export function householdsOf(label: string): string {
  return Object.hasOwn(conditions, label) ? conditions[label as LabelName] : "true";
}
