import type { Language } from "../domain/languages.ts";
import type { JudgedLevel } from "../entitlement/level/answer.ts";
import { formatMessage } from "../rules/message.ts";

const labels = {
  kk: {
    known: "{name}: {level}, {level_name}; ұпай: {points}",
    between: "{name}: {worst} мен {best} аралығында, дерек толық емес; ұпай: {points}",
    published:
      "Карта {assessed_on} күні жариялаған деңгей: {level}, {level_name}{agrees, select, yes { (есеппен бірдей)} no { (есептен өзгеше)} other {}}",
  },
  ru: {
    known: "{name}: {level}, {level_name}; баллов: {points}",
    between: "{name}: от {worst} до {best}, известно не всё; баллов: {points}",
    published:
      "Карта опубликовала {assessed_on}: {level}, {level_name}{agrees, select, yes { (совпадает с расчётом)} no { (не совпадает с расчётом)} other {}}",
  },
  en: {
    known: "{name}: {level}, {level_name}; points: {points}",
    between: "{name}: between {worst} and {best}, not all is known; points: {points}",
    published:
      "The Map published on {assessed_on}: {level}, {level_name}{agrees, select, yes { (the same)} no { (another than worked out here)} other {}}",
  },
} as const;

/** The Map's level with its criteria, points first, for a terminal. */
export function levelLines(judged: JudgedLevel, language: Language): string[] {
  const words = labels[language];
  const say = (message: string, values: Record<string, string | number>) => formatMessage(message, language, values);
  const { name, level, level_name, level_best, level_worst, points_least, points_most, published, notice, criteria, reference } = judged;
  const points = points_least === points_most ? String(points_least) : `${points_least}..${points_most}`;
  const head =
    level === null
      ? say(words.between, { name, worst: level_worst, best: level_best, points })
      : say(words.known, { name, level, level_name: level_name ?? "", points });
  return [
    head,
    `  ${notice}`,
    ...(published === null ? [] : [`  ${say(words.published, { ...published, points: "", agrees: agreement(published.agrees) })}`]),
    ...criteria.map(({ points_least: least, points_most: most, text, register_name, known_on, complete_through }) => {
      const day = known_on ?? complete_through;
      return `  ${(least === most ? String(least) : "?").padStart(5)} ${text} (${register_name}${day === null ? "" : `, ${day}`})`;
    }),
    `  ${reference}`,
  ];
}

const agreement = (agrees: boolean | null) => (agrees === null ? "open" : agrees ? "yes" : "no");
