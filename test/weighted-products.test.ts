import fc from "fast-check";
import { expect, test } from "vitest";
import { weightedProducts } from "../src/training/weighted-products.ts";

test("sums of products are those of three plain loops, for any width and last block, and begin again after they are taken", () => {
  const number = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 11 })
        .chain((width) =>
          fc.tuple(
            fc.constant(width),
            fc.array(fc.tuple(fc.array(number, { minLength: width, maxLength: width }), number), { minLength: 1, maxLength: 30 }),
          ),
        ),
      ([width, rows]) => {
        const stride = 8;
        const products = weightedProducts(width, stride);
        for (let round = 0; round < 2; round++) {
          for (let from = 0; from < rows.length; from += stride) {
            const part = rows.slice(from, from + stride);
            for (const [row, [values]] of part.entries())
              for (const [column, value] of values.entries()) products.block[column * stride + row] = value;
            products.add(
              Float64Array.from(part, ([, weight]) => weight),
              part.length,
            );
          }
          const sums = products.take();
          for (let i = 0; i < width; i++)
            for (let j = 0; j < width; j++) {
              const wanted = rows.reduce((sum, [values, weight]) => sum + values[i]! * weight * values[j]!, 0);
              expect(sums[i * width + j]).toBeCloseTo(wanted, 8);
            }
        }
      },
    ),
  );
});
