import { LRUCache } from "lru-cache";
import type { IsoDate } from "../domain/dates.ts";
import { UserError } from "../domain/errors.ts";
import type { Language, Sentences } from "../domain/languages.ts";
import type { Session } from "../warehouse/session.ts";
import type { PublishedMeta } from "./published.ts";
import { readStandings, type Standings } from "./standings.ts";

/** Households known in a district, and the places that its list has. */
export interface DistrictPlaces {
  district_code: string;
  households: number;
  places: number;
}

/** What a list says of itself whoever looks at which page, but how many are on it. */
export interface CommonHead {
  list_id: string;
  run_id: string;
  as_of: IsoDate;
  area: string;
  area_name: string;
  purpose: "outreach";
  model: PublishedMeta["model"];
  /** Why it goes on without its champion, in words; absent where it does not. */
  notice?: string;
  rules: PublishedMeta["rules"];
  currency: string;
  /** Households known in the area, and places it has. */
  households: number;
  places: number;
}

/** What every reading of a published run needs, read once. */
export interface Frame {
  meta: PublishedMeta;
  standings: Standings;
  districts: readonly DistrictPlaces[];
  /** Names of places by KATO code; a language without a name of its own has the Russian one. */
  names: ReadonlyMap<string, Sentences>;
  /** What is said of a rule, a feature, a lane or a form of support, by kind and code. */
  phrases: ReadonlyMap<string, Sentences>;
  /** Of lists asked for before. */
  heads: LRUCache<string, CommonHead>;
}

/** Reads the frame of a published run. A UserError when an earlier version of the product published it in another form. */
export async function readFrame(session: Session, meta: PublishedMeta): Promise<Frame> {
  await requireTable(session, meta, "sheets");
  const districts = await session.rows<DistrictPlaces & Record<string, unknown>>(
    "select district_code, households, capacity as places from capacity order by district_code",
  );
  const names = await session.rows<{ area_code: string; name_kk: string; name_ru: string; name_en: string | null }>("select * from areas");
  const phrases = await session.rows<{ kind: string; code: string } & Sentences & Record<string, unknown>>("select * from phrases");
  return {
    meta,
    standings: await readStandings(session),
    districts,
    names: new Map(
      names.map(({ area_code, name_kk, name_ru, name_en }) => [area_code, { kk: name_kk, ru: name_ru, en: name_en ?? name_ru }]),
    ),
    phrases: new Map(phrases.map(({ kind, code, kk, ru, en }) => [`${kind} ${code}`, { kk, ru, en }])),
    heads: new LRUCache({ max: 2_000 }),
  };
}

/** A place's name in a language; its code where no name is kept. */
export function placeName({ names }: Pick<Frame, "names">, area: string, language: Language): string {
  return names.get(area.padEnd(9, "0"))?.[language] ?? area;
}

/** Districts that lie in one of the areas, or hold one of them. */
export function districtsOf({ districts }: Pick<Frame, "districts">, areas: readonly string[]): DistrictPlaces[] {
  return districts.filter((district) => isOf(district, areas));
}

/** Whether any district lies in one of the areas, or holds one of them. */
export function hasDistricts({ districts }: Pick<Frame, "districts">, areas: readonly string[]): boolean {
  return districts.some((district) => isOf(district, areas));
}

function isOf({ district_code: code }: DistrictPlaces, areas: readonly string[]): boolean {
  return areas.some((area) => code.startsWith(area) || area.startsWith(code.slice(0, 4)));
}

/** A UserError when an earlier version of the product published the run, without this table. */
export async function requireTable(session: Session, meta: PublishedMeta, table: string): Promise<void> {
  if ((await session.value<number>("select count(*)::integer from duckdb_tables() where table_name = $table", { table })) === 0)
    throw new UserError(
      "old_list",
      `run ${meta.run_id} was published by an earlier version; publish it again: npx aldyn run nightly --as-of ${meta.as_of}`,
    );
}
