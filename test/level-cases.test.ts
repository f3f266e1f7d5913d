import { expect, test } from "vitest";
import { evaluateLevelCases, levelCases } from "./support/level-cases.ts";

test("every level begins at its points and ends below them: a case on both sides of each", () => {
  const certain = levelCases.filter(({ expected }) => expected.level.length === 1).map(({ expected }) => expected);
  const sums = (level: string) => certain.filter((each) => each.level[0] === level).map(({ points }) => points[0]);
  expect(Math.min(...sums("A"))).toBe(1800);
  expect(Math.min(...sums("B"))).toBe(730);
  expect(Math.min(...sums("C"))).toBe(-30);
  expect([Math.max(...sums("B")), Math.max(...sums("D")), Math.max(...sums("E"))]).toEqual([1780, -50, -470]);
});

test("the product, and the second implementation, come to the level worked out by hand", async () => {
  const verdicts = await evaluateLevelCases();
  const said = (by: "hand" | "product") =>
    Object.fromEntries(levelCases.map(({ id }) => [id, { level: verdicts.get(id)?.[by].levels, points: verdicts.get(id)?.[by].sum }]));
  const written = Object.fromEntries(levelCases.map(({ id, expected }) => [id, expected]));
  expect(said("hand")).toEqual(written);
  expect(said("product")).toEqual(written);
  for (const [id, { hand, product }] of verdicts) expect(product, id).toEqual(hand);
});
