import type { IsoDate } from "../domain/dates.ts";
import type { Language, Sentences } from "../domain/languages.ts";
import type { Frame } from "./frame.ts";
import { sayEstimate, sayOffer, sentence } from "./sentences.ts";

export interface ListedReason {
  code: string;
  source: string;
  text: string;
  value: number | string | null;
  unit: string;
  register: string;
  as_of: IsoDate;
  /** Whether what it adds to the score is estimated; its sentence says so then. */
  is_estimate: boolean;
}

export interface ListedOffer {
  programme: string;
  name: string;
  /** The sum in words, where it can be reckoned. */
  sum: string | null;
  text: string;
  amount_lcu: number | null;
  period: "month" | "once" | null;
  rules: string[];
}

export interface Question {
  code: string;
  text: string;
}

/** Why a household is there, what to ask it and what to offer it, in words. */
export interface Words {
  reasons: ListedReason[];
  questions: Question[];
  offers: ListedOffer[];
}

/** A reason as it is kept: code and values. */
export interface KeptReason {
  source: string;
  code: string;
  value: number | null;
  word: string | null;
  unit: string;
  register: string;
  as_of: IsoDate;
  arguments: Record<string, number | string>;
}

/** A form of support as it is kept. */
export interface KeptOffer {
  programme: string;
  amount_lcu: number | null;
  period: "month" | "once" | null;
  rules: string[];
  is_known_to_fit: boolean;
}

interface Wording {
  language: Language;
  /** After the score's last day plain facts are said in the place of the model's reasons. */
  isExpired: boolean;
}

/** What a reason's source takes its sentence from; any other speaks by a feature. */
const phraseKinds: Readonly<Record<string, string>> = { rule: "rule", question: "rule", lane: "lane" };

/** Says what is kept of a household in words. */
export function wordsOf(
  { phrases, meta: { currency } }: Pick<Frame, "phrases" | "meta">,
  kept: { reasons: readonly KeptReason[]; offers: readonly KeptOffer[] },
  { language, isExpired }: Wording,
): Words {
  const words: Words = { reasons: [], questions: [], offers: [] };
  const hidden = isExpired ? "model" : "spare";
  for (const { source, code, value, word, unit, register, as_of, arguments: given } of kept.reasons) {
    if (source === hidden) continue;
    const text = sentence(phrases.get(`${phraseKinds[source] ?? "feature"} ${code}`) as Sentences, given, language, currency);
    if (source === "question") words.questions.push({ code, text });
    else {
      const is_estimate = given.standard_error !== undefined;
      words.reasons.push({
        code,
        source: source === "spare" ? "data" : source,
        text: is_estimate ? sayEstimate(text, given, language) : text,
        value: word ?? value,
        unit,
        register,
        as_of,
        is_estimate,
      });
    }
  }
  for (const { programme, amount_lcu, period, rules, is_known_to_fit } of kept.offers) {
    const names = phrases.get(`offer ${programme}`) as Sentences;
    const { sum, text } = sayOffer(names, { amount_lcu, period, is_known_to_fit }, language, currency);
    words.offers.push({ programme, name: names[language], sum, text, amount_lcu, period, rules });
  }
  return words;
}
