import fc from "fast-check";
import { expect, test } from "vitest";
import { fitBoosted } from "../src/training/boosting/boost.ts";
import { families, marginsOf } from "./support/boosting.ts";
import { type NaiveSettings, naiveBoosting } from "./support/naive-boosting.ts";

const names = ["children", "income", "debt", "visits", "noise"];
const direction = fc.constantFrom("+" as const, "-" as const, "free" as const);
const settings: fc.Arbitrary<Omit<NaiveSettings, "rounds">> = fc.record({
  leaves: fc.constantFrom(2, 3, 5, 8, null),
  depth: fc.constantFrom(1, 2, 3, null),
  l2: fc.constantFrom(0, 0.5, 10),
  learningRate: fc.constantFrom(0.1, 0.9),
  minSamplesLeaf: fc.constantFrom(1, 4, 11),
  minHessianLeaf: fc.constantFrom(1e-3, 1.5),
  directions: fc.record(Object.fromEntries(names.map((name) => [name, direction]))),
  interactions: fc.constantFrom(
    [names],
    [["children", "income"], ["income", "debt", "noise"], ["visits"]],
    names.map((name) => [name]),
  ),
});

test("trying every split on the rows themselves, without bins or histograms, finds the same log-odds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 20, max: 70 }), settings, async (seed, size, chosen) => {
      // Weights of many digits: no two splits gain the same.
      const rows = families(seed, size, (random) => 0.5 + 2 * random());
      fc.pre(rows.label.includes(0) && rows.label.includes(1));
      const options = { rounds: 3, ...chosen };
      const wanted = naiveBoosting(rows, options);
      const { model } = await fitBoosted(rows, options);
      const found = marginsOf(rows, model);
      found.forEach((margin, row) => {
        expect(margin).toBeCloseTo(wanted[row]!, 6);
      });
    }),
    { numRuns: 60, seed: 7 },
  );
});
