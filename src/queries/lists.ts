import type { IsoDate } from "../domain/dates.ts";
import type { Language } from "../domain/languages.ts";
import type { Principal } from "../domain/principal.ts";
import type { Tier } from "../domain/tiers.ts";
import { districtsOf, placeName } from "../lists/frame.ts";
import { areaPrefix } from "../lists/list-id.ts";
import { type List, readPage } from "../lists/read-list.ts";
import { readingDay } from "../lists/reading-day.ts";
import { areasWithin, NotFound, overlaps, requireArea, requirePermission } from "./access.ts";
import { pageOf, readCursor, writeCursor } from "./cursor.ts";
import type { Sources } from "./parts.ts";
import type { PublishedList } from "./published-runs.ts";

export interface Paging {
  cursor?: string | undefined;
  limit: number;
}

export interface ListedList extends PublishedList {
  area_name: string;
}

/** The lists that have something of the principal's areas, newest day first. */
export async function listLists(
  principal: Principal,
  { published }: Sources,
  { area = "", lang, ...paging }: Paging & { area?: string | undefined; lang: Language },
): Promise<{ items: ListedList[]; next_cursor: string | null }> {
  requirePermission(principal, "lists");
  const prefix = areaPrefix(area);
  areasWithin(principal, prefix);
  const lists = published.lists().filter((list) => list.area.startsWith(prefix) && overlaps(principal, list.area));
  const { items, next_cursor } = pageOf(lists, (list) => list.list_id, { ...paging, of: "lists" });
  if (items.length === 0) return { items: [], next_cursor };
  return published.withCurrent(async ({ frame }) => ({
    items: items.map((list) => ({ ...list, area_name: list.area === "" ? "" : placeName(frame, list.area, lang) })),
    next_cursor,
  }));
}

export interface EntriesQuery {
  area?: string | undefined;
  tier?: Tier | undefined;
  cursor?: string | undefined;
  limit: number;
  lang: Language;
}

/** What of a list is asked for, once it is known that the principal may have it. */
export interface Reading {
  list: PublishedList;
  /** KATO prefixes; a list asked for without an area is cut to the principal's own. */
  areas: readonly string[];
  today: IsoDate;
  query: EntriesQuery;
}

/** Checks that the principal may read this of a list, and says what exactly: two readings that are the same have the same answer. */
export async function prepareReading(
  principal: Principal,
  { published, now }: Sources,
  listId: string,
  query: EntriesQuery,
): Promise<Reading> {
  requirePermission(principal, "lists");
  const list = published.list(listId);
  const area = query.area === undefined ? list.area : areaPrefix(query.area);
  if (!area.startsWith(list.area)) throw new NotFound("the area does not lie in the list's area");
  const areas = areasWithin(principal, area);
  const today = await published.withRun(list.run_id, async ({ frame }) => readingDay(frame.meta, undefined, now()));
  return { list, areas, today, query };
}

export type EntriesPage = List & { areas: readonly string[]; next_cursor: string | null };

/** Reads a page of a list. */
export async function readEntries(
  principal: Principal,
  { published }: Sources,
  { list, areas, today, query }: Reading,
): Promise<EntriesPage> {
  requirePermission(principal, "lists");
  for (const area of areas) requireArea(principal, area);
  const of = `${list.list_id} ${areas.join()} ${query.tier ?? ""}`;
  const after = query.cursor === undefined ? 0 : Number(readCursor(of, query.cursor));
  const within = areas.length === 1 && areas[0] === list.area ? undefined : areas;
  const { tier, limit, lang: language } = query;
  return published.withRun(list.run_id, async (run) => {
    if (districtsOf(run.frame, areas).length === 0) throw new NotFound("no household is known in the area");
    const page = await readPage(run.sheets, run.frame, { area: list.area, within, tier, after, limit, language, today });
    const last = page.list.entries.at(-1);
    return { ...page.list, areas, next_cursor: page.hasMore && last !== undefined ? writeCursor(of, last.rank) : null };
  });
}
