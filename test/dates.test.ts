import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { addDays } from "../src/domain/dates.ts";

test("days are counted as Temporal counts them, over leap years and back", () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date("1900-01-01"), max: new Date("2100-12-31"), noInvalidDate: true }),
      fc.integer({ min: -5000, max: 5000 }),
      (moment, days) => {
        const date = moment.toISOString().slice(0, 10);
        expect(addDays(date, days)).toBe(Temporal.PlainDate.from(date).add({ days }).toString());
      },
    ),
  );
  expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
  expect(addDays("2025-12-31", 1)).toBe("2026-01-01");
});
