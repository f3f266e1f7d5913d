import type { Language } from "../domain/languages.ts";
import type { CurveReport, Figure, IndicatorReport, ProgrammeReport } from "../indicators/report.ts";
import { standingWord } from "../indicators/words.ts";
import { guardFormula } from "../lists/formula-guard.ts";
import { textTable } from "./text-table.ts";

const labels = {
  kk: {
    title: "Бағдарлама көрсеткіштері",
    asOf: "күнгі жағдай",
    head: ["№", "Көрсеткіш", "Мәні (95 %)", "Мақсат", "Жағдайы", "Негізі", "Не жетіспейді"],
    parts: ["№", "Көрсеткіш", "Бөлік", "Мәні (95 %)", "Мақсат", "Жағдайы", "Негізі"],
    unknown: "белгісіз",
    coverage: "тіркелім",
    months: "ай",
    curve: ["Қисық", "Кезеңдер", "Аяқталған", "Медиана"],
    unsure: "анық емес",
    note: "Мақсаттың екі шегі болса, жақсысынан бастап «орындалды», арасында «ішінара». «Анық емес»: аралық шекті кесіп өтеді. Көмек бұл сандармен тоқтатылмайды да, азайтылмайды да.",
  },
  ru: {
    title: "Показатели программы",
    asOf: "на",
    head: ["№", "Показатель", "Значение (95 %)", "Цель", "Оценка", "Основа", "Чего не хватает"],
    parts: ["№", "Показатель", "Часть", "Значение (95 %)", "Цель", "Оценка", "Основа"],
    unknown: "неизв.",
    coverage: "регистр",
    months: "мес.",
    curve: ["Кривая", "Периодов", "Закончились", "Медиана"],
    unsure: "не наверняка",
    note: "Где у цели два края, «достигнут» с лучшего, между ними «частично». «Не наверняка»: интервал переходит через край. По этим числам помощь не прекращают и не уменьшают.",
  },
  en: {
    title: "Indicators of the programme",
    asOf: "as of",
    head: ["#", "Indicator", "Value (95 %)", "Target", "Standing", "Based on", "What is missing"],
    parts: ["#", "Indicator", "Part", "Value (95 %)", "Target", "Standing", "Based on"],
    unknown: "unknown",
    coverage: "register",
    months: "months",
    curve: ["Curve", "Spells", "Ended", "Median"],
    unsure: "unsure",
    note: "Where a target has two edges, it is met from the better one on and partly met between. Unsure: the interval crosses an edge. Nobody's help is stopped or lowered by these numbers.",
  },
} as const;

/** The indicators for a terminal of 150 columns. */
export function indicatorText(report: ProgrammeReport, language: Language): string {
  const words = labels[language];
  const place = report.indicators[0]?.figures[0];
  const where = report.by === null && place !== undefined ? `: ${place.part_name}` : "";
  const title =
    language === "kk" ? `${words.title}, ${report.as_of} ${words.asOf}${where}` : `${words.title}, ${words.asOf} ${report.as_of}${where}`;
  const rows =
    report.by === null
      ? report.indicators.flatMap((indicator) => indicator.figures.map((figure) => wholeRow(indicator, figure, language)))
      : report.indicators.flatMap((indicator) => indicator.figures.map((figure, index) => partRow(indicator, figure, index, language)));
  const table = textTable(report.by === null ? words.head : words.parts, rows, { width: 150, apart: report.by === null });
  return [title, "", table, ...report.curves.map((curve) => `\n${curveText(curve, language)}`), "", words.note].join("\n");
}

function wholeRow(indicator: IndicatorReport, figure: Figure, language: Language): string[] {
  return [
    indicator.number,
    `${indicator.name}\n(${indicator.period})`,
    valueText(indicator, figure, language),
    targetText(indicator, language),
    standingText(figure, language),
    basisText(figure, language),
    figure.not_measured ?? indicator.missing,
  ];
}

function partRow(indicator: IndicatorReport, figure: Figure, index: number, language: Language): string[] {
  return [
    index === 0 ? indicator.number : "",
    index === 0 ? indicator.name : "",
    figure.part_name,
    valueText(indicator, figure, language),
    index === 0 ? targetText(indicator, language) : "",
    standingText(figure, language),
    basisText(figure, language),
  ];
}

