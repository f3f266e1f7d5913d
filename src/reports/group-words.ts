import type { Sentences } from "../domain/languages.ts";
import type { auditedTraits } from "../experiments/audited-traits.ts";
import type { BacktestFairness } from "../experiments/backtest-fairness.ts";
import type { Speaker } from "./speaker.ts";

/** What families are told apart by. */
export const traitWords = {
  sex_of_head: { kk: "Отбасы басшысының жынысы", ru: "Пол главы семьи", en: "Sex of the head" },
  region_code: { kk: "Облыс", ru: "Область", en: "Region" },
  settlement: { kk: "Қала немесе ауыл", ru: "Город или село", en: "Town or country" },
  disability: { kk: "Мүгедектік", ru: "Инвалидность", en: "Disability" },
  family_type: { kk: "Отбасы түрі", ru: "Тип семьи", en: "Kind of family" },
  household_size: { kk: "Отбасы көлемі", ru: "Размер семьи", en: "Size of the family" },
  contact_language: { kk: "Байланыс тілі", ru: "Язык общения", en: "Language of contact" },
} as const satisfies Record<(typeof auditedTraits)[number], Sentences>;

/** Families of a value: in kk before the word for families, in ru and en after it. */
export const groupWords = {
  "sex_of_head=female": { kk: "басшысы әйел", ru: "с женщиной во главе", en: "whose head is a woman" },
  "sex_of_head=male": { kk: "басшысы ер адам", ru: "с мужчиной во главе", en: "whose head is a man" },
  "settlement=urban": { kk: "қаладағы", ru: "в городе", en: "in towns" },
  "settlement=rural": { kk: "ауылдағы", ru: "на селе", en: "in the country" },
  "disability=yes": { kk: "мүгедектігі бар мүшесі бар", ru: "с инвалидностью", en: "with a disability" },
  "disability=no": { kk: "мүгедектігі жоқ", ru: "без инвалидности", en: "without a disability" },
  "family_type=large": { kk: "көпбалалы", ru: "многодетных", en: "with many children" },
  "family_type=single_parent": { kk: "жалғыз ата-аналы", ru: "с одним родителем", en: "with a single parent" },
  "family_type=other_with_children": { kk: "басқа балалы", ru: "с детьми, прочих", en: "with children, others" },
  "family_type=elderly": { kk: "тек қарттардан тұратын", ru: "только из пожилых", en: "of elderly people only" },
  "family_type=without_children": { kk: "баласыз", ru: "без детей", en: "without children" },
  "household_size=1": { kk: "1 адамдық", ru: "из 1 человека", en: "of 1 person" },
  "household_size=2": { kk: "2 адамдық", ru: "из 2 человек", en: "of 2 persons" },
  "household_size=3-4": { kk: "3–4 адамдық", ru: "из 3–4 человек", en: "of 3–4 persons" },
  "household_size=5-6": { kk: "5–6 адамдық", ru: "из 5–6 человек", en: "of 5–6 persons" },
  "household_size=7 or more": { kk: "7 және одан көп адамдық", ru: "из 7 человек и больше", en: "of 7 persons or more" },
  "contact_language=kk": { kk: "қазақша сөйлесетін", ru: "с языком общения казахским", en: "spoken to in Kazakh" },
  "contact_language=ru": { kk: "орысша сөйлесетін", ru: "с языком общения русским", en: "spoken to in Russian" },
} as const satisfies Record<string, Sentences>;

const inRegion: Sentences = { kk: "«{name}» аумағындағы", ru: "({name})", en: "({name})" };

export const groupSentences = { ...traitWords, ...groupWords, inRegion };

/** The families of a cell, as part of a sentence; a value that has no words is named as it is. */
export function groupText(
  { say, language }: Speaker,
  regions: BacktestFairness["regions"],
  columns: readonly string[],
  values: readonly string[],
): string {
  return columns
    .map((column, place) => {
      const value = values[place]!;
      if (column === "region_code") return say(inRegion, { name: regions[value]?.[language] ?? value });
      const words: Sentences | undefined = groupWords[`${column}=${value}` as keyof typeof groupWords];
      return words === undefined ? say(inRegion, { name: value }) : say(words);
    })
    .join(", ");
}
