import type { IsoDate } from "../domain/dates.ts";
import type { Language } from "../domain/languages.ts";
import type { Session } from "../warehouse/session.ts";
import type { Cell, FamilyGroup } from "./cells.ts";
import { type Indicator, type Standing, standingOf, type Target, targetAt } from "./definition.ts";
import { estimate } from "./estimate.ts";
import { kaplanMeier, medianOf, survivalAt } from "./kaplan-meier.ts";
import { type MeasuredPart, type MeasuredQuery, readMeasured, readSpellTimes } from "./read-measured.ts";
import { curveWord, groupWord, monthDays, type NotMeasured, notMeasuredWord, periodWord } from "./words.ts";

/** An indicator's figure for a part. `value` and its 95 % interval are shares or months; null where it was not measured or is hidden. */
export interface Figure {
  /** The keys of what it is broken down by, with a space between; empty when by nothing. */
  part: string;
  part_name: string;
  /** KATO prefix ('' for the country); null when several areas are summed. */
  area: string | null;
  group: FamilyGroup;
  /** The day by whose knowledge it was measured. */
  as_of: IsoDate;
  value: number | null;
  low: number | null;
  high: number | null;
  standing: Standing;
  /** Whether the whole interval stands alike to the target. */
  is_certain: boolean;
  /** What the share or mean is of; null where it is hidden. For ratios of money: households. */
  units: number | null;
  households: number | null;
  unknown: number | null;
  /** Share of the part's households that live where all registers are complete; null for months. */
  coverage: number | null;
  /** Why there is no figure. */
  not_measured: string | null;
}

export interface IndicatorReport {
  code: string;
  number: string;
  name: string;
  definition: string;
  unit: "share" | "months";
  period: string;
  source: readonly string[];
  target: Pick<Target, "direction" | "low" | "high" | "reference"> | null;
  missing: string;
  published: readonly { year: number; plan: number; fact: number }[];
  figures: Figure[];
}

/** A curve of spells: what share has not ended after so many months. */
export interface CurveReport {
  code: "stay" | "return";
  name: string;
  spells: number | null;
  ended: number | null;
  median_months: number | null;
  points: { months: number; share: number | null; low: number | null; high: number | null; at_risk: number | null }[];
}

export interface ProgrammeReport {
  as_of: IsoDate;
  areas: readonly string[];
  by: string | null;
  indicators: IndicatorReport[];
  curves: CurveReport[];
}

export interface ReportOptions extends MeasuredQuery {
  language: Language;
  areaName: (area: string) => string;
  /** Which figures are kept back for their small counts; none when absent. */
  isHidden?: (indicator: Indicator, part: Pick<MeasuredPart, "areas" | "group" | "day">) => boolean;
  /** Spells below which a curve, and at risk below which a point of it, is kept back; 0 when absent. */
  leastSpells?: { curve: number; point: number };
}

/** The indicators and curves of measured tables, in words of a language. */
export async function reportProgramme(
  session: Session,
  definitions: readonly Indicator[],
  options: ReportOptions,
): Promise<ProgrammeReport> {
  const { asOf, areas, by = [], language } = options;
  const parts = await readMeasured(session, options);
  const indicators = definitions.map((indicator) => ({
    code: indicator.code,
    number: indicator.number,
    name: indicator.name[language],
    definition: indicator.definition[language],
    unit: indicator.unit,
    period: periodWord(indicator.period, language),
    source: [...indicator.registers, ...(indicator.observation === undefined ? [] : [`observation ${indicator.observation}`])],
    target: shownTarget(targetAt(indicator, asOf)),
    missing: indicator.missing[language],
    published: indicator.published,
    figures: parts.map((part) => figureOf(indicator, part, options)),
  }));
  const curves = by.length === 0 ? [await curveOf(session, "stay", options), await curveOf(session, "return", options)] : [];
  return { as_of: asOf, areas, by: by.length === 0 ? null : by.join(","), indicators, curves };
}

function shownTarget(target: Target | undefined): IndicatorReport["target"] {
  if (target === undefined) return null;
  const { direction, low, high, reference } = target;
  return { direction, low, high, reference };
}

