/**
 * How many of the smallest p-values are findings, if at most a share `rate` of the findings may be expected to be chance
 * (Benjamini and Hochberg 1995), and the p-value up to which one is.
 */
export function falseDiscoveryThreshold(pValues: readonly number[], rate: number): { findings: number; threshold: number } {
  const ascending = [...pValues].sort((a, b) => a - b);
  const findings = ascending.findLastIndex((p, place) => p <= (rate * (place + 1)) / ascending.length) + 1;
  return { findings, threshold: findings === 0 ? 0 : (rate * findings) / ascending.length };
}
