import type { IsoDate } from "../domain/dates.ts";
import type { Language } from "../domain/languages.ts";
import type { Principal } from "../domain/principal.ts";
import type { Tier } from "../domain/tiers.ts";
import { expiredTexts } from "../lists/entry-texts.ts";
import { hasDistricts, placeName } from "../lists/frame.ts";
import { areaPrefix } from "../lists/list-id.ts";
import { entriesOf, type List, type ListEntry, type Part, selectPart } from "../lists/read-list.ts";
import { readingDay } from "../lists/reading-day.ts";
import { areasWithin, NotFound, overlaps, requireArea, requirePermission } from "./access.ts";
import { pageOf, readCursor, writeCursor } from "./cursor.ts";
import type { Sources } from "./parts.ts";
import type { PublishedList, ReadableRun } from "./published-runs.ts";

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

/** A page before its entries are read. */
interface PageHead extends Omit<List, "entries"> {
  areas: readonly string[];
  next_cursor: string | null;
}

export interface EntriesPage extends PageHead {
  entries: ListEntry[];
}

/** Reads a page of a list. */
export async function readEntries(principal: Principal, sources: Sources, reading: Reading): Promise<EntriesPage> {
  requirePermission(principal, "lists");
  return withPart(principal, sources, reading, async (head, part, { frame, sheets }) => ({
    ...head,
    entries: await entriesOf(frame, sheets, part),
  }));
}

/** The same page as JSON in UTF-8, in pieces: what was said at publishing, and what stands before each entry. */
export async function readEntriesAsJson(
  principal: Principal,
  sources: Sources,
  reading: Reading,
): Promise<{ pieces: (string | Uint8Array)[]; next_cursor: string | null }> {
  requirePermission(principal, "lists");
  return withPart(principal, sources, reading, async (head, { page, language, isExpired }, { frame, sheets, texts }) => {
    const readTexts = isExpired ? expiredTexts(frame, sheets) : texts;
    const said = await readTexts(
      page.map(({ place }) => place),
      language,
    );
    const pieces: (string | Uint8Array)[] = [`${JSON.stringify(head).slice(0, -1)},"entries":[`];
    for (const [index, { rank }] of page.entries()) pieces.push(`${index === 0 ? "" : ","}{"rank":${rank},`, said[index] as Uint8Array);
    pieces.push("]}");
    return { pieces, next_cursor: head.next_cursor };
  });
}

async function withPart<T>(
  principal: Principal,
  { published }: Sources,
  { list, areas, today, query }: Reading,
  read: (head: PageHead, part: Part, run: ReadableRun) => Promise<T>,
): Promise<T> {
  for (const area of areas) requireArea(principal, area);
  const of = `${list.list_id} ${areas.join()} ${query.tier ?? ""}`;
  const after = query.cursor === undefined ? 0 : Number(readCursor(of, query.cursor));
  const within = areas.length === 1 && areas[0] === list.area ? undefined : areas;
  const { tier, limit, lang: language } = query;
  return published.withRun(list.run_id, async (run) => {
    if (!hasDistricts(run.frame, areas)) throw new NotFound("no household is known in the area");
    const part = selectPart(run.frame, { area: list.area, within, tier, after, limit, language, today });
    const last = part.page.at(-1);
    const next_cursor = part.hasMore && last !== undefined ? writeCursor(of, last.rank) : null;
    return read({ ...part.head, areas, next_cursor }, part, run);
  });
}
