import { type Spans, spanDistance } from "./spans.js";

const SKIP_ROW = 0;
const SKIP_COLUMN = 1;
const PAIR = 2;

/**
 * The best pairing of spans that follow each other, starts and ends alike, on both sides. Distances are then a Monge
 * matrix: two pairs that cross can be swapped at no cost, so pairings in the order of time are enough, and dynamic
 * programming over the pairs within the tolerance finds the best of them.
 *
 * @returns of each row its column, or −1; null where more than `mostPairs` pairs are within the tolerance
 */
export function alignSpans(rows: Spans, columns: Spans, tolerance: number, mostPairs: number): Int32Array | null {
  const [first, last, at] = windows(rows, columns, tolerance);
  if (at[rows.start.length] > mostPairs) return null;
  return traceBack(chooseSteps(rows, columns, first, last, at), first, last, at);
}

/** Of each row the columns within the tolerance, from `first` to before `last`, and where its steps begin. */
function windows(rows: Spans, columns: Spans, tolerance: number): [Int32Array, Int32Array, Float64Array] {
  const [first, last] = [new Int32Array(rows.start.length), new Int32Array(rows.start.length)];
  const at = new Float64Array(rows.start.length + 1);
  for (let row = 0, low = 0, high = 0; row < first.length; row++) {
    while (low < columns.end.length && rows.start[row] - columns.end[low] > tolerance) low++;
    high = Math.max(high, low);
    while (high < columns.start.length && columns.start[high] - rows.end[row] <= tolerance) high++;
    [first[row], last[row]] = [low, high];
    at[row + 1] = at[row] + high - low;
  }
  return [first, last, at];
}

/** The last step of the best pairing of the rows up to each one with the columns up to each in its window. */
function chooseSteps(rows: Spans, columns: Spans, first: Int32Array, last: Int32Array, at: Float64Array): Uint8Array {
  const steps = new Uint8Array(at[rows.start.length]);
  // Of the columns before each: pairs, and their distances. They hold what earlier rows found until a row comes by.
  const pairs = new Int32Array(columns.start.length + 1);
  const cost = new Float64Array(columns.start.length + 1);
  for (let row = 0, filled = 0; row < first.length; row++) {
    pairs.fill(pairs[filled], filled, last[row] + 1);
    cost.fill(cost[filled], filled, last[row] + 1);
    filled = last[row];
    let [pairsBefore, costBefore] = [pairs[first[row]], cost[first[row]]];
    for (let column = first[row]; column < last[row]; column++) {
      const paired = costBefore + spanDistance(rows, row, columns, column);
      const pairedCount = pairsBefore + 1;
      [pairsBefore, costBefore] = [pairs[column + 1], cost[column + 1]];
      let step = SKIP_ROW;
      if (isBetter(pairs[column], cost[column], pairs[column + 1], cost[column + 1])) {
        step = SKIP_COLUMN;
        [pairs[column + 1], cost[column + 1]] = [pairs[column], cost[column]];
      }
      if (isBetter(pairedCount, paired, pairs[column + 1], cost[column + 1])) {
        step = PAIR;
        [pairs[column + 1], cost[column + 1]] = [pairedCount, paired];
      }
      steps[at[row] + column - first[row]] = step;
    }
  }
  return steps;
}

function isBetter(pairs: number, cost: number, otherPairs: number, otherCost: number): boolean {
  return pairs > otherPairs || (pairs === otherPairs && cost < otherCost);
}

function traceBack(steps: Uint8Array, first: Int32Array, last: Int32Array, at: Float64Array): Int32Array {
  const columnOf = new Int32Array(first.length).fill(-1);
  let end = Number.POSITIVE_INFINITY;
  for (let row = first.length - 1; row >= 0; row--) {
    end = Math.min(end, last[row]);
    while (end > first[row] && steps[at[row] + end - 1 - first[row]] === SKIP_COLUMN) end--;
    if (end > first[row] && steps[at[row] + end - 1 - first[row]] === PAIR) columnOf[row] = --end;
  }
  return columnOf;
}
