import type { Language } from "../domain/languages.ts";
import type { Cause, ListDiff, Standing } from "../lists/diff-lists.ts";
import type { List, ListEntry } from "../lists/read-list.ts";
import { basisWord, tierWord } from "../lists/words.ts";
import { formatMessage } from "../rules/message.ts";
import { textTable } from "./text-table.ts";

const labels = {
  kk: {
    title: "Кімге бірінші бару керек",
    country: "бүкіл ел",
    head: ["Орны", "Деңгей", "Отбасы", "Неге қазір", "Не ұсынуға болады (құқығы болуы мүмкін)"],
    family: "{members, number} адам{children, plural, =0 {} other {, # бала}}",
    data: "деректер {confidence, number, percent}",
    summary:
      "{asOf} күнгі жағдай. Белгілі отбасылар: {households, number}, орындар: {places, number}, тізімде: {listed, number}. Модель: {model}. Ереже: {rules, number}.",
    expired: "{expired, number} отбасы көрсетілмеді: бағаның мерзімі өтті, жаңа есеп қажет.",
    more: "Тағы {more, number} отбасы: --limit, --area, --tier.",
    ask: "Сұраңыз: ",
    none: "жоқ, тек ережелер мен мұқтаждық",
  },
  ru: {
    title: "К кому прийти первым",
    country: "вся страна",
    head: ["№", "Уровень", "Семья", "Почему сейчас", "Что можно предложить (возможно, положено)"],
    family:
      "{members, plural, one {# человек} few {# человека} many {# человек} other {# человека}}{children, plural, =0 {} one {, # ребёнок} few {, # ребёнка} many {, # детей} other {, # ребёнка}}",
    data: "данные {confidence, number, percent}",
    summary:
      "На {asOf}. Известно семей: {households, number}, мест: {places, number}, в списке: {listed, number}. Модель: {model}. Правил: {rules, number}.",
    expired: "Не показано семей: {expired, number} — срок оценки истёк, нужен новый расчёт.",
    more: "Ещё семей: {more, number} (--limit, --area, --tier).",
    ask: "Уточнить: ",
    none: "нет, только правила и нужда",
  },
  en: {
    title: "Whom to visit first",
    country: "the whole country",
    head: ["#", "Tier", "Family", "Why now", "What can be offered (may be entitled)"],
    family: "{members, plural, one {# person} other {# persons}}{children, plural, =0 {} one {, # child} other {, # children}}",
    data: "data {confidence, number, percent}",
    summary:
      "As of {asOf}. Families known: {households, number}, places: {places, number}, listed: {listed, number}. Model: {model}. Rules: {rules, number}.",
    expired: "{expired, plural, one {# family is} other {# families are}} not shown: the score has expired, a new run is due.",
    more: "{more, plural, one {# more family} other {# more families}}: --limit, --area, --tier.",
    ask: "Ask: ",
    none: "none, rules and need only",
  },
} as const;

/** A list for a terminal of 120 columns. */
export function listText(list: List, language: Language): string {
  const words = labels[language];
  const say = (message: string, values: Record<string, string | number>) => formatMessage(message, language, values);
  const shown = list.entries.length;
  const lines = [
    `${words.title}: ${list.area_name === "" ? words.country : list.area_name}`,
    say(words.summary, {
      asOf: list.as_of,
      households: list.households,
      places: list.places,
      listed: list.listed,
      model: list.model?.name ?? words.none,
      rules: list.rules.in_force,
    }),
    "",
    textTable(
      words.head,
      list.entries.map((entry) => rowOf(entry, language)),
      { width: 120, apart: true },
    ),
    "",
  ];
  if (list.notice !== undefined) lines.push(list.notice);
  if (list.expired > 0) lines.push(say(words.expired, { expired: list.expired }));
  if (list.matching > shown) lines.push(say(words.more, { more: list.matching - shown }));
  lines.push(`list ${list.list_id}`);
  return lines.join("\n");
}

const mostOffers = 4;

function rowOf(entry: ListEntry, language: Language): string[] {
  const words = labels[language];
  const { members, children } = entry.household;
  const family = [
    entry.household_id.slice(0, 12),
    entry.area_name,
    ...(entry.district_name === entry.area_name ? [] : [entry.district_name]),
    ...(members === null ? [] : [formatMessage(words.family, language, { members, children: children ?? 0 })]),
    formatMessage(words.data, language, { confidence: entry.confidence }),
  ];
  const bullets = (texts: readonly string[]) => texts.map((text) => `• ${text}`).join("\n");
  const questions = entry.questions.map((question) => `${words.ask}${question.text}`);
  return [
    String(entry.rank),
    `${tierWord(entry.tier, language)}\n${basisWord(entry.basis, language)}`,
    family.join("\n"),
    bullets([...entry.reasons.map((reason) => reason.text), ...questions]),
    bullets(entry.offers.slice(0, mostOffers).map((offer) => (offer.sum === null ? offer.name : `${offer.name}, ${offer.sum}`))),
  ];
}

/** What changed between two lists, for a terminal: the first `most` of each kind. */
export function diffText(diff: ListDiff, most: number): string {
  const standing = ({ rank, tier, basis }: Standing) => `${rank} ${tier} (${basis})`;
  const causes = (sign: string, list: readonly Cause[]) => list.map((cause) => `${sign} ${cause.text}`);
  const rows = [
    ...diff.entered
      .slice(0, most)
      .map((each) => ["entered", each.household_id.slice(0, 12), `→ ${standing(each.to)}`, causes("+", each.because).join("\n")]),
    ...diff.left
      .slice(0, most)
      .map((each) => ["left", each.household_id.slice(0, 12), `${standing(each.from)} →`, causes("-", each.was_because).join("\n")]),
    ...diff.moved
      .slice(0, most)
      .map((each) => [
        "moved",
        each.household_id.slice(0, 12),
        `${standing(each.from)} → ${standing(each.to)}`,
        [...causes("+", each.came), ...causes("-", each.went)].join("\n"),
      ]),
  ];
  const { from, to, entered, left, moved, unmoved } = diff;
  return [
    `${from.as_of} (run ${from.run_id.slice(0, 12)}) → ${to.as_of} (run ${to.run_id.slice(0, 12)})`,
    `${entered.length} entered, ${left.length} left, ${moved.length} moved, ${unmoved} as before`,
    "",
    textTable(["what", "household", "rank, tier", "why"], rows, { width: 120, apart: false }),
  ].join("\n");
}
