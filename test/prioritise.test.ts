import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectFile } from "../src/domain/project-files.ts";
import { type Policy, policyAt } from "../src/lists/policy.ts";
import { prioritiseHouseholds } from "../src/lists/prioritise-households.ts";
import { openDatabase } from "../src/warehouse/database.ts";
import type { Session } from "../src/warehouse/session.ts";

const asOf = "2026-10-01";
const shipped = policyAt(projectFile("models/active.yaml"), asOf);
/** Everybody has a place, and there is no lane: what is left is the order. */
const roomy: Policy = { ...shipped, capacity: { per_1000_households: 1000, at_least: 1 }, unseen_lane: { share: 0, low_data_share: 0.5 } };

interface Household {
  id: string;
  district?: string;
  below_line?: boolean | null;
  below_subsistence?: boolean | null;
  ratio?: number | null;
  tsa?: boolean | null;
  unknown_reason?: string | null;
  risk?: number | null;
  emergency?: boolean | null;
  high?: boolean | null;
  elevated?: boolean | null;
  watch?: boolean | null;
}
const rules = (["emergency", "high", "elevated", "watch"] as const).map((tier) => ({ column: `rule_${tier}`, tier }));

let session: Session;
beforeAll(async () => {
  session = await openDatabase(":memory:", { mode: "write", threads: 2 });
});
afterAll(() => session.close());

const literal = (value: unknown) =>
  value === null || value === undefined ? "null" : typeof value === "string" ? `'${value}'` : String(value);

async function prioritised(households: readonly Household[], policy: Policy = roomy, strangers: readonly string[] = []) {
  const values = households.map((each) => {
    const { id, district = "750000000", below_line = false, below_subsistence = below_line, ratio = 2, tsa = false } = each;
    const { unknown_reason, risk, emergency = false, high = false, elevated = false, watch = false } = each;
    return `(${[id, district, below_line, below_subsistence, ratio, tsa, unknown_reason, risk, emergency, high, elevated, watch].map(literal).join(", ")})`;
  });
  await session.script(`
    create or replace temp table given (household_id varchar, district_code varchar, is_below_line boolean, is_below_subsistence boolean, ratio double,
      tsa_active boolean, unknown_reason varchar, risk double, rule_emergency boolean, rule_high boolean, rule_elevated boolean, rule_watch boolean);
    insert into given values ${values.join(", ")};
    create or replace temp view features as select household_id, district_code as area_code, '750000000' as region_code, district_code, is_below_line,
      is_below_subsistence, ratio as income_to_subsistence_ratio, ratio as income_to_line_ratio, tsa_active, 0.9 as confidence, unknown_reason from given;
    create or replace temp table gone (household_id varchar);
    create or replace temp view rules as select household_id, rule_emergency, rule_high, rule_elevated, rule_watch from given
      union all select household_id, true, true, true, true from gone;
    create or replace temp view score as select household_id, risk as probability from given where risk is not null
      union all select household_id, 0.99 from gone`);
  for (const id of strangers) await session.run("insert into gone values ($id)", { id });
  await prioritiseHouseholds(session, rules, policy, asOf);
  const standing = await session.rows<{ household_id: string; tier: string; basis: string | null; place: number }>(
    "select household_id, tier, basis, place from standing order by place",
  );
  const list = await session.rows<{
    household_id: string;
    tier: string;
    basis: string;
    rank: number;
    district_code: string;
    inclusion_probability: number;
    risk: number | null;
    valid_until: string;
  }>("select *, valid_until::varchar as valid_until from list order by place");
  return { standing, list, order: standing.map((row) => row.household_id) };
}

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

const household = fc.record({
  below_line: fc.option(fc.boolean()),
  below_subsistence: fc.option(fc.boolean()),
  ratio: fc.option(fc.constantFrom(0.1, 0.5, 0.5, 0.9, 1.5)),
  tsa: fc.option(fc.boolean()),
  unknown_reason: fc.option(fc.constant("registers"), { freq: 4 }),
  risk: fc.option(fc.constantFrom(0.01, 0.1, 0.2, 0.2, 0.5, 0.9)),
  emergency: fc.boolean(),
  high: fc.option(fc.boolean()),
  elevated: fc.option(fc.boolean()),
  watch: fc.option(fc.boolean()),
});
const population = fc
  .array(household, { minLength: 2, maxLength: 12 })
  .map((all) => all.map((each, index) => ({ id: `h${index}`, ...each })));

/** What may befall a family: each makes its hardship greater and leaves everything else as it was. */
const blows: Record<string, (before: Household) => Household> = {
  "falls below the line": (before) => ({ ...before, below_line: true, below_subsistence: true, ratio: Math.min(before.ratio ?? 0.6, 0.6) }),
  "sinks deeper": (before) => ({ ...before, ratio: before.ratio === null || before.ratio === undefined ? 0.05 : before.ratio / 2 }),
  "is at greater risk": (before) => ({ ...before, risk: Math.max(before.risk ?? 0, 0.95) }),
  "meets a rule of emergency": (before) => ({ ...before, emergency: true }),
  "meets a high rule": (before) => ({ ...before, high: true }),
  "meets an elevated rule": (before) => ({ ...before, elevated: true }),
  "meets a watch rule": (before) => ({ ...before, watch: true }),
};

describe("laws of the order", () => {
  test.each(Object.keys(blows))("a family that %s never comes later for it", async (name) => {
    await fc.assert(
      fc.asyncProperty(population, fc.nat(), async (families, pick) => {
        const at = pick % families.length;
        const struck = families.map((family, index) => (index === at ? blows[name]!(family) : family));
        const before = (await prioritised(families)).order.indexOf(`h${at}`);
        const after = (await prioritised(struck)).order.indexOf(`h${at}`);
        expect(after).toBeLessThanOrEqual(before);
      }),
      { numRuns: 25 },
    );
  });

  test("the order is total and does not depend on the order of the rows; equals are ordered by a keyed hash, not by their ids", async () => {
    const equals = Array.from({ length: 30 }, (_, index) => ({ id: `h${String(index).padStart(2, "0")}`, risk: 0.5 }));
    const forward = await prioritised(equals);
    const backward = await prioritised([...equals].reverse());
    expect(backward.list).toEqual(forward.list);
    expect(new Set(forward.standing.map((row) => row.place)).size).toBe(30);
    expect(forward.order).not.toEqual(equals.map((each) => each.id));
    const reseeded = await prioritised(equals, { ...roomy, seed: "another" });
    expect(reseeded.order).not.toEqual(forward.order);
  });
});

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

test("a score is for a time: every row says until when", async () => {
  const { list } = await prioritised([{ id: "a", risk: 0.5 }]);
  expect(list[0]).toMatchObject({ risk: 0.5, valid_until: "2026-11-01" }); // 31 days
});
