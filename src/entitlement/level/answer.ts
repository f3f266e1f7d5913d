import type { IsoDate } from "../../domain/dates.ts";
import type { Language, Sentences } from "../../domain/languages.ts";
import { formatMessage } from "../../rules/message.ts";
import type { Session } from "../../warehouse/session.ts";
import type { Row } from "../../warehouse/values.ts";
import { sayable } from "../answer.ts";
import type { Frame } from "../frame.ts";
import { isOn, valuesIn } from "../judging.ts";
import { registerWords } from "../words.ts";
import type { Criterion, Level, Scale } from "./scale.ts";
import { bandColumns, criterionColumns, levelColumns, levelSelect } from "./select.ts";
import { partlyKnown } from "./words.ts";

/** A criterion of the scale as it was counted of a household. */
export interface JudgedCriterion {
  id: string;
  section: string;
  section_name: string;
  name: string;
  /** The band whose points it has; null where more than one may be. */
  band: string | null;
  text: string;
  value: number | null;
  unit: string;
  /** The same where the points are known. */
  points_least: number;
  points_most: number;
  /** Every band in the order of trying; the first that is met counts, the last where none is. */
  bands: { id: string; state: "met" | "unmet" | "unknown" | "otherwise"; threshold: number | null }[];
  register: string;
  register_name: string;
  /** The newest record of the household there; null where it has none. */
  known_on: IsoDate | null;
  /** The last day through which the register is complete; null where it never is. */
  complete_through: IsoDate | null;
  /** How the unofficial copy was read where it leaves a choice; null where it does not. */
  reading: string | null;
}

/** A household's level by the unofficial scale, criterion by criterion, beside the level that the Map itself published. */
export interface JudgedLevel {
  name: string;
  is_official: false;
  notice: string;
  reference: string;
  /** Null where what is unknown may change it; it then lies between `level_worst` and `level_best`. */
  level: Level | null;
  level_name: string | null;
  level_best: Level;
  level_worst: Level;
  points_least: number;
  points_most: number;
  /** What the Map published last before the day; null where nothing. `agrees` is null where both may still be the same. */
  published: { level: Level; level_name: string; points: number | null; assessed_on: IsoDate; agrees: boolean | null } | null;
  criteria: JudgedCriterion[];
}

/** Says of one household which level it has, in words; `one` is the relation of its facts. Null where no scale is in force. */
export async function judgeLevel(
  session: Session,
  frame: Frame,
  { one, householdId }: { one: string; householdId: string },
  language: Language,
): Promise<JudgedLevel | null> {
  const { scale } = frame;
  if (scale === undefined || !isOn(scale, frame)) return null;
  const [row] = await session.rows(levelSelect(scale, frame.terms, frame, one, "*", { bands: true }), { household: householdId });
  if (row === undefined) return null;
  const [level, best, worst] = [levelColumns.level, levelColumns.best, levelColumns.worst].map((column) => row[column] as Level | null);
  const names = Object.fromEntries(scale.levels.map((each) => [each.level, each.name[language]])) as Record<Level, string>;
  return {
    name: scale.name[language],
    is_official: false,
    notice: scale.notice[language],
    reference: scale.reference,
    level: level as Level | null,
    level_name: level ? names[level] : null,
    level_best: best as Level,
    level_worst: worst as Level,
    points_least: row[levelColumns.least] as number,
    points_most: row[levelColumns.most] as number,
    published: publishedOf(row, names),
    criteria: scale.criteria.map((criterion) => judgedCriterion(criterion, scale, frame, row, language)),
  };
}

function publishedOf(row: Row, names: Readonly<Record<Level, string>>): JudgedLevel["published"] {
  const level = row.published_level as Level | null;
  if (level === null) return null;
  const isPossible = level >= String(row[levelColumns.best]) && level <= String(row[levelColumns.worst]);
  return {
    level,
    level_name: names[level],
    points: row.published_points as number | null,
    assessed_on: row.published_on as IsoDate,
    agrees: !isPossible ? false : row[levelColumns.level] === null ? null : true,
  };
}

function judgedCriterion(criterion: Criterion, scale: Scale, frame: Frame, row: Row, language: Language): JudgedCriterion {
  const { id, section, name, unit, register, reading, text, bands } = criterion;
  const columns = criterionColumns(id);
  const band = row[columns.band] as string | null;
  const value = row[columns.value] as number | null;
  const [least, most] = [row[columns.least] as number, row[columns.most] as number];
  const register_name = registerWords[register]?.[language] ?? register;
  const known = { ...valuesIn(frame, String(row.area_code)), ...sayable(row), currency: frame.currency } as Record<string, string | number>;
  if (value !== null) known.value = value;
  return {
    id,
    section,
    section_name: (scale.sections[section] as Sentences)[language],
    name: name[language],
    band,
    text:
      band === null
        ? formatMessage(partlyKnown[language], language, { name: name[language], least, most, register: register_name })
        : formatMessage(text[language], language, { ...known, band }),
    value,
    unit,
    points_least: least,
    points_most: most,
    bands: bands.map(({ id: of, relation }) => {
      const met = row[bandColumns(id, of).met] as boolean | null;
      const state = relation === undefined ? "otherwise" : met === null ? "unknown" : met ? "met" : "unmet";
      return { id: of, state, threshold: (row[bandColumns(id, of).threshold] as number | null | undefined) ?? null };
    }),
    register,
    register_name,
    known_on: (row[`${register}_on`] as string | undefined) ?? null,
    complete_through: frame.complete_through[register] ?? null,
    reading: reading ?? null,
  };
}
