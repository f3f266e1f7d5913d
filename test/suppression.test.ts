import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { suppressSmall } from "../src/queries/suppression.ts";

describe("small counts", () => {
  test("of one to four are hidden, and one of five or more beside them; 0 and 5 are shown where nothing is hidden", () => {
    expect(suppressSmall([[0, 5, 20]]).cells).toEqual([[0, 5, 20]]);
    expect(
      suppressSmall([
        [4, 5, 20],
        [7, 9, 30],
      ]).cells,
    ).toEqual([
      [null, null, 20],
      [null, null, 30],
    ]);
  });

  test("where a line has none of five or more, all of it is hidden", () => {
    expect(suppressSmall([[3, 0, 2]]).cells).toEqual([[null, null, null]]);
  });

  test("sums are hidden where they are small", () => {
    expect(
      suppressSmall([
        [4, 10],
        [0, 0],
      ]).sums,
    ).toEqual([null, 10]);
    expect(
      suppressSmall([
        [4, 10],
        [1, 0],
      ]).sums,
    ).toEqual([5, 10]);
  });

  const table = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 6 })).chain(([rows, columns]) =>
    fc.array(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 200 })), { minLength: columns, maxLength: columns }),
      {
        minLength: rows,
        maxLength: rows,
      },
    ),
  );

  test("no small count is shown, none follows from a sum of its row or column, and what is shown is true", () => {
    fc.assert(
      fc.property(table, (counts) => {
        const { cells, sums } = suppressSmall(counts);
        const lines = [...cells.map((row, at) => ({ shown: row, true: counts[at] as number[] }))];
        for (let column = 0; column < sums.length; column++)
          lines.push({ shown: cells.map((row) => row[column] ?? null), true: counts.map((row) => row[column] as number) });
        for (const line of lines) {
          line.shown.forEach((count, at) => {
            if (count !== null) expect(count).toBe(line.true[at]);
            expect(count === null || count === 0 || count >= 5).toBe(true);
          });
          const hidden = line.true.filter((_, at) => line.shown[at] === null);
          if (!hidden.some((count) => count > 0 && count < 5)) continue;
          // Known: how many are hidden and their sum. More than one of the hidden may be the small one, or the whole line is hidden.
          expect(hidden.length === line.true.length || (hidden.length > 1 && hidden.some((count) => count >= 5))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
