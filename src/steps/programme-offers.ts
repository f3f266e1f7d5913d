import { columnsOf } from "../entitlement/compile.ts";
import type { Frame } from "../entitlement/frame.ts";
import { conditionsOf } from "../entitlement/programme.ts";
import type { CompiledOffer } from "../rules/offers.ts";
import { identifier } from "../warehouse/session.ts";

/**
 * The forms of support with those that a programme gives judged as the step `entitle` judged it, so that the law stands in one place: one fits
 * where the family may be entitled, does not where a condition is plainly unmet, the family receives it already or it is not in force, and is
 * unknown where entitlement is. What only a visit can find out is never known to fit. SQL over the columns of the step's rows.
 */
export function programmeOffers(offers: readonly CompiledOffer[], { programmes }: Frame): CompiledOffer[] {
  return offers.map((offer) => {
    if (offer.programme === undefined) return offer;
    const programme = programmes.find(({ code }) => code === offer.programme);
    if (programme === undefined) throw new Error(`the run judged no programme ${offer.programme}`);
    const { state, amount, receives } = columnsOf(programme.code);
    const fits = `case when ${identifier(receives)} then false when ${identifier(state)} = 'may_be_entitled' then true
      when ${identifier(state)} = 'unknown' then null else false end`;
    return {
      ...offer,
      fits: `(${fits})`,
      amountSql: identifier(amount),
      period: programme.period,
      needs_finding_out: conditionsOf(programme, programmes).some(({ condition }) => condition.value === undefined),
    };
  });
}
