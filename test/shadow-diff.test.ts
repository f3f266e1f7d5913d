import { afterAll, beforeAll, expect, test } from "vitest";
import { compareLists, keepChampionLists } from "../src/lists/shadow-diff.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Session } from "../src/warehouse/session.ts";

let session: Session;
beforeAll(async () => {
  session = await openDatabase(":memory:", { mode: "write", threads: 1 });
});
afterAll(() => session.close());

const lists = async (standing: string, list: string) => {
  await session.script(`
    create or replace temp table standing as select * from (values ${standing}) as s(household_id, risk);
    create or replace temp table list as select * from (values ${list}) as l(household_id, district_code, tier);
    create or replace temp table capacity as select * from (values ('1', 3), ('2', 1)) as c(district_code, capacity)`);
};

test("ranks by risk are correlated over those that both count, lists compared by district, all worked out by hand", async () => {
  await lists("('a', .9), ('b', .8), ('c', .7), ('d', .6), ('e', .5)", "('a', '1', 'high'), ('b', '1', 'high'), ('c', '2', 'watch')");
  await keepChampionLists(session);
  // Ranks of a, b, c, d were 1, 2, 3, 4 and are 2, 1, 4, 3: d² adds up to 4, so 1 - 6 x 4 / (4 x 15) = 0.6. e is not counted.
  await lists("('a', .8), ('b', .9), ('c', .5), ('d', .6), ('e', null)", "('b', '1', 'high'), ('d', '1', 'elevated'), ('c', '2', 'watch')");
  const named = { id: "s", name: "s" };
  const diff = await compareLists(session, { shadow: named, champion: null, as_of: "2026-01-01" });
  expect(diff).toMatchObject({ listed: 3, would_enter: 1, would_leave: 1, jaccard: 2 / 4, ranked_by_both: 4, rank_correlation: 0.6 });
  expect(diff.tiers).toMatchObject({
    high: { champion: 2, shadow: 1 },
    elevated: { champion: 0, shadow: 1 },
    watch: { champion: 1, shadow: 1 },
  });
  expect(diff.districts).toEqual([
    { district_code: "1", places: 3, listed: 2, would_enter: ["d"], would_leave: ["a"], jaccard: 1 / 3 },
    { district_code: "2", places: 1, listed: 1, would_enter: [], would_leave: [], jaccard: 1 },
  ]);
});
