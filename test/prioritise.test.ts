import { describe, expect, test } from "vitest";
import type { Policy } from "../src/lists/policy.ts";
import { prioritiser, roomy, shipped } from "./support/prioritised.ts";

const prioritised = prioritiser();

describe("who comes first", () => {
  test("emergencies, then the deepest need, then the highest risk, then rules; each row says what it rests on", async () => {
    const { standing } = await prioritised([
      { id: "nobody" },
      { id: "dark", unknown_reason: "registers", ratio: null, below_line: null, below_subsistence: null },
      { id: "watched", watch: true },
      { id: "slipping", risk: shipped.risk.elevated },
      { id: "warned", elevated: true, risk: 0.01 },
      { id: "level-d", high: true, risk: 0.02 },
      { id: "risk-40", risk: 0.4 },
      { id: "risk-90", risk: 0.9 },
      { id: "shallow", below_subsistence: true, ratio: 0.95, risk: 0.99 },
      { id: "deep", below_line: true, ratio: 0.2 },
      { id: "no-telling-how-deep", below_line: true, ratio: null },
      { id: "flooded", emergency: true },
    ]);
    expect(standing.map(({ household_id, tier, basis }) => [household_id, tier, basis])).toEqual([
      ["flooded", "emergency", "emergency_rule"],
      ["deep", "high", "need"],
      ["shallow", "high", "need"],
      ["no-telling-how-deep", "high", "need"],
      ["risk-90", "high", "risk"],
      ["risk-40", "high", "risk"],
      ["level-d", "high", "rule"],
      ["slipping", "elevated", "risk"],
      ["warned", "elevated", "rule"],
      ["watched", "watch", "rule"],
      ["dark", "unknown", null],
      ["nobody", "none", null],
    ]);
  });

  test.each([
    ["high", shipped.risk.high, "high"],
    ["high", shipped.risk.high - 1e-9, "elevated"],
    ["elevated", shipped.risk.elevated, "elevated"],
    ["elevated", shipped.risk.elevated - 1e-9, "watch"],
    ["watch", shipped.risk.watch, "watch"],
    ["watch", shipped.risk.watch - 1e-9, "none"],
  ])("on both sides of the threshold %s: a risk of %d is %s", async (_name, risk, tier) => {
    expect((await prioritised([{ id: "a", risk }])).standing[0]?.tier).toBe(tier);
  });

  test("a family on TSA is ranked by rules only, below the line or above it", async () => {
    const { standing } = await prioritised([
      { id: "below", below_line: true, ratio: 0.3, tsa: true, risk: 0.9 },
      { id: "above", tsa: true, risk: 0.9 },
      { id: "warned", below_line: true, ratio: 0.3, tsa: true, elevated: true },
    ]);
    expect(Object.fromEntries(standing.map(({ household_id, tier }) => [household_id, tier]))).toEqual({
      below: "none",
      above: "none",
      warned: "elevated",
    });
  });

  test("a family that nobody knows to be served counts as not served", async () => {
    expect((await prioritised([{ id: "a", below_line: true, ratio: 0.5, tsa: null }])).standing[0]).toMatchObject({
      tier: "high",
      basis: "need",
    });
  });

  test("too little data is `unknown`, not `none`: no score speaks for it, facts do", async () => {
    const dark = { unknown_reason: "registers" };
    const { standing } = await prioritised([
      { id: "dark", ...dark, risk: 0.9 },
      { id: "dark-but-warned", ...dark, watch: true },
      { id: "dark-but-poor", ...dark, below_line: true, ratio: 0.9 },
    ]);
    expect(standing.map(({ household_id, tier }) => [household_id, tier])).toEqual([
      ["dark-but-poor", "high"],
      ["dark-but-warned", "watch"],
      ["dark", "unknown"],
    ]);
  });

  test("without a model rules and need make the list", async () => {
    const { list } = await prioritised([{ id: "poor", below_line: true, ratio: 0.5 }, { id: "warned", elevated: true }, { id: "calm" }]);
    expect(list.map(({ household_id, basis }) => [household_id, basis])).toEqual([
      ["poor", "need"],
      ["warned", "rule"],
    ]);
  });

  test("the dead and the dissolved are never on a list, whatever rule or score they left behind", async () => {
    const lane: Policy = { ...roomy, unseen_lane: { share: 1, low_data_share: 0.5 } };
    const { list, order } = await prioritised([{ id: "alive", emergency: true }], lane, ["gone"]);
    expect([order, list.map((row) => row.household_id)]).toEqual([["alive"], ["alive"]]);
  });
});

test("a score is for a time: every row says until when", async () => {
  const { list } = await prioritised([{ id: "a", risk: 0.5 }]);
  expect(list[0]).toMatchObject({ risk: 0.5, valid_until: "2026-11-01" }); // 31 days
});
