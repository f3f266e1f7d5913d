import fc from "fast-check";
import { LRUCache } from "lru-cache";
import { expect, test } from "vitest";
import { tiers } from "../src/domain/tiers.ts";
import { type Asked, type Standings, selectEntries } from "../src/lists/standings.ts";

const area = fc.constantFrom(610000000, 611000000, 611010000, 611020000, 750000000, 751110000);
const entry = fc.record({ area, tier: fc.nat(tiers.length - 1), isByRisk: fc.boolean() });
const asked = fc.record({
  areas: fc.constantFrom([""], ["61"], ["6110"], ["611020"], ["6110", "75"], ["99"]),
  tier: fc.constantFrom(undefined, ...tiers),
  after: fc.nat(45),
  most: fc.constantFrom(0, 1, 7, Number.POSITIVE_INFINITY),
  isExpired: fc.boolean(),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

function standingsOf(entries: readonly Entry[]): Standings {
  return {
    places: Int32Array.from(entries, (_, index) => 2 * index + 1),
    areas: Int32Array.from(entries, (each) => each.area),
    tiers: Uint8Array.from(entries, (each) => each.tier),
    byRisk: Uint8Array.from(entries, ({ isByRisk }) => Number(isByRisk)),
    selections: new LRUCache({ maxSize: 60, sizeCalculation: ({ ranks }) => ranks.length + 1 }),
  };
}

/** The same by walking through all entries, in texts and lists. */
function walk(entries: readonly Entry[], { areas, tier, after, most, isExpired }: Asked) {
  const within = entries
    .map((each, index) => ({ ...each, place: 2 * index + 1 }))
    .filter((each) => areas.some((prefix) => String(each.area).startsWith(prefix)))
    .map((each, index) => ({ ...each, rank: index + 1 }));
  const matching = within.filter((each) => (tier === undefined || tiers[each.tier] === tier) && !(isExpired && each.isByRisk));
  const rest = matching.filter(({ rank }) => rank > after);
  return {
    listed: within.length,
    byRisk: within.filter(({ isByRisk }) => isByRisk).length,
    matching: matching.length,
    page: rest.slice(0, most).map(({ rank, place }) => ({ rank, place })),
    hasMore: rest.length > most,
  };
}

test("whatever is asked of whichever standings, and however often, is what a walk through all entries finds", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), fc.array(asked, { minLength: 1, maxLength: 12 }), (entries, questions) => {
      const standings = standingsOf(entries);
      for (const question of [...questions, ...questions]) expect(selectEntries(standings, question)).toEqual(walk(entries, question));
    }),
    { numRuns: 500 },
  );
});
