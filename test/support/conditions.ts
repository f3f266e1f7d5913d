import type { PromotionConditions } from "../../src/scoring/promotion-conditions.ts";

/** What an authority that has said everything asks of a model. */
export const conditions: PromotionConditions = {
  most_ece: 0.02,
  fairness: "when_measured",
  reference: "test",
  authority: {
    intended_use: { kk: "k", ru: "r", en: "order outreach" },
    owner: "the authority",
    contact: "its office",
    legal_basis: "an act",
    retention_days: { scores: 31, lists: 365, audit: 1825 },
  },
};
