import { LRUCache } from "lru-cache";
import { type Tier, tiers } from "../domain/tiers.ts";
import type { Session } from "../warehouse/session.ts";

/** Who stands where on a published run, in order of place, as columns in memory: ten bytes an entry. */
export interface Standings {
  places: Int32Array;
  /** KATO codes as numbers. */
  areas: Int32Array;
  /** Index into `tiers`. */
  tiers: Uint8Array;
  /** 1 where the entry rests on a score, and is kept back once that has expired. */
  byRisk: Uint8Array;
  /** Indices of the entries in areas asked for before. */
  within: LRUCache<string, Int32Array>;
}

/** Reads the standings of a published run. */
export async function readStandings(session: Session): Promise<Standings> {
  const { numbers } = await session.columns(
    `select place, area_code::integer as area, (list_position($tiers, tier) - 1)::integer as tier, basis = 'risk' as by_risk
     from entries order by place`,
    { tiers },
  );
  const column = (name: string) => numbers[name] as Float64Array;
  return {
    places: Int32Array.from(column("place")),
    areas: Int32Array.from(column("area")),
    tiers: Uint8Array.from(column("tier")),
    byRisk: Uint8Array.from(column("by_risk")),
    within: new LRUCache({ maxSize: 2 ** 24, sizeCalculation: (found) => found.length + 1 }),
  };
}

/** Indices of the entries in one of the areas, in order of place. */
function entriesWithin({ areas: codes, within }: Standings, areas: readonly string[]): Int32Array {
  const key = areas.join();
  const found = within.get(key);
  if (found !== undefined) return found;
  const ranges = areas.map((area) => [Number(area.padEnd(9, "0")), Number(area.padEnd(9, "9"))] as const);
  const isWithin = (code: number) => ranges.some(([least, greatest]) => code >= least && code <= greatest);
  const indices = Int32Array.from(codes.keys()).filter((index) => isWithin(codes[index] as number));
  within.set(key, indices);
  return indices;
}

/** Which entries are asked for. */
export interface Asked {
  /** KATO prefixes, none within another; `""` is the whole country. */
  areas: readonly string[];
  tier?: Tier | undefined;
  /** Only ranks after it. */
  after: number;
  most: number;
  isExpired: boolean;
}

/** Entries of areas: how many there are, rest on a score and are asked for, and the rank and place of those on the page. */
export interface Selected {
  listed: number;
  byRisk: number;
  matching: number;
  page: { rank: number; place: number }[];
  /** Whether matching entries follow those of the page. */
  hasMore: boolean;
}

/** Selects entries by area and tier. Ranks count in the areas asked for; an entry that is kept back leaves its rank free. */
export function selectEntries(standings: Standings, { areas, tier, after, most, isExpired }: Asked): Selected {
  const wanted = tier === undefined ? -1 : tiers.indexOf(tier);
  const selected: Selected = { listed: 0, byRisk: 0, matching: 0, page: [], hasMore: false };
  for (const index of entriesWithin(standings, areas)) {
    selected.listed += 1;
    const isByRisk = standings.byRisk[index] === 1;
    if (isByRisk) selected.byRisk += 1;
    if ((wanted >= 0 && standings.tiers[index] !== wanted) || (isExpired && isByRisk)) continue;
    selected.matching += 1;
    if (selected.listed <= after) continue;
    if (selected.page.length < most) selected.page.push({ rank: selected.listed, place: standings.places[index] as number });
    else selected.hasMore = true;
  }
  return selected;
}
