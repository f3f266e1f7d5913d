import { describe, expect, test } from "vitest";
import type { Policy } from "../src/lists/policy.ts";
import { type Household, prioritiser, shipped } from "./support/prioritised.ts";

const prioritised = prioritiser();

const many = (count: number, make: (index: number) => Partial<Household>, district = "750000000", name = "h") =>
  Array.from({ length: count }, (_, index) => ({ id: `${name}${index}`, district, ...make(index) }));
const counted = (rows: readonly { basis: string }[]) =>
  Object.fromEntries(
    ["emergency_rule", "need", "risk", "rule", "unseen_lane"].map((basis) => [basis, rows.filter((row) => row.basis === basis).length]),
  );

describe("capacity", () => {
  const policy: Policy = {
    ...shipped,
    capacity: { per_1000_households: 100, at_least: 4 },
    unseen_lane: { share: 0.1, low_data_share: 0.5 },
    risk_share: 0.4,
  };

  test("a district's list has its places: prevention keeps its share, the lane its own", async () => {
    const families = [
      ...many(150, () => ({ below_line: true, ratio: 0.5 }), "750000000", "n"),
      ...many(50, () => ({ risk: 0.8 }), "750000000", "r"),
    ];
    // 200 households x 100 per 1,000 = 20 places: 2 in the lane, 18 others, of which floor(18 x 0.4) = 7 for risk.
    expect(counted((await prioritised(families, policy)).list)).toEqual({ emergency_rule: 0, need: 11, risk: 7, rule: 0, unseen_lane: 2 });
  });

  test("places that families at risk do not fill go to the others, and the other way round", async () => {
    const needy = [
      ...many(150, () => ({ below_line: true, ratio: 0.5 }), "750000000", "n"),
      ...many(50, (index) => (index < 3 ? { risk: 0.8 } : {}), "750000000", "r"),
    ];
    expect(counted((await prioritised(needy, policy)).list)).toMatchObject({ need: 15, risk: 3 });
    const risky = [
      ...many(4, () => ({ below_line: true, ratio: 0.5 }), "750000000", "n"),
      ...many(196, () => ({ risk: 0.8 }), "750000000", "r"),
    ];
    expect(counted((await prioritised(risky, policy)).list)).toMatchObject({ need: 4, risk: 14 });
  });

  test("a family at high risk keeps its place when it meets a high rule besides", async () => {
    const families = (extra: Partial<Household>) => [
      ...many(200, () => ({ below_line: true, ratio: 0.5 })),
      { id: "at-risk", risk: 0.9, ...extra },
    ];
    const { list } = await prioritised(families({}), policy);
    expect(list.find((row) => row.household_id === "at-risk")).toMatchObject({ basis: "risk" });
    const struck = await prioritised(families({ high: true }), policy);
    expect(struck.list.find((row) => row.household_id === "at-risk")).toMatchObject({ basis: "rule" });
  });

  test("an emergency is on the list even when its places are full", async () => {
    expect(
      counted(
        (
          await prioritised(
            many(60, () => ({ emergency: true })),
            policy,
          )
        ).list,
      ),
    ).toMatchObject({ emergency_rule: 60 });
  });

  test("each district has its own places, a started one counts, at least the least, and its own ranks from 1", async () => {
    const families = [...many(10, () => ({ risk: 0.5 }), "111000000", "a"), ...many(105, () => ({ risk: 0.6 }), "112000000", "b")];
    const { list } = await prioritised(families, policy);
    const ranks = (district: string) => list.filter((row) => row.district_code === district).map((row) => row.rank);
    expect([ranks("111000000"), ranks("112000000")]).toEqual([[1, 2, 3, 4], Array.from({ length: 11 }, (_, index) => index + 1)]);
  });
});

describe("the lane for the unseen", () => {
  const policy: Policy = {
    ...shipped,
    capacity: { per_1000_households: 100, at_least: 1 },
    unseen_lane: { share: 0.2, low_data_share: 0.5 },
  };

  test("is half for households too little is known of, half a draw among all others, each with its probability", async () => {
    const families = [...many(40, () => ({ unknown_reason: "registers" }), "750000000", "u"), ...many(60, () => ({}), "750000000", "c")];
    const { list } = await prioritised(families, policy);
    // 100 x 100 per 1,000 = 10 places, 2 in the lane: 1 of 40 low-data households, 1 of 60 others.
    expect(list.map(({ tier, basis, inclusion_probability }) => [tier, basis, inclusion_probability])).toEqual([
      ["unknown", "unseen_lane", 1 / 40],
      ["none", "unseen_lane", 1 / 60],
    ]);
  });

  test("goes to the draw when nothing is in the dark, and every household outside the list can be drawn", async () => {
    const families = many(50, (index) => (index < 5 ? { risk: 0.9 } : {}));
    const drawn = new Set<string>();
    for (let night = 0; night < 60; night++)
      for (const row of (await prioritised(families, { ...policy, seed: `night ${night}` })).list)
        if (row.basis === "unseen_lane") drawn.add(row.household_id);
    // 5 places, 1 in the lane; 4 of the 5 at risk have a place of their own, so 46 are in the urn.
    expect(drawn.size).toBeGreaterThan(25);
    const { list } = await prioritised(families, policy);
    expect(list.at(-1)).toMatchObject({ basis: "unseen_lane", inclusion_probability: 1 / 46 });
    expect(list.filter((row) => row.basis !== "unseen_lane").map((row) => row.inclusion_probability)).toEqual([1, 1, 1, 1]);
  });
});
