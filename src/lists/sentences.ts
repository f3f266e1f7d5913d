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

/** Says what a family may be entitled to, with the sum where it can be reckoned. Never that it is not. */
export function offerSentence(
  name: Sentences,
  offer: OfferedSum & { is_known_to_fit: boolean },
  language: Language,
  currency: string,
): string {
  const sum = sumSentence(offer, language, currency) ?? "none";
  return formatMessage(entitlement[language], language, { name: name[language], sum, known: offer.is_known_to_fit ? "yes" : "no" });
}

/** The sum of an offer in words; null where none can be reckoned. */
export function sumSentence({ amount_lcu, period }: OfferedSum, language: Language, currency: string): string | null {
  return amount_lcu === null || period === null ? null : sentence(sums[period], { amount: amount_lcu }, language, currency);
}

function currencyName(currency: string, language: Language): string {
  return currencyWords[currency]?.[language] ?? currency;
}
