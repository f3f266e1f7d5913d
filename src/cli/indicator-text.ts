import type { Language } from "../domain/languages.ts";
import type { CurveReport, Figure, IndicatorReport, ProgrammeReport } from "../indicators/report.ts";
import { standingWord } from "../indicators/words.ts";
import { labels } from "./indicator-labels.ts";
import { textTable } from "./text-table.ts";

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
  const curves = report.curves.map((curve) => `\n${curveText(curve, language)}`);
  const definitions = report.by === null ? ["", ...definitionLines(report, language)] : [];
  return [title, "", table, ...curves, ...definitions, "", words.note].join("\n");
}

function definitionLines({ indicators }: ProgrammeReport, language: Language): string[] {
  return [
    `${labels[language].definitions}:`,
    ...indicators.map(({ number, definition, source }) => `${number}. ${definition} (${source.join(", ")})`),
  ];
}

function wholeRow(indicator: IndicatorReport, figure: Figure, language: Language): string[] {
  return [
    indicator.number,
    `${indicator.name}\n(${indicator.period})`,
    valueText(indicator, figure, language),
    [targetText(indicator, language), ...publishedText(indicator, language)].join("\n"),
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

/** The ministry's last published plan and fact. */
function publishedText({ published, unit }: IndicatorReport, language: Language): string[] {
  const last = published.at(-1);
  if (last === undefined) return [];
  const [plan, fact] = [last.plan, last.fact].map((value) => bare(value, unit, language)) as [string, string];
  const { published: words } = labels[language];
  return [words.replace("{year}", String(last.year)).replace("{plan}", plan).replace("{fact}", fact)];
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
