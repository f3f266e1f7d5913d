import * as Plot from "@observablehq/plot";
import type { Sentences } from "../domain/languages.ts";
import type { FittedParts } from "../experiments/about-shown.ts";
import { sentence } from "../lists/sentences.ts";
import { argumentsOf } from "../rules/message.ts";
import { chart, quiet, shownLook } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { pairCharts } from "./pair-charts.ts";
import { paragraphs, section, table } from "./parts.ts";
import type { View } from "./report-view.ts";
import type { Speaker } from "./speaker.ts";
import { scaleOf, stretchesOf } from "./table-axis.ts";
import { unitWord } from "./unit-words.ts";

type Part = NonNullable<FittedParts["parts"]>[number];

export const featureWords = {
  title: { kk: "Модель неге қарайды", ru: "На что смотрит модель", en: "What the model looks at" },
  none: {
    kk: "Бұл модельді бөлшектеп көрсету мүмкін емес: ол жеке кестелердің қосындысы емес, немесе оның бөліктері сақталмаған.",
    ru: "Эту модель нельзя показать по частям: она не сумма отдельных таблиц, или её части не сохранены.",
    en: "This model cannot be shown in parts: it is no sum of tables, or its parts were not kept.",
  },
  about: {
    kk: "Ең күшті {count, number} белгі. Сызық белгінің мәні тәуекел мүмкіндігін неше есе өзгертетінін көрсетеді: ×1 – өзгермейді, ×2 – екі есе көп, ×0,5 – екі есе аз.",
    ru: "Самые сильные признаки: {count, number}. Линия показывает, во сколько раз значение признака меняет шансы: ×1 – не меняет, ×2 – вдвое больше, ×0,5 – вдвое меньше.",
    en: "The {count, plural, one {strongest feature} other {# strongest features}}. The line shows by how many times a value changes the odds: ×1 leaves them, ×2 doubles, ×0.5 halves them.",
  },
  coefficients: {
    kk: "Ең күшті {count, number} белгі: мәні әдеттегіден бір қадамға (стандартты ауытқуға) жоғары болса, мүмкіндік неше есе өзгереді.",
    ru: "Самые сильные признаки: {count, number}. Во сколько раз меняются шансы, если значение выше обычного на один шаг (стандартное отклонение).",
    en: "The {count, plural, one {strongest feature} other {# strongest features}}: by how many times the odds change when the value is one step (a standard deviation) above the usual.",
  },
  more: {
    kk: "Тағы {more, number} белгінің салмағы аз, олар көрсетілмеген.",
    ru: "Ещё признаков с меньшим весом, здесь не показанных: {more, number}.",
    en: "{more, plural, one {One more feature weighs} other {# more features weigh}} less and {more, plural, one {is} other {are}} not shown.",
  },
  raises: {
    kk: "Тәуекелді ең көп арттырады: {text} (×{times}).",
    ru: "Сильнее всего повышает риск: {text} (×{times}).",
    en: "Raises the risk most: {text} (×{times}).",
  },
  lowers: {
    kk: "Ең көп азайтады: {text} (×{times}).",
    ru: "Сильнее всего снижает: {text} (×{times}).",
    en: "Lowers it most: {text} (×{times}).",
  },
  unknown: { kk: "Мәні белгісіз болса: ×{times}.", ru: "Если значение неизвестно: ×{times}.", en: "Where the value is unknown: ×{times}." },
  odds: { kk: "мүмкіндік, есе", ru: "шансы, раз", en: "odds, times" },
  valueIs: { kk: "мәні {value}", ru: "значение {value}", en: "value {value}" },
  value: { kk: "мәні", ru: "значение", en: "value" },
  feature: { kk: "Белгі", ru: "Признак", en: "Feature" },
  raised: { kk: "Бір қадам жоғары мәні", ru: "Значение на шаг выше обычного", en: "A value one step above the usual" },
  times: { kk: "Мүмкіндік өзгереді, есе", ru: "Шансы меняются, раз", en: "Odds change, times" },
} as const satisfies Record<string, Sentences>;

