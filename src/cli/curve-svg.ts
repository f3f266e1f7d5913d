import * as Plot from "@observablehq/plot";
import type { Language } from "../domain/languages.ts";
import { kaplanMeier, medianOf, type SpellTimes } from "../indicators/kaplan-meier.ts";
import { curveWord, monthDays } from "../indicators/words.ts";
import { type Part, picture, width } from "./svg-picture.ts";

const words = {
  kk: { months: "ай →", share: "↑ үлесі", none: "кезең жоқ", under: "{spells} кезең, {ended} аяқталған", median: "медианасы {months} ай" },
  ru: {
    months: "месяцы →",
    share: "↑ доля",
    none: "периодов нет",
    under: "периодов {spells}, закончились {ended}",
    median: "медиана {months} мес.",
  },
  en: {
    months: "months →",
    share: "↑ share",
    none: "no spells",
    under: "{spells} spells, {ended} ended",
    median: "median {months} months",
  },
} as const;

const each = 260;
const blue = "#2b6cb0";

/**
 * Curves of spells as an SVG picture, one below the other: the share that has not ended after so many months, as steps, with its 95 % band and a
 * line at half. The same spells give the same bytes.
 */
export function curvesSvg(
  curves: readonly { code: "stay" | "return"; times: readonly SpellTimes[] }[],
  { title, language }: { title: string; language: Language },
): string {
  const parts = curves.map(({ code, times }, place) => curvePart(code, times, place * each, language));
  return picture([title], curves.length * each, parts);
}

function curvePart(code: "stay" | "return", times: readonly SpellTimes[], y: number, language: Language): Part {
  const { months, share } = words[language];
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const steps = stepsOf(times);
  return {
    x: 0,
    y,
    plot: {
      ...{ width, height: each, marginLeft: 60, marginRight: 16, marginTop: 48, marginBottom: 36 },
      x: { label: months, domain: [0, Math.max(1, steps.at(-1)?.months ?? 1)], ticks: 8 },
      y: { label: share, domain: [0, 1], grid: true, ticks: 5, tickFormat: (value: number) => percent.format(value) },
      marks: [
        Plot.ruleY([0.5], { stroke: "#888", strokeDasharray: "4 3" }),
        Plot.areaY(steps, { x: "months", y1: "low", y2: "high", curve: "step-after", fill: blue, fillOpacity: 0.15 }),
        Plot.line(steps, { x: "months", y: "share", curve: "step-after", stroke: blue, strokeWidth: 2 }),
        Plot.text([captionOf(code, times, language)], { frameAnchor: "top-left", dy: -40, lineAnchor: "top", fontSize: 12 }),
      ],
    },
  };
}

/** From the first day to the last on which a spell was seen: the share after each step; without a band where Greenwood's formula says nothing. */
function stepsOf(times: readonly SpellTimes[]): { months: number; share: number; low: number; high: number }[] {
  const seen = Math.max(0, ...times.map(({ days }) => days));
  if (seen === 0) return [];
  const steps = [{ months: 0, share: 1, low: 1, high: 1 }];
  for (const { days, survival, interval } of kaplanMeier(times))
    steps.push({ months: days / monthDays, share: survival, low: interval?.[0] ?? survival, high: interval?.[1] ?? survival });
  return [...steps, { ...(steps.at(-1) as (typeof steps)[number]), months: seen / monthDays }];
}

function captionOf(code: "stay" | "return", times: readonly SpellTimes[], language: Language): string {
  const said = words[language];
  const ended = times.reduce((sum, { events }) => sum + events, 0);
  const spells = times.reduce((sum, { censored }) => sum + censored, ended);
  if (spells === 0) return `${curveWord(code, language)}: ${said.none}`;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const under = said.under.replace("{spells}", number.format(spells)).replace("{ended}", number.format(ended));
  const median = medianOf(kaplanMeier(times));
  const half = median === null ? "" : `; ${said.median.replace("{months}", number.format(median / monthDays))}`;
  return `${curveWord(code, language)}: ${under}${half}`;
}
