import { emptyRows, readWindow, type WindowRows } from "./read-window.js";
import type { NeuralSeries, NeuralShape } from "./types.js";

/** Windows with what came after them. */
export interface Batch {
  input: WindowRows;
  /** [rows, horizon], in units of each window's deviation. */
  targets: Float32Array;
  /** [rows, horizon]: 1 / the window's unit, 0 where there is no target; the mean over all targets is the loss. */
  weights: Float32Array;
}

/** A window after which a value lies so many deviations away says more about its own deviation than about the value. */
const EXTREME = 20;

export const emptyBatch = (rows: number, shape: NeuralShape): Batch => ({
  input: emptyRows(rows, shape),
  targets: new Float32Array(rows * shape.horizon),
  weights: new Float32Array(rows * shape.horizon),
});

/**
 * Reads the window of `series` before `end` and the targets after it into a row.
 *
 * @returns targets in the row; 0 where the window is flat, its future extreme or nothing of it observed
 */
export function readExample(
  { y, observed, clock = 0 }: NeuralSeries,
  end: number,
  shape: NeuralShape,
  { input, targets, weights }: Batch,
  row: number,
): number {
  if (!readWindow(y, end, clock, shape, input, row)) return 0;
  const first = row * shape.horizon;
  let count = 0;
  for (let h = 0; h < shape.horizon; h++) {
    const z = (y[end + h] - input.centre[row]) / input.scale[row];
    if (Math.abs(z) > EXTREME) return 0;
    const seen = observed === undefined || observed[end + h] === 1;
    targets[first + h] = z;
    weights[first + h] = seen ? 1 / input.unit[row] : 0;
    if (seen) count++;
  }
  return count;
}

/** Divides the weights by the number of targets, so that the weighted sum over a batch is a mean. */
export function weighMean(batch: Batch, targets: number): void {
  for (let i = 0; i < batch.weights.length; i++) batch.weights[i] /= targets;
}
