import { describe, expect, test } from "vitest";
import { spareReasons } from "../src/lists/choose-reasons.ts";
import { readingDay } from "../src/lists/reading-day.ts";
import type { Reason } from "../src/lists/reason.ts";
import { calm, catalogue } from "./support/listed-run.ts";

const asOf = "2026-10-01";

describe("a published list", () => {
  test("tells plain facts in the place of the model's reasons that expire, three in all, unless the place itself expires", () => {
    const features = new Map(catalogue.map((feature) => [feature.name, feature]));
    const about = { value: 1, unit: "none", register: "any", as_of: asOf, contribution: null, arguments: {} };
    const reason = (source: Reason["source"], code: string): Reason => ({ ...about, source, code });
    const told = [reason("need", "line_shortfall_lcu"), reason("model", "overdue_days_max"), reason("model", "children")];
    const household = { values: calm, tier: "high", met: [], contributions: [], recordedOn: () => asOf };
    const spares = (basis: string, reasons: Reason[]) =>
      spareReasons({ ...household, basis }, reasons, features).map(({ source, code }) => [source, code]);
    expect(spares("need", told)).toEqual([
      ["spare", "children"],
      ["spare", "members"],
    ]);
    expect(spares("need", told.slice(0, 1))).toEqual([]);
    expect(spares("risk", told)).toEqual([]);
  });

  test("of real households is read on today's date where they live, or later; made-up ones on any day", () => {
    const real = { synthetic: false, as_of: asOf, time_zone: "Asia/Almaty" };
    const evening = new Date("2026-11-01T19:30:00Z"); // 2 November, 00:30 in Almaty
    expect(readingDay(real, undefined, evening)).toBe("2026-11-02");
    expect(readingDay(real, "2026-11-03", evening)).toBe("2026-11-03");
    expect(() => readingDay(real, "2026-11-01", evening)).toThrow("--today 2026-11-01: today is 2026-11-02");
    expect(readingDay({ ...real, synthetic: true }, undefined, evening)).toBe(asOf);
    expect(readingDay({ ...real, synthetic: true }, "2026-10-15", evening)).toBe("2026-10-15");
  });
});
