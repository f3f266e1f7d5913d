/** Index of the first of ascending numbers that is greater than `limit`; how many there are when none is. */
export function firstAbove(ascending: ArrayLike<number>, limit: number): number {
  return firstWhere(ascending, (value) => value > limit);
}

/** Index of the first of ascending numbers that is not less than `limit`; how many there are when none is. */
export function firstNotBelow(ascending: ArrayLike<number>, limit: number): number {
  return firstWhere(ascending, (value) => !(value < limit));
}

/** By halving: `holds` must be false up to some number and true from there on. */
function firstWhere(ascending: ArrayLike<number>, holds: (value: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ascending[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
