import { type Design, fillBlock } from "./design-matrix.ts";
import type { Objective } from "./newton.ts";
import { logisticLoss, sigmoid } from "./sigmoid.ts";
import { weightedProducts } from "./weighted-products.ts";

/** Rows per block: few enough for 400 columns to stay in a processor's cache. */
const blockRows = 200;

/**
 * The function that a fit makes small: sum of weight * log-loss + l2 / 2 * (sum of squared coefficients, the intercept's apart).
 * Sums run over blocks in the order of the rows, so the same rows give the same bits.
 */
export function logisticObjective(design: Design, l2: number): Objective {
  const width = design.columns.length;
  const products = weightedProducts(width, blockRows);
  const { block } = products;
  const margins = new Float64Array(blockRows);

  function eachBlock(point: Float64Array, visit: (from: number, count: number) => void): void {
    for (let from = 0; from < design.rows; from += blockRows) {
      const count = Math.min(blockRows, design.rows - from);
      fillBlock(design, from, count, block, blockRows);
      multiply(block, point, count, margins);
      visit(from, count);
    }
  }

  return {
    size: width,
    value(point) {
      let loss = penalty(point, l2);
      eachBlock(point, (from, count) => {
        for (let row = 0; row < count; row++)
          loss += (design.weight?.[from + row] ?? 1) * logisticLoss(margins[row]!, design.label[from + row]!);
      });
      return loss;
    },
    derivatives(point) {
      const gradient = new Float64Array(width);
      const [residual, curve] = [new Float64Array(blockRows), new Float64Array(blockRows)];
      let value = penalty(point, l2);
      eachBlock(point, (from, count) => {
        for (let row = 0; row < count; row++) {
          const [share, event] = [design.weight?.[from + row] ?? 1, design.label[from + row]!];
          const probability = sigmoid(margins[row]!);
          value += share * logisticLoss(margins[row]!, event);
          residual[row] = share * (probability - event);
          curve[row] = share * probability * (1 - probability);
        }
        addGradient(block, residual, count, gradient);
        products.add(curve, count);
      });
      const hessian = products.take();
      for (let index = 1; index < width; index++) {
        gradient[index]! += l2 * point[index]!;
        hessian[index * width + index]! += l2;
      }
      return { value, gradient, hessian };
    },
  };
}

function penalty(point: Float64Array, l2: number): number {
  let squares = 0;
  for (let index = 1; index < point.length; index++) squares += point[index]! ** 2;
  return (l2 / 2) * squares;
}

function multiply(block: Float64Array, point: Float64Array, count: number, margins: Float64Array): void {
  margins.fill(0);
  point.forEach((coefficient, index) => {
    if (coefficient === 0) return;
    const start = index * blockRows;
    for (let row = 0; row < count; row++) margins[row]! += coefficient * block[start + row]!;
  });
}

function addGradient(block: Float64Array, residual: Float64Array, count: number, gradient: Float64Array): void {
  for (let index = 0; index < gradient.length; index++) {
    const start = index * blockRows;
    let sum = 0;
    for (let row = 0; row < count; row++) sum += block[start + row]! * residual[row]!;
    gradient[index]! += sum;
  }
}
