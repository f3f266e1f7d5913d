import type { CompiledRule } from "../rules/compile.ts";
import type { CompiledOffer } from "../rules/offers.ts";

/** A form of support that a household may be entitled to, and why it is named. */
export interface SuggestedOffer {
  programme: string;
  /** Whole units of the currency; null when it cannot be reckoned. */
  amount_lcu: number | null;
  period: "month" | "once" | null;
  /** Rules that suggest it; empty when the programme's own condition does. */
  rules: readonly string[];
  /** False when something has to be found out first whether it fits. */
  is_known_to_fit: boolean;
}

/** Whether an offer fits a household (null: not known), and its sum. */
export type Fitting = Readonly<Record<string, { fits: boolean | null; amount: number | null }>>;

/**
 * The forms of support to offer: those that rules met suggest and those open to whoever fits, unless the programme's condition says no.
 * First those known to fit, those with a sum before others. Scores play no part.
 */
export function chooseOffers(offers: readonly CompiledOffer[], met: readonly CompiledRule[], fitting: Fitting): SuggestedOffer[] {
  const suggested = offers.flatMap((offer): SuggestedOffer[] => {
    const { fits, amount } = fitting[offer.code] ?? { fits: null, amount: null };
    const rules = met.filter((rule) => rule.offers.includes(offer.code)).map((rule) => rule.id);
    const isNamed = rules.length > 0 ? fits !== false : offer.open && fits === true;
    if (!isNamed) return [];
    const isReckoned = fits === true || offer.needs_finding_out;
    const sum = isReckoned && amount !== null && amount > 0 ? amount : null;
    return [
      {
        programme: offer.code,
        amount_lcu: sum,
        period: sum === null ? null : (offer.period ?? null),
        rules,
        is_known_to_fit: fits === true,
      },
    ];
  });
  const place = (offer: SuggestedOffer) => (offer.is_known_to_fit ? 0 : 2) + (offer.amount_lcu === null ? 1 : 0);
  return suggested.sort((a, b) => place(a) - place(b));
}
