/** The probability of log-odds `margin`; never NaN for a number, exact at both ends. */
export function sigmoid(margin: number): number {
  if (margin >= 0) return 1 / (1 + Math.exp(-margin));
  const odds = Math.exp(margin);
  return odds / (1 + odds);
}

/** -log of the probability that log-odds `margin` gives to what happened; does not overflow. */
export function logisticLoss(margin: number, event: number): number {
  const against = event === 1 ? -margin : margin;
  return against > 0 ? against + Math.log1p(Math.exp(-against)) : Math.log1p(Math.exp(against));
}
