import { readFileSync } from "node:fs";
import type { IsoDate } from "../domain/dates.ts";
import { didYouMean, UserError } from "../domain/errors.ts";
import type { Language } from "../domain/languages.ts";
import { projectFile } from "../domain/project-files.ts";
import { type Tier, tiers } from "../domain/tiers.ts";
import type { Session } from "../warehouse/session.ts";
import { areaPrefix, listId } from "./list-id.ts";
import { type ListedOffer, type ListedReason, type Question, wordsOfAsked } from "./list-words.ts";
import type { PublishedMeta } from "./published.ts";

export interface ListQuery {
  /** A KATO code or its leading digits; '' is the whole country. */
  area: string;
  tier?: string | undefined;
  /** All entries when absent. */
  limit?: number | undefined;
  language: Language;
  /** The day on which the list is read: after `valid_until` no score is shown. */
  today: IsoDate;
}

export interface ListEntry {
  rank: number;
  tier: Tier;
  basis: string;
  household_id: string;
  area_code: string;
  area_name: string;
  district_code: string;
  district_name: string;
  household: { members: number | null; children: number | null; elderly: number | null; has_disability: boolean | null };
  reasons: ListedReason[];
  questions: Question[];
  offers: ListedOffer[];
  confidence: number;
  unknown_reason: string | null;
  days_since_newest_record: number | null;
  inclusion_probability: number;
  valid_until: IsoDate;
}

export interface List {
  list_id: string;
  run_id: string;
  as_of: IsoDate;
  area: string;
  area_name: string;
  purpose: "outreach";
  model: PublishedMeta["model"];
  rules: PublishedMeta["rules"];
  currency: string;
  /** Households known in the area, places it has, entries in all, and those kept back because their score has expired. */
  households: number;
  places: number;
  listed: number;
  expired: number;
  /** Entries of the tier asked for, before the limit. */
  matching: number;
  entries: ListEntry[];
}

/** Reads the list of an area from a published run, its reasons and offers as sentences. */
export async function readList(session: Session, meta: PublishedMeta, query: ListQuery): Promise<List> {
  const area = areaPrefix(query.area);
  if (query.tier !== undefined && !(tiers as readonly string[]).includes(query.tier))
    throw new UserError(
      "bad_tier",
      `--tier ${query.tier}: there is no such tier${didYouMean(query.tier, tiers)}; tiers are ${tiers.join(", ")}`,
      {
        exitCode: 2,
      },
    );
  const places = await placesOf(session, area);
  const isExpired = query.today > meta.valid_until;
  await session.run(`create or replace temp table asked as ${readFileSync(projectFile("sql/outreach/asked.sql"), "utf8")}`, {
    area,
    tier: query.tier ?? null,
    most: query.limit ?? 2 ** 31 - 1,
    is_expired: isExpired,
    language: query.language,
  });
  const rows = await session.rows<EntryRow>("select * from asked order by rank");
  const words = await wordsOfAsked(session, { language: query.language, currency: meta.currency, isExpired });
  const counts = await session.row<{ listed: number; by_risk: number }>(
    "select count(*)::integer as listed, count(*) filter (where basis = 'risk')::integer as by_risk from entries where starts_with(area_code, $area)",
    { area },
  );
  return {
    list_id: listId(meta.manifest, places.places, area),
    run_id: meta.run_id,
    as_of: meta.as_of,
    area,
    area_name: await areaName(session, area, query.language),
    purpose: "outreach",
    model: meta.model,
    rules: meta.rules,
    currency: meta.currency,
    ...places,
    listed: counts.listed,
    expired: isExpired ? counts.by_risk : 0,
    matching: rows[0]?.matching ?? 0,
    entries: rows.map(({ members, children, elderly, has_disability, matching: _all, ...row }) => ({
      ...row,
      household: { members, children, elderly, has_disability },
      ...(words.get(row.household_id) ?? { reasons: [], questions: [], offers: [] }),
    })),
  };
}

type EntryRow = Omit<ListEntry, "household" | "reasons" | "questions" | "offers"> &
  ListEntry["household"] & { matching: number } & Record<string, unknown>;

async function placesOf(session: Session, area: string): Promise<{ households: number; places: number }> {
  const found = await session.row<{ households: number | null; places: number | null }>(
    `select sum(households)::integer as households, sum(capacity)::integer as places
     from capacity where starts_with(district_code, $area) or starts_with($area, district_code[1:4])`,
    { area },
  );
  if (found.households === null) {
    const known = await session.rows<{ region: string }>("select distinct district_code[1:2] as region from capacity order by region");
    throw new UserError(
      "no_area",
      `--area ${area}: no household is known there; regions of this run: ${known.map((row) => row.region).join(", ")}`,
      {
        exitCode: 2,
      },
    );
  }
  return { households: found.households, places: found.places ?? 0 };
}

async function areaName(session: Session, area: string, language: Language): Promise<string> {
  if (area === "") return "";
  const [found] = await session.rows<Record<string, string | null>>("select * from areas where area_code = $code", {
    code: area.padEnd(9, "0"),
  });
  return found?.[`name_${language}`] ?? found?.name_ru ?? area;
}
