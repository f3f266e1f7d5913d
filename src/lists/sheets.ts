import type { Session } from "../warehouse/session.ts";
import type { KeptOffer, KeptReason, Words } from "./list-words.ts";
import type { ListEntry } from "./read-list.ts";

/** What is kept of an entry: everything but words, names and its rank where one looks. */
export type Sheet = Omit<ListEntry, "rank" | "area_name" | "district_name" | keyof Words> & { reasons: KeptReason[]; offers: KeptOffer[] };

/** Reads what is kept of the entries at these places, by place. */
export type ReadSheets = (places: readonly number[]) => Promise<Map<number, Sheet>>;

/** More places than this are read in one go over all of theirs; up to it the index on places finds them. */
const mostByIndex = 500;

/** Reads sheets from the published run, those asked for only. */
export function sheetsFrom(session: Session): ReadSheets {
  return async (places) => {
    if (places.length === 0) return new Map();
    const few = places.length <= mostByIndex;
    const rows = await session.rows<{ place: number; sheet: string }>(
      few
        ? `select place, sheet from sheets where place in (${places.join(", ")})`
        : "select place, sheet from sheets where place between $first and $last",
      few ? {} : { first: places[0] as number, last: places.at(-1) as number },
    );
    const wanted = new Set(places);
    return new Map(rows.flatMap(({ place, sheet }) => (wanted.has(place) ? [[place, JSON.parse(sheet) as Sheet]] : [])));
  };
}
