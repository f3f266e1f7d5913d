import type { IsoDate } from "../domain/dates.ts";
import type { Language, Sentences } from "../domain/languages.ts";
import type { Session } from "../warehouse/session.ts";
import { offerSentence, sentence, sumSentence } from "./sentences.ts";

export interface ListedReason {
  code: string;
  source: string;
  text: string;
  value: number | string | null;
  unit: string;
  register: string;
  as_of: IsoDate;
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

interface Wording {
  language: Language;
  currency: string;
  /** After the score's last day plain facts are said in the place of the model's reasons. */
  isExpired: boolean;
}

/** Words for each household of the temp table `asked`. */
export async function wordsOfAsked(session: Session, { language, currency, isExpired }: Wording): Promise<Map<string, Words>> {
  const phrases = await session.rows<{ kind: string; code: string } & Sentences & Record<string, unknown>>("select * from phrases");
  const phraseOf = new Map(phrases.map((each) => [`${each.kind} ${each.code}`, each as Sentences]));
  const words = new Map<string, Words>();
  const wordsOf = (household: string) => {
    const found = words.get(household) ?? { reasons: [], questions: [], offers: [] };
    words.set(household, found);
    return found;
  };
  for (const { household_id, source, code, value, word, unit, register, as_of, arguments: given } of await reasonsOfAsked(
    session,
    isExpired,
  )) {
    const message = phraseOf.get(`${phraseKinds[source] ?? "feature"} ${code}`) as Sentences;
    const text = sentence(message, JSON.parse(given) as Record<string, number | string>, language, currency);
    if (source === "question") wordsOf(household_id).questions.push({ code, text });
    else
      wordsOf(household_id).reasons.push({
        code,
        source: source === "spare" ? "data" : source,
        text,
        value: word ?? value,
        unit,
        register,
        as_of,
      });
  }
  for (const { household_id, programme, amount_lcu, period, rules, is_known_to_fit } of await offersOfAsked(session)) {
    const names = phraseOf.get(`offer ${programme}`) as Sentences;
    const text = offerSentence(names, { amount_lcu, period, is_known_to_fit }, language, currency);
    const sum = sumSentence({ amount_lcu, period }, language, currency);
    wordsOf(household_id).offers.push({ programme, name: names[language], sum, text, amount_lcu, period, rules });
  }
  return words;
}

/** What a reason's source takes its sentence from; any other speaks by a feature. */
const phraseKinds: Readonly<Record<string, string>> = { rule: "rule", question: "rule", lane: "lane" };

interface ReasonRow extends Record<string, unknown> {
  household_id: string;
  source: string;
  code: string;
  value: number | null;
  word: string | null;
  unit: string;
  register: string;
  as_of: IsoDate;
  arguments: string;
}

function reasonsOfAsked(session: Session, isExpired: boolean): Promise<ReasonRow[]> {
  return session.rows<ReasonRow>(
    `select r.*, r.as_of::varchar as as_of
     from reasons as r
     semi join asked as a on a.household_id = r.household_id
     where r.source <> case when $is_expired then 'model' else 'spare' end
     order by r.household_id, r.position`,
    { is_expired: isExpired },
  );
}

interface OfferRow extends Record<string, unknown> {
  household_id: string;
  programme: string;
  amount_lcu: number | null;
  period: "month" | "once" | null;
  rules: string[];
  is_known_to_fit: boolean;
}

function offersOfAsked(session: Session): Promise<OfferRow[]> {
  return session.rows<OfferRow>(
    "select o.* from offers as o semi join asked as a on a.household_id = o.household_id order by o.household_id, o.position",
  );
}
