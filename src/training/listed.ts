import { type Predictions, tieGroups } from "./predictions.ts";

/** Each row's chance of a place among the first `places` by falling score: 1, 0, or in between for the rows tied at the last place. */
export function listedAt(predictions: Omit<Predictions, "weight">, places: number): Float64Array {
  if (!(places > 0)) throw new RangeError(`${places} places: at least one is needed`);
  let left = places;
  const chance = new Map<number, number>();
  for (const { score, weight } of tieGroups({ ...predictions, weight: undefined })) {
    chance.set(score, Math.min(1, left / weight));
    left = Math.max(0, left - weight);
  }
  return Float64Array.from(predictions.score, (score) => chance.get(score)!);
}
