import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../domain/canonical.ts";
import type { IsoDate } from "../domain/dates.ts";
import { featureTypes, readCatalogue } from "../features/catalogue.ts";
import { type Policy, policyAt } from "../lists/policy.ts";
import { prioritiseHouseholds } from "../lists/prioritise-households.ts";
import { type Deployment, listingFiles } from "../parameters/deployment.ts";
import { type CompiledRule, rulesSelect } from "../rules/compile.ts";
import { rulesInForce } from "../rules/read-rules.ts";
import type { DataDirectory } from "../warehouse/data-directory.ts";
import { quoted, type Session } from "../warehouse/session.ts";
import type { ListChange } from "./result.ts";

/** By what lists are made on a day. */
export interface Listing {
  rules: CompiledRule[];
  policy: Policy;
}

/** The rules and the policy of a deployment in force on a day. */
export async function listingAt(deployment: Deployment, date: IsoDate): Promise<Listing> {
  const { rules } = await rulesInForce(deployment, featureTypes(readCatalogue(deployment.features)), date);
  return { rules, policy: policyAt(listingFiles(deployment).policy, date) };
}

/** Whether two listings can make different lists. */
export function isSameListing(one: Listing, other: Listing): boolean {
  const judging = ({ rules, policy }: Listing) =>
    canonicalJson({ rules: rules.map(({ column, tier, sql }) => ({ column, tier, sql })), policy });
  return judging(one) === judging(other);
}

/** The newest run of a day whose lists were made; undefined when there is none. */
export function newestRun(data: DataDirectory, date: IsoDate): string | undefined {
  if (!existsSync(data.runs)) return undefined;
  const made = (run: string) => statSync(join(data.runs, run, "manifest.json"), { throwIfNoEntry: false })?.mtimeMs;
  const ofDay = readdirSync(data.runs)
    .map((run) => ({ run, at: made(run) }))
    .filter(({ run, at }) => at !== undefined && existsSync(join(data.runs, run, "prioritise", "step.json")))
    .filter(({ run }) => (JSON.parse(readFileSync(join(data.runs, run, "manifest.json"), "utf8")) as { as_of: string }).as_of === date);
  return ofDay.sort((a, b) => (b.at as number) - (a.at as number) || (a.run < b.run ? -1 : 1))[0]?.run;
}

/** A listing, and the directory whose `features` and `score` it judges. */
export interface ListedSide extends Listing {
  directory: string;
}

/** The lists that two sides make beside each other; leaves them in the temp table `both_lists`: household_id, region, and its tier on each. */
export async function compareLists(
  session: Session,
  run: string,
  date: IsoDate,
  sides: { today: ListedSide; changed: ListedSide },
): Promise<ListChange> {
  for (const [side, { rules, policy, directory }] of Object.entries(sides)) {
    const files = (step: string) => quoted(join(directory, step, "*.parquet"));
    const hasScore = existsSync(join(directory, "score", "00.parquet"));
    await session.script(`
      create or replace temp view features as select * from read_parquet(${files("features")});
      create or replace temp view score as ${hasScore ? `select * from read_parquet(${files("score")})` : "select null::varchar as household_id, null::double as probability limit 0"}`);
    await session.run(`create or replace temp table rules as ${rulesSelect(rules, "features")}`);
    await prioritiseHouseholds(session, rules, policy, date);
    await session.run(`create or replace temp table ${side}_list as select household_id, left(district_code, 2) as region, tier from list`);
  }
  await session.run(`create or replace temp table both_lists as
    select coalesce(c.household_id, t.household_id) as household_id, coalesce(c.region, t.region) as region, t.tier::varchar as today_tier, c.tier::varchar as changed_tier
    from today_list as t full join changed_list as c on c.household_id = t.household_id`);
  const counts = `count(today_tier)::integer as today, count(changed_tier)::integer as changed,
    count(*) filter (where today_tier is null)::integer as entered, count(*) filter (where changed_tier is null)::integer as left_list`;
  const all = await session.row<Counts>(`select ${counts} from both_lists`);
  const byRegion = await session.rows<Counts & { region: string }>(
    `select region, ${counts} from both_lists group by region order by region`,
  );
  const byTier = await session.rows<Counts & { tier: string }>(`
    select tier, ${counts.replaceAll("count(today_tier)", "count(today_tier) filter (where today_tier = tier)").replaceAll("count(changed_tier)", "count(changed_tier) filter (where changed_tier = tier)")}
    from (select distinct unnest([today_tier, changed_tier]) as tier from both_lists) as named
    join both_lists on today_tier = tier or changed_tier = tier
    where tier is not null group by tier order by tier`);
  return {
    run_id: run,
    is_remade: sides.changed.directory !== sides.today.directory,
    listed_today: all.today,
    listed_changed: all.changed,
    entered: all.entered,
    left: all.left_list,
    by_region: byRegion.map(({ left_list, ...each }) => ({ ...each, left: left_list })),
    by_tier: byTier.map(({ left_list, ...each }) => ({ ...each, left: left_list })),
  };
}

type Counts = { today: number; changed: number; entered: number; left_list: number };