function figureOf(indicator: Indicator, part: MeasuredPart, options: ReportOptions): Figure {
  const { areas, group, day, cells, coverage } = part;
  const { language, by = [] } = options;
  const shares = indicator.registers.map((register) => coverage.get(register) ?? 0);
  const place = { ...partNames(part, options), area: areas.length === 1 ? (areas[0] as string) : null, group, as_of: day };
  const nothing = { ...place, value: null, low: null, high: null, is_certain: false, coverage: null };
  const covered = by.includes("month") ? null : Math.min(...shares);
  if (options.isHidden?.(indicator, part) === true)
    return { ...nothing, standing: "hidden", units: null, households: null, unknown: null, not_measured: null };
  const cell = cells.get(indicator.code);
  const { value, interval } = cell === undefined ? { value: null, interval: null } : estimate(indicator.kind, cell);
  const doesAdd = indicator.adds_up || (cell?.areas ?? 1) <= 1;
  const counts = { units: unitsOf(indicator, cell), households: cell?.households ?? 0, unknown: cell?.unknown ?? 0 };
  if (value === null || !doesAdd) {
    const incomplete = by.includes("month") ? [] : indicator.registers.filter((register) => (coverage.get(register) ?? 0) === 0);
    const reason: NotMeasured = !doesAdd ? "does_not_add_up" : incomplete.length > 0 ? "not_complete" : "nobody";
    const said = indicator.observation !== undefined && reason !== "not_complete" ? indicator.missing[language] : undefined;
    const not_measured = said ?? notMeasuredWord(reason, incomplete, language);
    return { ...nothing, ...counts, coverage: covered, standing: "not_measured", not_measured };
  }
  const scale = indicator.unit === "months" ? monthDays : 1;
  const target = targetAt(indicator, day);
  const [low, high] = interval === null ? [null, null] : [interval[0] / scale, interval[1] / scale];
  const standing = standingOf(value / scale, target);
  const is_certain = low !== null && high !== null && [low, high].every((end) => standingOf(end, target) === standing);
  return { ...nothing, ...counts, value: value / scale, low, high, standing, is_certain, coverage: covered, not_measured: null };
}

/** A part in keys and in words, of what it is broken down by. */
function partNames({ areas, group, day }: MeasuredPart, { by = [], language, areaName }: ReportOptions) {
  const names = areas.map(areaName).join(", ");
  const parts = [
    ...(by.includes("region") || by.includes("district") ? [[areas.join(","), names]] : []),
    ...(by.includes("group") ? [[group, groupWord(group, language)]] : []),
    ...(by.includes("month") ? [[day, day]] : []),
  ];
  return { part: parts.map(([key]) => key).join(" "), part_name: by.length === 0 ? names : parts.map(([, name]) => name).join(", ") };
}

/** Persons, families, spells or trainings; households where the parts of a sum of money are counted. */
function unitsOf({ kind, code }: Indicator, cell: Cell | undefined): number {
  if (cell === undefined) return 0;
  return kind === "ratio" || code === "real_income_growth" ? cell.households : cell.n;
}

const curveMonths = [3, 6, 9, 12, 18, 24, 36] as const;

async function curveOf(session: Session, code: CurveReport["code"], options: ReportOptions): Promise<CurveReport> {
  const { areas, language, leastSpells = { curve: 0, point: 0 } } = options;
  const times = await readSpellTimes(session, code, areas);
  const points = kaplanMeier(times);
  const [spells, ended] = [
    times.reduce((sum, { events, censored }) => sum + events + censored, 0),
    times.reduce((sum, { events }) => sum + events, 0),
  ];
  const isHidden = spells < leastSpells.curve || (ended > 0 && ended < leastSpells.point);
  const median = medianOf(points);
  return {
    code,
    name: curveWord(code, language),
    spells: isHidden ? null : spells,
    ended: isHidden ? null : ended,
    median_months: isHidden || median === null ? null : median / monthDays,
    points: curveMonths.map((months) => {
      const point = survivalAt(times, points, Math.round(months * monthDays));
      if (isHidden || point === null || spells === 0 || point.at_risk < leastSpells.point)
        return { months, share: null, low: null, high: null, at_risk: null };
      const { survival, interval, at_risk } = point;
      return { months, share: survival, low: interval?.[0] ?? null, high: interval?.[1] ?? null, at_risk };
    }),
  };
}