/** The features that weigh most in the shown model: a small picture of each and of pairs, or a table of coefficients. */
export function featureSection({ result: { fitted }, speaker }: View): Html {
  const { say } = speaker;
  const words = featureWords;
  const parts = fitted?.parts ?? null;
  if (fitted === undefined || parts === null || parts.length === 0)
    return section("features", say(words.title), paragraphs(say(words.none)));
  const more = fitted.more > 0 ? paragraphs(say(words.more, { more: fitted.more })) : html``;
  const isLogistic = parts.every(({ coefficient }) => coefficient !== null);
  const count = { count: parts.length };
  if (isLogistic) {
    const head = [words.feature, words.raised, words.times].map((each) => say(each));
    const rows = parts.map((part) => [
      html`<code>${part.feature}</code>`,
      sentenceAt(part, whole.has(part.unit) ? Math.round(part.raised!) : Number(part.raised!.toPrecision(2)), speaker, fitted.currency),
      `×${speaker.number(Math.exp(part.coefficient!), 2)}`,
    ]);
    return section("features", say(words.title), paragraphs(say(words.coefficients, count)), table(say(words.title), head, rows), more);
  }
  const charts = parts.map((part) => featureChart(part, speaker, fitted.currency));
  return section(
    "features",
    say(words.title),
    paragraphs(say(words.about, count)),
    html`<div class="charts small">${charts}</div>`,
    more,
    pairCharts(fitted, speaker),
  );
}

/** The catalogue's sentence at a value; where it does not say the value, it may not be true of it, and the value alone is said. */
function sentenceAt({ sentences, type }: Part, value: number, { say, language }: Speaker, currency: string): string {
  const given = type === "boolean" ? Math.min(1, Math.max(0, Math.round(value))) : value;
  const saysValue = argumentsOf(sentences[language], language).includes("value") || (type === "boolean" && given === 1);
  const shown = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(given);
  return saysValue ? sentence(sentences, { value: given }, language, currency) : say(featureWords.valueIs, { value: shown });
}

/** Cells of fewer rows than this share are not named as the ones that move risk most. */
const leastShare = 0.01;

interface Cell {
  from: number;
  to: number;
  times: number;
  /** A value in the cell that can be said. */
  value: number;
  share: number;
}

function featureChart(part: Part, speaker: Speaker, currency: string): Html {
  const { say, number, language } = speaker;
  const cells = cellsOf(part);
  const { values, weights } = part.table!;
  const told = cells.filter(({ share }) => share >= leastShare);
  const byTimes = (told.length > 0 ? told : cells).toSorted((a, b) => a.times - b.times);
  const [least, most] = [byTimes[0]!, byTimes.at(-1)!];
  const at = ({ value, times }: Cell) => ({ text: sentenceAt(part, value, speaker, currency), times: number(times, 2) });
  const texts = [
    say(featureWords.raises, at(most)),
    say(featureWords.lowers, at(least)),
    ...(weights.at(-1)! > 0 ? [say(featureWords.unknown, { times: number(Math.exp(values.at(-1)!), 2) })] : []),
  ];
  const steps = cells.flatMap(({ from, to, times }) => [
    { x: from, y: times },
    { x: to, y: times },
  ]);
  const rounded = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 3, notation: "compact" });
  const [low, high] = [Math.min(0.7, ...cells.map(({ times }) => times)), Math.max(1.4, ...cells.map(({ times }) => times))];
  const step = high / low < 5 ? Math.SQRT2 : 2;
  const ticks = Array.from({ length: 21 }, (_, place) => step ** (place - 10)).filter((each) => each >= 0.9 * low && each <= 1.1 * high);
  const [thresholds] = part.table!.thresholds;
  const drawn = chart(
    part.feature,
    texts.join(" "),
    {
      ...{ marginLeft: 48, marginRight: 14 },
      x: {
        ...scaleOf(thresholds!),
        ...{
          domain: [cells[0]!.from, cells.at(-1)!.to],
          ticks: 4,
          label: unitWord(part.unit, language, currency) ?? say(featureWords.value),
        },
        tickFormat: (value: number) => short.format(value),
      },
      y: {
        type: "log",
        domain: [0.9 * low, 1.1 * high],
        ticks,
        tickFormat: (times: number) => `×${rounded.format(times)}`,
        label: say(featureWords.odds),
        grid: true,
      },
      marks: [Plot.ruleY([1], { stroke: quiet }), Plot.line(steps, { x: "x", y: "y", stroke: shownLook.stroke, strokeWidth: 2.5 })],
    },
    { width: 320, height: 200 },
  );
  return html`<div>${drawn}${texts.map((text) => html`<p>${text}</p>`)}</div>`;
}

/** Units of which only whole numbers are said. */
const whole = new Set(["count", "days", "months", "quarters", "years", "persons", "head", "flag", "lcu", "points", "steps"]);

function cellsOf({ table, unit }: Part): Cell[] {
  const { thresholds, values, weights } = table!;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const stretches = stretchesOf(thresholds[0]!);
  return stretches.map(({ from, to }, cell) => {
    const inside = cell === 0 ? to : cell === stretches.length - 1 ? from : (from + to) / 2;
    const value = whole.has(unit) ? (cell === 0 ? Math.floor(inside) : Math.floor(inside) + 1) : Number(inside.toPrecision(2));
    return { from, to, value, times: Math.exp(values[cell]!), share: total > 0 ? weights[cell]! / total : 0 };
  });
}