function valueText({ unit }: IndicatorReport, { value, low, high }: Figure, language: Language): string {
  if (value === null) return "—";
  const interval = low === null || high === null ? "" : ` (${bare(low, unit, language)}–${bare(high, unit, language)})`;
  return `${withUnit(value, unit, language)}${interval}`;
}

function bare(value: number, unit: IndicatorReport["unit"], language: Language): string {
  const shown = unit === "share" ? value * 100 : value;
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(shown);
}

function withUnit(value: number, unit: IndicatorReport["unit"], language: Language): string {
  return unit === "share" ? `${bare(value, unit, language)} %` : `${bare(value, unit, language)} ${labels[language].months}`;
}

function targetText({ target, unit }: IndicatorReport, language: Language): string {
  if (target === null) return "—";
  const { direction, low, high } = target;
  const number = (value: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(unit === "share" ? value * 100 : value);
  const range = low === high ? number(low) : `${number(low)}–${number(high)}`;
  const sign = direction === "at_least" ? "≥ " : direction === "at_most" ? "≤ " : "";
  return `${sign}${range} ${unit === "share" ? "%" : labels[language].months}`;
}

function standingText(figure: Figure, language: Language): string {
  const word = standingWord(figure.standing, language);
  const isJudged = ["met", "partly", "missed"].includes(figure.standing);
  return isJudged && !figure.is_certain ? `${word}, ${labels[language].unsure}` : word;
}

function basisText({ units, unknown, coverage }: Figure, language: Language): string {
  const words = labels[language];
  const number = new Intl.NumberFormat(language);
  if (units === null) return "—";
  const lines = [`n ${number.format(units)}`];
  if (unknown !== null && unknown > 0) lines.push(`${words.unknown} ${number.format(unknown)}`);
  if (coverage !== null && coverage < 0.9995) lines.push(`${words.coverage} ${number.format(Math.floor(coverage * 100))} %`);
  return lines.join("; ");
}

function curveText({ name, spells, ended, median_months, points }: CurveReport, language: Language): string {
  const words = labels[language];
  const percent = (share: number | null) => (share === null ? "—" : `${bare(share, "share", language)} %`);
  const head = [...words.curve, ...points.map(({ months }) => `${months} ${words.months}`)];
  const row = [
    name,
    spells === null ? "—" : String(spells),
    ended === null ? "—" : String(ended),
    median_months === null ? "—" : withUnit(median_months, "months", language),
    ...points.map(({ share, low, high }) =>
      low === null || high === null
        ? percent(share)
        : `${percent(share)}\n${bare(low, "share", language)}–${bare(high, "share", language)}`,
    ),
  ];
  return textTable(head, [row], { width: 150, apart: false });
}

/** A row for each indicator and part (RFC 4180); shares as numbers from 0 to 1. */
export function indicatorCsv({ as_of, indicators }: ProgrammeReport): string {
  const head =
    "as_of,number,indicator,name,part,part_name,area,group,measured_on,value,low,high,unit,target_direction,target_low,target_high,standing,is_certain,units,households,unknown,coverage,period,source,missing";
  const rows = indicators.flatMap((indicator) =>
    indicator.figures.map((figure) =>
      [
        as_of,
        indicator.number,
        indicator.code,
        indicator.name,
        figure.part,
        figure.part_name,
        figure.area,
        figure.group,
        figure.as_of,
        figure.value,
        figure.low,
        figure.high,
        indicator.unit,
        indicator.target?.direction ?? null,
        indicator.target?.low ?? null,
        indicator.target?.high ?? null,
        figure.standing,
        String(figure.is_certain),
        figure.units,
        figure.households,
        figure.unknown,
        figure.coverage,
        indicator.period,
        indicator.source.join(" "),
        figure.not_measured ?? indicator.missing,
      ]
        .map(field)
        .join(","),
    ),
  );
  return `${[head, ...rows].join("\r\n")}\r\n`;
}

function field(cell: string | number | null): string {
  if (cell === null) return "";
  const text = typeof cell === "string" ? guardFormula(cell) : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
