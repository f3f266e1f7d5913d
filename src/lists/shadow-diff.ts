import { readFileSync } from "node:fs";
import { projectFile } from "../domain/project-files.ts";
import { tiers } from "../domain/tiers.ts";
import type { Session } from "../warehouse/session.ts";

/** What a shadow's scores would change on an area's list: households by id only. */
export interface DistrictDiff {
  district_code: string;
  places: number;
  listed: number;
  would_enter: string[];
  would_leave: string[];
  /** Households on both lists over those on either; 1 when both are empty. */
  jaccard: number;
}

/** A run's lists beside those that a shadow would have made, all else equal. */
export interface ShadowDiff {
  shadow: { id: string; name: string };
  /** Null where the run had no model: its lists were made by rules and need. */
  champion: { id: string; name: string } | null;
  as_of: string;
  listed: number;
  would_enter: number;
  would_leave: number;
  /** Of all districts' lists together, at their capacity. */
  jaccard: number;
  /** Households that both models order by risk, and Spearman's correlation of their ranks; null below two, or without a champion. */
  ranked_by_both: number;
  rank_correlation: number | null;
  /** Entries of the lists by tier, the champion's and the shadow's. */
  tiers: Record<string, { champion: number; shadow: number }>;
  districts: DistrictDiff[];
}

/** Keeps the lists that were made with the champion aside, under the name `champion_list` and `champion_standing`. */
export async function keepChampionLists(session: Session): Promise<void> {
  await session.script(`
    create or replace temp table champion_list as select * from list;
    create or replace temp table champion_standing as select household_id, risk from standing;
    create or replace temp table champion_capacity as select * from capacity`);
}

/** Compares the session's `list` and `standing`, made with a shadow's scores, with what was kept of the champion's. */
export async function compareLists(session: Session, about: Pick<ShadowDiff, "shadow" | "champion" | "as_of">): Promise<ShadowDiff> {
  const select = (name: string) => readFileSync(projectFile(`sql/outreach/${name}.sql`), "utf8");
  const changes = await session.rows<{ household_id: string; district_code: string; change: "stays" | "enters" | "leaves" }>(
    select("shadow_changes"),
  );
  const places = await session.rows<{ district_code: string; capacity: number }>(
    "select district_code, capacity from champion_capacity order by district_code",
  );
  const { ranked, squares } = await session.row<{ ranked: number; squares: string }>(select("shadow_ranks"));
  const counted = await session.rows<{ tier: string; champion: number; shadow: number }>(`
    select tier, sum(champion)::integer as champion, sum(shadow)::integer as shadow
    from (select tier, 1 as champion, 0 as shadow from champion_list union all select tier, 0, 1 from list)
    group by tier order by tier`);
  const of = (change: string) => changes.filter((each) => each.change === change);
  const counts = new Map(counted.map((each) => [each.tier, each]));
  return {
    ...about,
    listed: of("stays").length + of("leaves").length,
    would_enter: of("enters").length,
    would_leave: of("leaves").length,
    jaccard: jaccard(of("stays").length, changes.length),
    ranked_by_both: ranked,
    rank_correlation: spearman(ranked, Number(squares)),
    tiers: Object.fromEntries(
      tiers.map((tier) => [tier, { champion: counts.get(tier)?.champion ?? 0, shadow: counts.get(tier)?.shadow ?? 0 }]),
    ),
    districts: places.map(({ district_code, capacity }) =>
      districtDiff(
        district_code,
        capacity,
        changes.filter((each) => each.district_code === district_code),
      ),
    ),
  };
}

function districtDiff(district_code: string, places: number, changes: readonly { household_id: string; change: string }[]): DistrictDiff {
  const ids = (change: string) => changes.filter((each) => each.change === change).map(({ household_id }) => household_id);
  const [stay, would_enter, would_leave] = [ids("stays"), ids("enters"), ids("leaves")];
  const listed = stay.length + would_leave.length;
  return { district_code, places, listed, would_enter, would_leave, jaccard: jaccard(stay.length, changes.length) };
}

function jaccard(both: number, either: number): number {
  return either === 0 ? 1 : both / either;
}

/** Of two rankings without ties: 1 - 6 d² / (n (n² - 1)). */
function spearman(n: number, squares: number): number | null {
  return n < 2 ? null : 1 - (6 * squares) / (n * (n * n - 1));
}
