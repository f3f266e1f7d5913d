import { LRUCache } from "lru-cache";
import type { Language, Sentences } from "../domain/languages.ts";
import { formatMessage } from "../rules/message.ts";

/** Words for currencies; another currency is named by its code. */
const currencyWords: Readonly<Record<string, Sentences>> = { KZT: { kk: "теңге", ru: "тенге", en: "tenge" } };

const sums = {
  month: {
    kk: "айына шамамен {amount, number, integer} {currency}",
    ru: "около {amount, number, integer} {currency} в месяц",
    en: "about {amount, number, integer} {currency} a month",
  },
  once: {
    kk: "бір рет шамамен {amount, number, integer} {currency}",
    ru: "около {amount, number, integer} {currency} единовременно",
    en: "about {amount, number, integer} {currency} once",
  },
} satisfies Record<string, Sentences>;

const entitlement: Sentences = {
  kk: "{name}: алуға құқығы болуы мүмкін{sum, select, none {} other {, {sum}}}{known, select, yes {} other {; жағдайын нақтылау қажет}}",
  ru: "{name}: возможно, положено{sum, select, none {} other {, {sum}}}{known, select, yes {} other {; нужно уточнить обстоятельства}}",
  en: "{name}: may be entitled to it{sum, select, none {} other {, {sum}}}{known, select, yes {} other {; the circumstances have to be found out}}",
};

const estimate: Sentences = {
  kk: "{text} (модельдегі салмағы шамамен: {contribution, number, ::.00} ± {standard_error, number, ::.00})",
  ru: "{text} (вес в модели приблизительно: {contribution, number, ::.00} ± {standard_error, number, ::.00})",
  en: "{text} (weight in the model, an estimate: {contribution, number, ::.00} ± {standard_error, number, ::.00})",
};

/** A reason of a model that can only be taken apart by estimates: what it adds to the log-odds, and the standard error of that. */
export function sayEstimate(text: string, values: Readonly<Record<string, string | number>>, language: Language): string {
  return formatMessage(estimate[language], language, { ...values, text });
}

interface OfferedSum {
  amount_lcu: number | null;
  period: "month" | "once" | null;
}

/** Says a reason in a language: its message with its values, sums with the currency's name. */
export function sentence(
  message: Sentences,
  values: Readonly<Record<string, string | number>>,
  language: Language,
  currency: string,
): string {
  return formatMessage(message[language], language, { ...values, currency: currencyName(currency, language) });
}

/** An offer in words: the sum where it can be reckoned, and that the family may be entitled to it, never that it is not. */
export interface SaidOffer {
  sum: string | null;
  text: string;
}

/** The same few offers are said to many families. */
const saidOffers = new LRUCache<string, SaidOffer>({ max: 5_000 });

/** Says what a family may be entitled to. */
export function sayOffer(
  name: Sentences,
  { amount_lcu, period, is_known_to_fit }: OfferedSum & { is_known_to_fit: boolean },
  language: Language,
  currency: string,
): SaidOffer {
  const key = `${language} ${currency} ${amount_lcu} ${period} ${is_known_to_fit} ${name[language]}`;
  const found = saidOffers.get(key);
  if (found !== undefined) return found;
  const sum = sumSentence({ amount_lcu, period }, language, currency);
  const known = is_known_to_fit ? "yes" : "no";
  const text = formatMessage(entitlement[language], language, { name: name[language], sum: sum ?? "none", known });
  saidOffers.set(key, { sum, text });
  return { sum, text };
}

/** The sum of an offer in words; null where none can be reckoned. */
function sumSentence({ amount_lcu, period }: OfferedSum, language: Language, currency: string): string | null {
  return amount_lcu === null || period === null ? null : sentence(sums[period], { amount: amount_lcu }, language, currency);
}

export function currencyName(currency: string, language: Language): string {
  return currencyWords[currency]?.[language] ?? currency;
}
