import type { IsoDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Language } from "../domain/languages.ts";
import { type Tier, tiers } from "../domain/tiers.ts";
import type { Session } from "../warehouse/session.ts";
import { sayFallback } from "./fallback-words.ts";
import { type CommonHead, districtsOf, type Frame, placeName } from "./frame.ts";
import { areaPrefix, listId } from "./list-id.ts";
import { type Words, wordsOf } from "./list-words.ts";
import { type ReadSheets, type Sheet, sheetsFrom } from "./sheets.ts";
import { selectEntries } from "./standings.ts";

export interface ListQuery {
  /** A KATO code or its leading digits; '' is the whole country. */
  area: string;
  /** Only these parts of the area, as KATO prefixes; ranks count in them together. All of it when absent. */
  within?: readonly string[] | undefined;
  tier?: string | undefined;
  /** Only ranks after it. */
  after?: number | undefined;
  /** All entries when absent. */
  limit?: number | undefined;
  language: Language;
  /** The day on which the list is read: after `valid_until` no score is shown. */
  today: IsoDate;
}

export interface ListEntry extends Words {
  rank: number;
  tier: Tier;
  basis: string;
  household_id: string;
  area_code: string;
  area_name: string;
  district_code: string;
  district_name: string;
  household: { members: number | null; children: number | null; elderly: number | null; has_disability: boolean | null };
  confidence: number;
  unknown_reason: string | null;
  days_since_newest_record: number | null;
  inclusion_probability: number;
  valid_until: IsoDate;
}

export interface List extends CommonHead {
  /** Entries in all, and those kept back because their score has expired. */
  listed: number;
  expired: number;
  /** Entries of the tier asked for, before the limit. */
  matching: number;
  entries: ListEntry[];
}

/** Reads the list of an area from a published run, its reasons and offers as sentences. */
export async function readList(session: Session, frame: Frame, query: ListQuery): Promise<List> {
  const part = selectPart(frame, query);
  return { ...part.head, entries: await entriesOf(frame, sheetsFrom(session), part) };
}

/** A part of a list before its entries are read: what the list says of itself, and who is on the part. */
export interface Part {
  head: Omit<List, "entries">;
  page: readonly { rank: number; place: number }[];
  /** Whether matching entries follow those of the page. */
  hasMore: boolean;
  language: Language;
  isExpired: boolean;
}

/** Selects a part of a list. */
export function selectPart(frame: Frame, query: ListQuery): Part {
  const { language } = query;
  const area = areaPrefix(query.area);
  const areas = query.within ?? [area];
  const tier = tierOf(query.tier);
  const isExpired = query.today > frame.meta.valid_until;
  const selected = selectEntries(frame.standings, { areas, tier, isExpired, after: query.after ?? 0, most: query.limit ?? Infinity });
  const { listed, byRisk, matching } = selected;
  const head = { ...commonHeadOf(frame, area, areas, language), listed, expired: isExpired ? byRisk : 0, matching };
  return { head, page: selected.page, hasMore: selected.hasMore, language, isExpired };
}

function commonHeadOf(frame: Frame, area: string, areas: readonly string[], language: Language): CommonHead {
  const key = `${area} ${areas.join()} ${language}`;
  const known = frame.heads.get(key);
  if (known !== undefined) return known;
  const { meta } = frame;
  const { households, places } = placesOf(frame, areas);
  const capacity = areas.length === 1 && areas[0] === area ? places : placesOf(frame, [area]).places;
  const head: CommonHead = {
    list_id: listId(meta.manifest, capacity, area),
    run_id: meta.run_id,
    as_of: meta.as_of,
    area,
    area_name: area === "" ? "" : placeName(frame, area, language),
    purpose: "outreach",
    model: meta.model,
    ...(meta.fallback === undefined ? {} : { notice: sayFallback(meta.fallback, language) }),
    rules: meta.rules,
    currency: meta.currency,
    households,
    places,
  };
  frame.heads.set(key, head);
  return head;
}

/** Reads the entries of a part. */
export async function entriesOf(frame: Frame, readSheets: ReadSheets, { page, language, isExpired }: Part): Promise<ListEntry[]> {
  const sheets = await readSheets(page.map(({ place }) => place));
  return page.map(({ rank, place }) => entryOf(frame, rank, sheets.get(place) as Sheet, language, isExpired));
}

/** An entry with its words and names of places. */
export function entryOf(
  frame: Frame,
  rank: number,
  { reasons, offers, ...sheet }: Sheet,
  language: Language,
  isExpired: boolean,
): ListEntry {
  return {
    rank,
    ...sheet,
    area_name: placeName(frame, sheet.area_code, language),
    district_name: placeName(frame, sheet.district_code, language),
    ...wordsOf(frame, { reasons, offers }, { language, isExpired }),
  };
}

function tierOf(named: string | undefined): Tier | undefined {
  const found = tiers.find((tier) => tier === named);
  if (named !== undefined && found === undefined)
    throw new UserError("bad_tier", `--tier ${named}: there is no such tier${didYouMean(named, tiers)}; tiers are ${tiers.join(", ")}`, {
      exitCode: 2,
    });
  return found;
}

function placesOf(frame: Frame, areas: readonly string[]): { households: number; places: number } {
  const found = districtsOf(frame, areas);
  if (found.length === 0) {
    const regions = [...new Set(frame.districts.map(({ district_code }) => district_code.slice(0, 2)))];
    throw new UserError("no_area", `--area ${areas.join(", ")}: no household is known there; regions of this run: ${regions.join(", ")}`, {
      exitCode: 2,
    });
  }
  return {
    households: found.reduce((sum, district) => sum + district.households, 0),
    places: found.reduce((sum, district) => sum + district.places, 0),
  };
}
