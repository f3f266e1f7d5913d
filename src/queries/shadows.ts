import { join } from "node:path";
import { isWithin, may, type Principal } from "../domain/principal.ts";
import type { DistrictDiff, ShadowDiff } from "../lists/shadow-diff.ts";
import { readShadowDiff } from "../steps/compare-shadows.ts";
import { NotFound, requirePermission } from "./access.ts";
import type { Sources } from "./parts.ts";

export interface ShownShadowDiff extends Omit<ShadowDiff, "districts"> {
  run_id: string;
  /** Of the principal's own areas; null for a role that reads no households. */
  districts: DistrictDiff[] | null;
}

/** What a shadow would have changed on a run's lists, those that are shown where no run is named. */
export async function readShadow(
  principal: Principal,
  { data, published }: Sources,
  { id, run = published.currentId() }: { id: string; run?: string | undefined },
): Promise<ShownShadowDiff> {
  requirePermission(principal, "runs");
  const found = run === undefined ? undefined : readShadowDiff(join(data.runs, run), id);
  if (run === undefined || found === undefined) throw new NotFound("the run scored no such shadow, or could not");
  const { districts, ...whole } = found;
  const own = districts.filter(({ district_code }) => isWithin(principal, district_code));
  return { run_id: run, ...whole, districts: may(principal, "households") ? own : null };
}
