import type { ListedReason } from "./list-words.ts";
import type { List, ListEntry } from "./read-list.ts";

/** A household's place on a list. */
export interface Standing {
  rank: number;
  tier: string;
  basis: string;
}

/** A reason by code, with its words. */
export interface Cause {
  code: string;
  text: string;
}

/** What changed between two lists of one area, and why: reasons that came and reasons that went. */
export interface ListDiff {
  area: string;
  from: { run_id: string; as_of: string; list_id: string };
  to: { run_id: string; as_of: string; list_id: string };
  entered: { household_id: string; to: Standing; because: Cause[] }[];
  left: { household_id: string; from: Standing; was_because: Cause[] }[];
  moved: { household_id: string; from: Standing; to: Standing; came: Cause[]; went: Cause[] }[];
  unmoved: number;
}

/** Compares two lists: who came, who went, who has another tier or rank; changes of tier first, then the greatest moves. */
export function diffLists(before: List, after: List): ListDiff {
  const earlier = new Map(before.entries.map((entry) => [entry.household_id, entry]));
  const later = new Set(after.entries.map((entry) => entry.household_id));
  const stayed = after.entries.flatMap((entry) => {
    const was = earlier.get(entry.household_id);
    return was === undefined ? [] : [{ was, entry }];
  });
  const moved = stayed.filter(({ was, entry }) => was.tier !== entry.tier || was.rank !== entry.rank);
  const changesTier = ({ was, entry }: (typeof moved)[number]) => Number(was.tier !== entry.tier);
  const distance = ({ was, entry }: (typeof moved)[number]) => Math.abs(was.rank - entry.rank);
  moved.sort((a, b) => changesTier(b) - changesTier(a) || distance(b) - distance(a) || a.entry.rank - b.entry.rank);
  return {
    area: after.area,
    from: sideOf(before),
    to: sideOf(after),
    entered: after.entries
      .filter((entry) => !earlier.has(entry.household_id))
      .map((entry) => ({ household_id: entry.household_id, to: standingOf(entry), because: entry.reasons.map(causeOf) })),
    left: before.entries
      .filter((entry) => !later.has(entry.household_id))
      .map((entry) => ({ household_id: entry.household_id, from: standingOf(entry), was_because: entry.reasons.map(causeOf) })),
    moved: moved.map(({ was, entry }) => ({
      household_id: entry.household_id,
      from: standingOf(was),
      to: standingOf(entry),
      came: without(entry.reasons, was.reasons),
      went: without(was.reasons, entry.reasons),
    })),
    unmoved: stayed.length - moved.length,
  };
}

function sideOf({ run_id, as_of, list_id }: List): ListDiff["from"] {
  return { run_id, as_of, list_id };
}

function standingOf({ rank, tier, basis }: ListEntry): Standing {
  return { rank, tier, basis };
}

function causeOf({ code, text }: ListedReason): Cause {
  return { code, text };
}

/** Reasons whose code, or whose words, the others do not have. */
function without(reasons: readonly ListedReason[], others: readonly ListedReason[]): Cause[] {
  const told = new Set(others.map((other) => `${other.code} ${other.text}`));
  return reasons.filter((reason) => !told.has(`${reason.code} ${reason.text}`)).map(causeOf);
}
