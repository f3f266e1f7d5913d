import type { Language } from "../domain/languages.ts";
import { isWithin, type Principal } from "../domain/principal.ts";
import { type Tier, tiers } from "../domain/tiers.ts";
import { placeName } from "../lists/frame.ts";
import { areaPrefix } from "../lists/list-id.ts";
import type { Standings } from "../lists/standings.ts";
import { areasWithin, requirePermission } from "./access.ts";
import { pageOf } from "./cursor.ts";
import type { Paging } from "./lists.ts";
import type { Sources } from "./parts.ts";
import { isSmall, suppressSmall } from "./suppression.ts";

const levels = ["region", "district", "place"] as const;
export type AreaLevel = (typeof levels)[number];

export interface Area {
  area_code: string;
  level: AreaLevel;
  name: string;
}

/** Places of the principal's areas that the list that is shown names, by KATO code. */
export async function listAreas(
  principal: Principal,
  { published }: Sources,
  { level, lang, ...paging }: Paging & { level?: AreaLevel | undefined; lang: Language },
): Promise<{ items: Area[]; next_cursor: string | null }> {
  requirePermission(principal, "areas");
  return published.withCurrent(async ({ frame }) => {
    const own = [...frame.names.keys()].sort().filter((code) => isWithin(principal, code));
    const areas = own.filter((code) => level === undefined || levelOf(code) === level);
    const { items, next_cursor } = pageOf(areas, (code) => code, { ...paging, of: `areas ${level ?? ""}` });
    return { items: items.map((code) => ({ area_code: code, level: levelOf(code), name: placeName(frame, code, lang) })), next_cursor };
  });
}

function levelOf(code: string): AreaLevel {
  const prefix = areaPrefix(code).length;
  if (prefix <= 2) return "region";
  return prefix <= 4 ? "district" : "place";
}

export interface DistrictCounts {
  area_code: string;
  name: string;
  /** Those that are known; null where they are few. */
  households: number | null;
  places: number;
  /** Households on the list by tier; null where a small number is hidden, or would follow from the others. */
  tiers: Record<Tier, number | null>;
}

export interface Aggregates {
  run_id: string;
  as_of: string;
  districts: DistrictCounts[];
  /** Sums over whole regions, for those who may see all of the region. */
  regions: { area_code: string; name: string; tiers: Record<Tier, number | null> }[];
}

/** Counts of the list that is shown by district and tier. Small counts are hidden, alike whatever part is asked for. */
export async function countByDistrict(
  principal: Principal,
  { published }: Sources,
  { area = "", lang }: { area?: string | undefined; lang: Language },
): Promise<Aggregates> {
  requirePermission(principal, "aggregates");
  const asked = areasWithin(principal, areaPrefix(area));
  const isAsked = (code: string) => asked.some((prefix) => code.startsWith(prefix));
  return published.withCurrent(async ({ id, frame }) => {
    const counts = countsOf(frame.standings);
    const aggregates: Aggregates = { run_id: id, as_of: frame.meta.as_of, districts: [], regions: [] };
    for (const region of [...new Set(frame.districts.map(({ district_code }) => district_code.slice(0, 2)))]) {
      const districts = frame.districts.filter(({ district_code }) => district_code.startsWith(region));
      const shown = suppressSmall(districts.map(({ district_code }) => counts.get(district_code.slice(0, 4)) ?? tiers.map(() => 0)));
      districts.forEach(({ district_code, households, places }, row) => {
        if (isAsked(areaPrefix(district_code)))
          aggregates.districts.push({
            area_code: district_code,
            name: placeName(frame, district_code, lang),
            households: isSmall(households) ? null : households,
            places,
            tiers: byTier(shown.cells[row] as (number | null)[]),
          });
      });
      if (isAsked(region))
        aggregates.regions.push({ area_code: region.padEnd(9, "0"), name: placeName(frame, region, lang), tiers: byTier(shown.sums) });
    }
    return aggregates;
  });
}

function byTier(counts: readonly (number | null)[]): Record<Tier, number | null> {
  return Object.fromEntries(tiers.map((tier, index) => [tier, counts[index] ?? null])) as Record<Tier, number | null>;
}

/** Entries by district (the first four digits of KATO) and tier. */
function countsOf({ areas, tiers: tierOf }: Standings): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  areas.forEach((area, index) => {
    const district = String(area).padStart(9, "0").slice(0, 4);
    const row = counts.get(district) ?? tiers.map(() => 0);
    row[tierOf[index] as number] = (row[tierOf[index] as number] ?? 0) + 1;
    counts.set(district, row);
  });
  return counts;
}
