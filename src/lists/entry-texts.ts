import { type Language, languages } from "../domain/languages.ts";
import type { Session } from "../warehouse/session.ts";
import { type Frame, readFrame } from "./frame.ts";
import type { PublishedMeta } from "./published.ts";
import { entryOf } from "./read-list.ts";
import { type ReadSheets, type Sheet, sheetsFrom } from "./sheets.ts";

/** Entries of these places in a language, in their order: JSON in UTF-8, all that follows `{"rank":1,`, since a rank depends on where one looks. */
export type ReadTexts = (places: readonly number[], language: Language) => Promise<Uint8Array[]>;

const rowsAtOnce = 2_000;

/** Adds the table `texts` to a run that is being published: its entries in every language, so that a page is put together and not written anew. */
export async function writeTexts(session: Session, meta: PublishedMeta): Promise<void> {
  const frame = await readFrame(session, meta);
  const readSheets = sheetsFrom(session);
  await session.script("create table texts (place integer, kk varchar, ru varchar, en varchar)");
  for (let first = 0; first < frame.standings.places.length; first += rowsAtOnce) {
    const places = [...frame.standings.places.subarray(first, first + rowsAtOnce)];
    const sheets = await readSheets(places);
    const said = (language: Language) => places.map((place) => sayEntry(frame, sheets.get(place) as Sheet, language, false));
    await session.createTable("said", {
      place: Float64Array.from(places),
      ...Object.fromEntries(languages.map((language) => [language, said(language)])),
    });
    await session.script("insert into texts select place::integer, kk, ru, en from said; drop table said");
  }
  await session.script("create unique index texts_place on texts(place)");
}

/** Says entries from their sheets: what is kept of them in words has expired. */
export function expiredTexts(frame: Frame, readSheets: ReadSheets): ReadTexts {
  return async (places, language) => {
    const sheets = await readSheets(places);
    return places.map((place) => Buffer.from(sayEntry(frame, sheets.get(place) as Sheet, language, true)));
  };
}

/** Reads texts from the published run, those asked for only. */
export function textsFrom(session: Session): ReadTexts {
  return async (places, language) => {
    if (places.length === 0) return [];
    const rows = await session.rows<{ place: number; text: string }>(
      `select place, ${language} as text from texts where place in (${places.join(", ")})`,
    );
    const found = new Map(rows.map(({ place, text }) => [place, text]));
    return places.map((place) => Buffer.from(found.get(place) as string));
  };
}

/**
 * Reads all texts of a published run and keeps them in memory, outside the heap: about 3 kB an entry and language. A statement of DuckDB for a
 * page of 50 takes several times as long as all the rest of its reply.
 */
export async function keepTexts(session: Session): Promise<ReadTexts> {
  const kept = new Map<Language, Kept>();
  for (const language of languages) kept.set(language, await keepLanguage(session, language));
  return async (places, language) => {
    const { text, ends } = kept.get(language) as Kept;
    return places.map((place) => text.subarray(ends[place - 1], ends[place]));
  };
}

interface Kept {
  text: Buffer;
  /** Where the text of each place ends. */
  ends: Float64Array;
}

async function keepLanguage(session: Session, language: Language): Promise<Kept> {
  const { bytes, last } = await session.row<{ bytes: number; last: number }>(
    `select coalesce(sum(strlen(${language})), 0)::bigint as bytes, coalesce(max(place), 0)::integer as last from texts`,
  );
  const text = Buffer.alloc(bytes);
  const ends = new Float64Array(last + 1);
  for (let first = 1; first <= last; first += rowsAtOnce) {
    const until = Math.min(last, first + rowsAtOnce - 1);
    const rows = await session.rows<{ place: number; text: string }>(
      `select place, ${language} as text from texts where place between $first and $until`,
      { first, until },
    );
    const found = new Map(rows.map(({ place, text }) => [place, text]));
    for (let place = first; place <= until; place++) {
      const from = ends[place - 1] as number;
      ends[place] = from + text.write(found.get(place) ?? "", from);
    }
  }
  return { text, ends };
}

function sayEntry(frame: Frame, sheet: Sheet, language: Language, isExpired: boolean): string {
  const { rank: _depends, ...entry } = entryOf(frame, 0, sheet, language, isExpired);
  return JSON.stringify(entry).slice(1);
}
