import type { Language, Sentences } from "../domain/languages.ts";
import { formatMessage } from "../rules/message.ts";

/** Words for currencies; another currency is named by its code. */
const currencyWords: Readonly<Record<string, Sentences>> = { KZT: { kk: "теңге", ru: "тенге", en: "tenge" } };

const offerSentences = {
  month: {
    kk: "{name}: айына шамамен {amount, number, integer} {currency} алуға құқығы болуы мүмкін",
    ru: "{name}: возможно, положено около {amount, number, integer} {currency} в месяц",
    en: "{name}: may be entitled to about {amount, number, integer} {currency} a month",
  },
  once: {
    kk: "{name}: бір рет шамамен {amount, number, integer} {currency} алуға құқығы болуы мүмкін",
    ru: "{name}: возможно, положено около {amount, number, integer} {currency} единовременно",
    en: "{name}: may be entitled to about {amount, number, integer} {currency} once",
  },
  fits: { kk: "{name}: алуға құқығы болуы мүмкін", ru: "{name}: возможно, положено", en: "{name}: may be entitled to it" },
  open: {
    kk: "{name}: алуға құқығы болуы мүмкін, жағдайын нақтылау қажет",
    ru: "{name}: возможно, положено, нужно уточнить обстоятельства",
    en: "{name}: may be entitled to it, the circumstances have to be found out",
  },
} satisfies Record<string, Sentences>;

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
  offer: { amount_lcu: number | null; period: "month" | "once" | null; is_known_to_fit: boolean },
  language: Language,
  currency: string,
): string {
  const kind = offer.amount_lcu !== null && offer.period !== null ? offer.period : offer.is_known_to_fit ? "fits" : "open";
  return sentence(offerSentences[kind], { name: name[language], amount: offer.amount_lcu ?? 0 }, language, currency);
}

function currencyName(currency: string, language: Language): string {
  return currencyWords[currency]?.[language] ?? currency;
}
