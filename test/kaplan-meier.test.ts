import { describe, expect, test } from "vitest";
import { curvesSvg } from "../src/cli/curve-svg.ts";
import { kaplanMeier, medianOf, type SpellTimes, survivalAt } from "../src/indicators/kaplan-meier.ts";
import { seededRandom } from "../src/training/random.ts";

/** Weeks in remission of 21 patients on 6-MP (Freireich et al. 1963, as in Kleinbaum and Klein, Survival Analysis); + is last seen then. */
const sixMp = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+";
const placebo = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23";

function timesOf(text: string): SpellTimes[] {
  const found = new Map<number, SpellTimes>();
  for (const each of text.split(" ")) {
    const days = Number.parseInt(each, 10);
    const row = found.get(days) ?? { days, events: 0, censored: 0 };
    found.set(days, each.endsWith("+") ? { ...row, censored: row.censored + 1 } : { ...row, events: row.events + 1 });
  }
  return [...found.values()];
}

describe("Kaplan-Meier", () => {
  test("the published curve and log-log bands of the 6-MP patients", () => {
    const shown = kaplanMeier(timesOf(sixMp)).map(({ days, at_risk, events, survival, interval }) => [
      ...[days, at_risk, events, survival.toFixed(4)],
      interval?.map((end) => end.toFixed(4)).join(" "),
    ]);
    expect(shown).toEqual([
      [6, 21, 3, "0.8571", "0.6197 0.9516"],
      [7, 17, 1, "0.8067", "0.5631 0.9228"],
      [10, 15, 1, "0.7529", "0.5032 0.8894"],
      [13, 12, 1, "0.6902", "0.4316 0.8491"],
      [16, 11, 1, "0.6275", "0.3675 0.8049"],
      [22, 7, 1, "0.5378", "0.2678 0.7468"],
      [23, 6, 1, "0.4482", "0.1881 0.6801"],
    ]);
  });

  test("the published medians: 23 weeks on 6-MP, 8 on placebo; none where fewer than half ended", () => {
    expect(medianOf(kaplanMeier(timesOf(sixMp)))).toBe(23);
    expect(medianOf(kaplanMeier(timesOf(placebo)))).toBe(8);
    expect(medianOf(kaplanMeier(timesOf("3 5+ 5+ 5+")))).toBeNull();
  });

  test("without censoring it is the plain share that is left, and the last step is 0 without a band", () => {
    const points = kaplanMeier(timesOf(placebo));
    const all = placebo.split(" ").map(Number);
    for (const { days, survival } of points) expect(survival).toBeCloseTo(all.filter((each) => each > days).length / all.length, 12);
    expect(points.at(-1)).toMatchObject({ days: 23, interval: null });
    expect(points.at(-1)?.survival).toBeCloseTo(0, 12);
  });

  test("a naive product over every patient and day agrees", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 50; round++) {
      const patients = Array.from({ length: 1 + Math.floor(random() * 30) }, () => ({
        days: 1 + Math.floor(random() * 12),
        isEvent: random() < 0.6,
      }));
      const times = timesOf(patients.map(({ days, isEvent }) => `${days}${isEvent ? "" : "+"}`).join(" "));
      const points = kaplanMeier(times);
      for (let day = 1; day <= 12; day++) {
        let share = 1;
        for (let each = 1; each <= day; each++) {
          const atRisk = patients.filter(({ days }) => days >= each).length;
          const ended = patients.filter(({ days, isEvent }) => isEvent && days === each).length;
          if (atRisk > 0) share *= 1 - ended / atRisk;
        }
        const found = survivalAt(times, points, day);
        if (found !== null) expect(found.survival).toBeCloseTo(share, 12);
        else expect(Math.max(...patients.map(({ days }) => days))).toBeLessThan(day);
      }
    }
  });

  test("past the longest time seen nothing is said; before the first end everybody is left", () => {
    const times = timesOf(sixMp);
    const points = kaplanMeier(times);
    expect(survivalAt(times, points, 5)).toMatchObject({ survival: 1, at_risk: 21 });
    expect(survivalAt(times, points, 35)).toMatchObject({ at_risk: 1 });
    expect(survivalAt(times, points, 36)).toBeNull();
    expect(survivalAt([], [], 1)).toBeNull();
  });
});

describe("the drawn curves", () => {
  const curves = [
    { code: "stay", times: timesOf(sixMp) },
    { code: "return", times: [] },
  ] as const;

  test.each([
    ["kk", "Бағдарламада әлі қалғандар: 21 кезең, 9 аяқталған; медианасы 0,8 ай", "кезең жоқ"],
    ["ru", "Ещё в программе: периодов 21, закончились 9; медиана 0,8 мес.", "периодов нет"],
    ["en", "Still in the programme: 21 spells, 9 ended; median 0.8 months", "no spells"],
  ] as const)("in %s say of how many spells they are, and draw a step for each length at which one ended", (language, caption, none) => {
    const svg = curvesSvg(curves, { title: "place, 2026-10-01", language });
    expect(svg).toContain(caption);
    expect(svg).toContain(none);
    expect(svg).not.toContain("NaN");
    // Seven lengths, from the first day and to the last one seen: the line falls seven times.
    const line = /<path d="(M60,48[^"Z]*)"/.exec(svg)?.[1] ?? "";
    const heights = [...line.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, , y]) => Number(y));
    expect(new Set(heights).size).toBe(8);
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
    expect(curvesSvg(curves, { title: "place, 2026-10-01", language })).toBe(svg);
  });
});
