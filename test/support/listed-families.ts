import { join } from "node:path";
import { calm, type ListedRun, listedRun, type TestHousehold } from "./listed-run.ts";

export const listedAsOf = "2026-10-01";
const terms = [{ name: "overdue_days_max", transform: "none" as const, mean: 30, deviation: 30, coefficient: 2, missing: null }];
const inDebt = (overdue_days_max: number) => ({ ...calm, overdue_days_max, income_to_subsistence_ratio: 1.4 });

/** Families of two regions, 75 (one district) and 61 (one district): in need, at risk, warned, and one in the dark. */
export const families: TestHousehold[] = [
  {
    name: "poor",
    features: { ...calm, is_below_line: true, is_below_subsistence: true, income_to_line_ratio: 0.6, income_to_subsistence_ratio: 0.5 },
    programmes: { tsa: { state: "may_be_entitled", amount: 72_002 } },
  },
  { name: "slipping", features: inDebt(60), risk: 0.6 },
  { name: "warned", area: "612000000", features: { ...calm, overdue_days_max: 120, children: 1 }, risk: 0.2 },
  { name: "far", area: "612000000", features: inDebt(90), risk: 0.5 },
  { name: "dark", unknown_reason: "no_income_register", confidence: 0.2, features: { registers_known: 1, days_since_newest_record: 800 } },
];

/** Publishes the families' list in a data directory of its own. */
export function listedFamilies(root: string, more: TestHousehold[] = []): Promise<ListedRun> {
  return listedRun(join(root, "data"), listedAsOf, [...families, ...more], terms);
}
