import type { Sentences } from "../domain/languages.ts";

/** Where a reason comes from: a rule met, need, the model's own contribution, a plain fact of the household, or the lane it was drawn from. */
const reasonSources = ["rule", "need", "model", "data", "lane"] as const;
export type ReasonSource = (typeof reasonSources)[number];

/** Why a household stands where it stands, as code and values; it becomes a sentence only where somebody reads it. */
export interface Reason {
  /** `question`: what to ask. `spare`: a plain fact that is told only once the score has expired. */
  source: ReasonSource | "question" | "spare";
  /** The rule, feature or lane that speaks. */
  code: string;
  /** The value that matters most; true and false are 1 and 0, a category is text. */
  value: number | string | null;
  unit: string;
  register: string;
  /** Newest record of that register about the household. */
  as_of: string;
  /** What the feature adds to the log-odds, where the model speaks. */
  contribution: number | null;
  /** Arguments of the sentence. */
  arguments: Readonly<Record<string, number | string>>;
}

/** What a sentence is made from, by code: ICU messages, or for a form of support its name. */
export interface Phrase {
  kind: "rule" | "feature" | "lane" | "offer";
  code: string;
  sentences: Sentences;
}

/** Sentences of the lane for the unseen. */
export const lanePhrases: readonly Phrase[] = [
  {
    kind: "lane",
    code: "low_data",
    sentences: {
      kk: "Тізілімдер отбасы туралы тым аз біледі: жағдайын барып білу қажет",
      ru: "Реестры знают о семье слишком мало: положение нужно узнать при посещении",
      en: "The registers know too little about the family: a visit has to find out how it is",
    },
  },
  {
    kind: "lane",
    code: "random_draw",
    sentences: {
      kk: "Отбасы кездейсоқ іріктеумен алынды: деректерде көрінбейтін қиындық назардан тыс қалмауы үшін",
      ru: "Семья выбрана случайным отбором: чтобы не упустить трудности, которых не видно в данных",
      en: "The family was drawn at random, so that hardship that data do not show is not missed",
    },
  },
];
