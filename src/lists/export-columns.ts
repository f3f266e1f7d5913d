import type { Language, Sentences } from "../domain/languages.ts";
import { guardFormula } from "./formula-guard.ts";
import type { List, ListEntry } from "./read-list.ts";
import { basisWord, tierWord } from "./words.ts";

export const exportFormats = ["csv", "xlsx", "parquet", "arrow", "json"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** One column of an export: its name for programs, its heading for people, and the cell of an entry. */
export interface ExportColumn {
  name: string;
  heading: Sentences;
  type: "text" | "whole" | "number";
  /** Characters, in a spreadsheet. */
  width: number;
  cell(entry: ListEntry, list: List, language: Language): string | number | null;
}

const text = (lines: readonly { text: string }[]) => lines.map((line) => line.text).join("\n");
const column = (
  name: string,
  type: ExportColumn["type"],
  width: number,
  [kk, ru, en]: readonly [string, string, string],
  cell: ExportColumn["cell"],
): ExportColumn => ({ name, type, width, heading: { kk, ru, en }, cell });

/** Columns of every tabular export, in order. The purpose stands in each row, so that it cannot be lost. */
export const exportColumns: readonly ExportColumn[] = [
  column("rank", "whole", 8, ["Орны", "Место", "Rank"], (entry) => entry.rank),
  column("tier", "text", 16, ["Деңгей", "Уровень", "Tier"], (entry, _list, language) => tierWord(entry.tier, language)),
  column("basis", "text", 24, ["Негізі", "Основание", "Basis"], (entry, _list, language) => basisWord(entry.basis, language)),
  column("household_id", "text", 36, ["Үй шаруашылығы", "Домохозяйство", "Household"], (entry) => entry.household_id),
  column("area_code", "text", 12, ["КАТО", "КАТО", "KATO"], (entry) => entry.area_code),
  column("area_name", "text", 24, ["Елді мекен", "Место", "Place"], (entry) => entry.area_name),
  column("district_name", "text", 24, ["Аудан", "Район", "District"], (entry) => entry.district_name),
  column("members", "whole", 10, ["Адам саны", "Человек", "Members"], (entry) => entry.household.members),
  column("children", "whole", 10, ["Бала саны", "Детей", "Children"], (entry) => entry.household.children),
  column("elderly", "whole", 10, ["Қарттар", "Пожилых", "Elderly"], (entry) => entry.household.elderly),
  column("reasons", "text", 70, ["Неге қазір", "Почему сейчас", "Why now"], (entry) => text(entry.reasons)),
  column("offers", "text", 60, ["Не ұсынуға болады", "Что можно предложить", "What can be offered"], (entry) => text(entry.offers)),
  column("questions", "text", 40, ["Не сұрау керек", "Что уточнить", "What to ask"], (entry) => text(entry.questions)),
  column("confidence_percent", "whole", 14, ["Дерек толықтығы, %", "Полнота данных, %", "Data, %"], (entry) =>
    Math.round(entry.confidence * 100),
  ),
  column(
    "days_since_newest_record",
    "whole",
    14,
    ["Соңғы дерек, күн", "Данные, дней назад", "Newest data, days"],
    (entry) => entry.days_since_newest_record,
  ),
  column(
    "inclusion_probability",
    "number",
    14,
    ["Іріктелу ықтималдығы", "Вероятность отбора", "Probability of being drawn"],
    (entry) => entry.inclusion_probability,
  ),
  column("valid_until", "text", 12, ["Жарамды", "Действует до", "Valid until"], (entry) => entry.valid_until),
  column("as_of", "text", 12, ["Күні", "На дату", "As of"], (_entry, list) => list.as_of),
  column("list_id", "text", 16, ["Тізім", "Список", "List"], (_entry, list) => list.list_id),
  column("purpose", "text", 12, ["Мақсаты", "Цель", "Purpose"], (_entry, list) => list.purpose),
];

/** What a file says of itself where its format has room for it. */
export function metadataOf(list: List): Record<string, string> {
  return { purpose: list.purpose, list_id: list.list_id, as_of: list.as_of, area: list.area };
}

/** A column's cells. Texts that a spreadsheet would run as a formula are made harmless. */
export function cellsOf(list: List, { cell }: ExportColumn, language: Language): (string | number | null)[] {
  return list.entries.map((entry) => {
    const value = cell(entry, list, language);
    return typeof value === "string" ? guardFormula(value) : value;
  });
}
