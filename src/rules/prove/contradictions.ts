import type { IsoDate } from "../../domain/dates.ts";
import { tiers } from "../../domain/tiers.ts";
import type { Feature } from "../../features/catalogue.ts";
import { identifier, type Session } from "../../warehouse/session.ts";
import type { Rule } from "../rule.ts";
import { type DatedExpression, triedWith } from "./expression.ts";
import { type Axis, combinations, householdsSql, mostHouseholds } from "./grid.ts";
import { axisOf } from "./judged.ts";

/** A rule on a date, with the terms of the forms of support that it suggests. */
export interface DatedRule {
  rule: Rule;
  condition: DatedExpression;
  terms: ReadonlyMap<string, DatedExpression>;
}

type Direction = Feature["direction"];

/**
 * What contradicts itself on a date, each named once by what is compared: two rules met by the same households (with another tier, one as a
 * question and the other as a tier, or the same twice); a rule that suggests support whose own terms keep it back from everybody the rule finds;
 * a rule that ends with more hardship where no rule of its tier or a higher one begins.
 */
export async function contradictions(
  session: Session,
  date: IsoDate,
  rules: readonly DatedRule[],
  directions: ReadonlyMap<string, Direction>,
  seen: Set<string>,
): Promise<{ faults: string[]; households: number }> {
  const faults: string[] = [];
  let households = 0;
  const once = async (key: string, find: () => Promise<{ fault: string | undefined; households: number }>) => {
    if (seen.has(key)) return;
    seen.add(key);
    const found = await find();
    households += found.households;
    if (found.fault !== undefined) faults.push(`${found.fault} (on ${date})`);
  };
  for (const [index, one] of rules.entries()) {
    for (const other of rules.slice(index + 1).filter((each) => usesTheSame(one, each)))
      await once(`same ${idOf(one)} ${idOf(other)}`, () => sameHouseholds(session, one, other));
    for (const [code, terms] of one.terms) await once(`terms ${idOf(one)} ${code} ${terms.sql}`, () => keptBack(session, one, code, terms));
    const ordered = one.condition.features.filter((name) => !(name in one.rule.againstDirection));
    for (const feature of one.rule.tier === "none" ? [] : ordered) {
      const direction = directions.get(feature) ?? "free";
      const takers = rules.filter((each) => each !== one && isAtLeast(each.rule, one.rule) && each.condition.features.includes(feature));
      if (direction !== "free")
        await once(`ends ${feature} ${[one, ...takers].map(idOf)}`, () => endsWithHardship(session, one, feature, direction, takers));
    }
  }
  return { faults, households };
}

const idOf = ({ rule, condition }: DatedRule) => `${rule.id} ${rule.tier} ${condition.sql}`;
const usesTheSame = (one: DatedRule, other: DatedRule) => namesOf(one) === namesOf(other);
const namesOf = ({ condition }: DatedRule) => [...condition.features].sort().join(" ");
const isAtLeast = (one: Rule, other: Rule) => tiers.indexOf(one.tier) <= tiers.indexOf(other.tier);

async function sameHouseholds(session: Session, one: DatedRule, other: DatedRule) {
  const axes = (await triedWith(session, [one.condition, other.condition])).map((feature) => axisOf(feature, true));
  const { households, apart } = await session.row<{ households: number; apart: number }>(`
    select count(*)::integer as households, count(*) filter (where (${one.condition.sql}) is distinct from (${other.condition.sql}))::integer as apart
    from (${householdsSql(axes)})`);
  if (apart > 0 || combinations(axes) > mostHouseholds) return { households, fault: undefined };
  const [a, b] = [one.rule, other.rule];
  const both = `${a.file} and ${b.file} are met by the same households`;
  if (a.question !== b.question)
    return { households, fault: `${both}: what ${a.question ? a.id : b.id} asks, ${a.question ? b.id : a.id} takes for known` };
  return {
    households,
    fault: a.tier === b.tier ? `${both}: one of them is enough` : `${both}, and give them different tiers, ${a.tier} and ${b.tier}`,
  };
}

async function keptBack(session: Session, { rule, condition }: DatedRule, code: string, terms: DatedExpression) {
  const axes = (await triedWith(session, [condition, terms])).map((feature) => axisOf(feature, true));
  const { households, offered } = await session.row<{ households: number; offered: number }>(`
    select count(*)::integer as households, count(*) filter (where (${condition.sql}) and (${terms.sql}))::integer as offered from (${householdsSql(axes)})`);
  const isShown = offered > 0 || combinations(axes) > mostHouseholds;
  return {
    households,
    fault: isShown
      ? undefined
      : `${rule.file}: offers: ${code} is kept back by its own terms (${terms.place}) from every household that the rule finds`,
  };
}

/** Whether the rule ends as the feature moves towards hardship, and no other rule is met where it ends. */
async function endsWithHardship(
  session: Session,
  one: DatedRule,
  feature: string,
  direction: Exclude<Direction, "free">,
  takers: readonly DatedRule[],
) {
  const alone = await endings(session, one, feature, direction);
  let { households } = alone;
  if (alone.ended === 0) return { households, fault: undefined };
  for (const taker of takers) {
    const found = await endings(session, one, feature, direction, taker);
    households += found.households;
    if (found.taken > 0) return { households, fault: undefined };
  }
  const word = direction === "+" ? "rises" : "falls";
  return {
    households,
    fault: `${one.rule.file}: the rule ends as ${feature} ${word}, which is more hardship (direction ${direction}), and no rule of tier ${one.rule.tier} or above begins there; say why under against_direction where that is meant`,
  };
}

async function endings(session: Session, one: DatedRule, name: string, direction: Exclude<Direction, "free">, taker?: DatedRule) {
  const tried = await triedWith(session, taker === undefined ? [one.condition] : [one.condition, taker.condition]);
  const axes = tried.map(
    (feature): Axis => (feature.name === name ? { ...axisOf(feature, false), values: feature.values } : axisOf(feature, false)),
  );
  const others = tried.filter((feature) => feature.name !== name).map((feature) => identifier(feature.name));
  const order = `${identifier(name)} ${direction === "+" ? "asc" : "desc"}`;
  return session.row<{ households: number; ended: number; taken: number }>(`
    with judged as (
        select (${one.condition.sql}) as met, (${taker?.condition.sql ?? "false"}) as taken, lag(met) over beside as met_before,
        from (${householdsSql(axes, mostHouseholds)})
        window beside as (${others.length === 0 ? "" : `partition by ${others.join(", ")}`} order by ${order})
    )
    select count(*)::integer as households, count(*) filter (where met_before and not met)::integer as ended,
        count(*) filter (where met_before and not met and taken)::integer as taken,
    from judged`);
}
