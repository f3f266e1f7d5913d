/** Complementary error function, relative error below 1.2e-7 everywhere (Numerical Recipes, 3rd ed., 6.2.2, Chebyshev fit). */
function erfc(x: number): number {
  const t = 2 / (2 + Math.abs(x));
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  const exponent = coefficients.reduceRight((sum, each) => sum * t + each, 0);
  const tail = t * Math.exp(-x * x + exponent);
  return x >= 0 ? tail : 2 - tail;
}

/** The chance that a standard normal number is above `z`. */
export function upperTail(z: number): number {
  return erfc(z / Math.SQRT2) / 2;
}

/** The z that a standard normal number is above with this chance, in (0, 1). */
export function zOfUpperTail(chance: number): number {
  let [low, high] = [-40, 40];
  for (let halving = 0; halving < 100; halving++) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
