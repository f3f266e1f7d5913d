/** Name of a model's input: one row per household, one column per feature in the model's order, NaN where unknown. */
export const inputName = "features";
/** Names of its outputs: log-odds and probability, one each per row. */
export const outputNames = ["margin", "probability"] as const;
