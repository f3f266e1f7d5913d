import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Household, prioritiser, roomy } from "./support/prioritised.ts";

const prioritised = prioritiser();

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
