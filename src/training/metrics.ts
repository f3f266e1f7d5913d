import { eachTie, type Predictions, totals } from "./predictions.ts";

/** How many bins `expectedCalibrationError` uses. */
const calibrationBins = 10;
/** Probabilities are kept this far from 0 and 1 before a logarithm. */
const clip = 1e-15;

/** Area under the ROC curve: the chance that a row with the event stands above one without, ties counting half. Null with one class only. */
export function auc(predictions: Predictions): number | null {
  const { weight, positive } = totals(predictions);
  const negative = weight - positive;
  if (!(positive > 0 && negative > 0)) return null;
  let [below, wins] = [negative, 0];
  eachTie(predictions, (_, all, events) => {
    below -= all - events;
    wins += events * (below + (all - events) / 2);
  });
  return wins / positive / negative;
}

/** Average precision as scikit-learn defines it: the sum over distinct scores of (rise of recall) x precision. Null without an event. */
export function averagePrecision(predictions: Predictions): number | null {
  const { positive } = totals(predictions);
  if (!(positive > 0)) return null;
  let [seen, hits, sum] = [0, 0, 0];
  eachTie(predictions, (_, all, events) => {
    seen += all;
    hits += events;
    sum += (events / positive) * (hits / seen);
  });
  return sum;
}

/** What the first k places of a list hold. */
export interface AtCapacity {
  k: number;
  precision: number;
  recall: number | null;
  /** Precision over the base rate. */
  lift: number | null;
}

/** Precision, recall and lift of the first `count` places (all rows when there are fewer); ties give their expected value over random order. */
export function atCount(predictions: Predictions, count: number): AtCapacity {
  if (!(count > 0)) throw new RangeError(`${count} places: at least one is needed`);
  const { weight, positive } = totals(predictions);
  const k = Math.min(count, weight);
  let [left, hits] = [k, 0];
  eachTie(predictions, (_, all, events) => {
    const taken = Math.min(left, all);
    hits += (events * taken) / all;
    left -= taken;
  });
  const precision = hits / k;
  return { k, precision, recall: positive > 0 ? hits / positive : null, lift: positive > 0 ? precision / (positive / weight) : null };
}

/** The same for the first share of the list: round(share x rows) places, at least one. */
export function atShare(predictions: Predictions, share: number): AtCapacity {
  if (!(share > 0 && share <= 1)) throw new RangeError(`a share of ${share}: it lies in (0, 1]`);
  return atCount(predictions, Math.max(1, Math.round(share * totals(predictions).weight)));
}

/** Brier score: the mean squared distance of probability and event. */
export function brier(predictions: Predictions): number {
  return weightedMean(predictions, (probability, event) => (probability - event) ** 2);
}

/** Mean negative log-likelihood, probabilities clipped to [1e-15, 1 - 1e-15]. */
export function logLoss(predictions: Predictions): number {
  return weightedMean(predictions, (probability, event) => {
    const kept = Math.min(1 - clip, Math.max(clip, probability));
    return -Math.log(event === 1 ? kept : 1 - kept);
  });
}

/**
 * Expected calibration error over ten bins of equal count, by falling probability: the mean over bins of |mean probability - share with the event|.
 * Rows of equal probability that straddle a bin's edge are divided among the bins in proportion, so that their order means nothing.
 */
export function expectedCalibrationError(predictions: Predictions): number {
  const binSize = totals(predictions).weight / calibrationBins;
  let [room, gap, sum, bin] = [binSize, 0, 0, 1];
  eachTie(predictions, (score, all, events) => {
    const gapEach = score - events / all;
    let left = all;
    while (left > room && bin < calibrationBins) {
      sum += Math.abs(gap + gapEach * room);
      left -= room;
      [room, gap, bin] = [binSize, 0, bin + 1];
    }
    gap += gapEach * left;
    room -= left;
  });
  return (sum + Math.abs(gap)) / (binSize * calibrationBins);
}

function weightedMean({ label, score, weight }: Predictions, of: (probability: number, event: number) => number): number {
  let [sum, all] = [0, 0];
  for (let row = 0; row < label.length; row++) {
    const share = weight === undefined ? 1 : weight[row]!;
    sum += share * of(score[row]!, label[row]!);
    all += share;
  }
  return sum / all;
}
