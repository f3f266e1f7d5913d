import { LRUCache } from "lru-cache";
import { firstAbove } from "../domain/ascending.ts";
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
  /** What was selected before: those who leaf through a list ask for the same again and again. */
  selections: LRUCache<string, Selection>;
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
    selections: new LRUCache({ maxSize: 2 ** 23, sizeCalculation: ({ ranks }) => ranks.length + 1 }),
  };
}

/** Which entries are asked for. */
interface Question {
  /** KATO prefixes, none within another; `""` is the whole country. */
  areas: readonly string[];
  tier?: Tier | undefined;
  isExpired: boolean;
}

/** Which page of them. */
export interface Asked extends Question {
  /** Only ranks after it. */
  after: number;
  most: number;
}

/** Entries of areas: how many there are, how many rest on a score, and the ranks and places of those asked for, in order. */
interface Selection {
  listed: number;
  byRisk: number;
  ranks: Int32Array;
  places: Int32Array;
}

/** A page of a selection. */
export interface Selected {
  listed: number;
  byRisk: number;
  /** Entries asked for, on all pages. */
  matching: number;
  page: { rank: number; place: number }[];
  /** Whether matching entries follow those of the page. */
  hasMore: boolean;
}

/** Selects entries by area and tier. Ranks count in the areas asked for; an entry that is kept back leaves its rank free. */
export function selectEntries(standings: Standings, { after, most, ...question }: Asked): Selected {
  const { listed, byRisk, ranks, places } = selectionOf(standings, question);
  const first = firstAbove(ranks, after);
  const until = Math.min(ranks.length, first + most);
  const page: Selected["page"] = [];
  for (let index = first; index < until; index++) page.push({ rank: ranks[index] as number, place: places[index] as number });
  return { listed, byRisk, matching: ranks.length, page, hasMore: until < ranks.length };
}

function selectionOf(standings: Standings, question: Question): Selection {
  const key = `${question.areas.join()} ${question.tier ?? ""} ${question.isExpired}`;
  const known = standings.selections.get(key);
  if (known !== undefined) return known;
  const found = select(standings, question);
  standings.selections.set(key, found);
  return found;
}

function select(standings: Standings, { areas, tier, isExpired }: Question): Selection {
  const wanted = tier === undefined ? -1 : tiers.indexOf(tier);
  const ranges = areas.map((area) => [Number(area.padEnd(9, "0")), Number(area.padEnd(9, "9"))] as const);
  const [ranks, places]: [number[], number[]] = [[], []];
  let [listed, byRisk] = [0, 0];
  standings.areas.forEach((code, index) => {
    if (!ranges.some(([least, greatest]) => code >= least && code <= greatest)) return;
    listed += 1;
    const isByRisk = standings.byRisk[index] === 1;
    if (isByRisk) byRisk += 1;
    if ((wanted >= 0 && standings.tiers[index] !== wanted) || (isExpired && isByRisk)) return;
    ranks.push(listed);
    places.push(standings.places[index] as number);
  });
  return { listed, byRisk, ranks: Int32Array.from(ranks), places: Int32Array.from(places) };
}
