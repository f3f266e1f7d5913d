import fc from "fast-check";
import { expect, test } from "vitest";
import { firstAbove, firstNotBelow } from "../src/domain/ascending.ts";

test("the first above a limit comes after all that equal it, the first not below at the first of them", () => {
  const ascending = [1, 3, 3, 3, 7];
  const at = (limit: number) => [firstNotBelow(ascending, limit), firstAbove(ascending, limit)];
  expect([0, 1, 2, 3, 5, 7, 8].map(at)).toEqual([
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 4],
    [4, 4],
    [4, 5],
    [5, 5],
  ]);
});

test("both are what counting finds", () => {
  const number = fc.integer({ min: -5, max: 5 });
  fc.assert(
    fc.property(fc.array(number), number, (numbers, limit) => {
      const ascending = Float64Array.from(numbers).sort();
      expect(firstNotBelow(ascending, limit)).toBe(numbers.filter((each) => each < limit).length);
      expect(firstAbove(ascending, limit)).toBe(numbers.filter((each) => each <= limit).length);
    }),
  );
});
