import { createMinHeap } from "../min-heap.js";
import { type Spans, spanDistance } from "./spans.js";

/**
 * The best pairing of spans of any shape, by successive shortest paths: each row without a column takes the shortest
 * augmenting path over reduced costs (Jonker & Volgenant 1987), or stays alone for a price that no sum of distances
 * reaches. Pairs are looked up in time and never listed, so memory grows with the spans only.
 *
 * @param columnOf pairs at distance 0 to begin with; changed in place
 */
export function augmentSpans(rows: Spans, columns: Spans, tolerance: number, columnOf: Int32Array): Int32Array {
  const rowOf = new Int32Array(columns.start.length).fill(-1);
  columnOf.forEach((column, row) => {
    if (column >= 0) rowOf[column] = row;
  });
  const augment = createAugmenter(rows, columns, tolerance, columnOf, rowOf);
  for (let row = 0; row < columnOf.length; row++) if (columnOf[row] < 0) augment(row);
  return columnOf;
}

/** Pairs one more row, if that can be, and keeps the pairing the best of its size. */
function createAugmenter(
  rows: Spans,
  columns: Spans,
  tolerance: number,
  columnOf: Int32Array,
  rowOf: Int32Array,
): (row: number) => void {
  const near = createNeighbours(columns, tolerance);
  const alone = priceOfStayingAlone(rows, columns, tolerance);
  /** Dual price of each column, never above 0; 0 while it is free. */
  const price = new Float64Array(rowOf.length);
  const distance = new Float64Array(rowOf.length).fill(Number.POSITIVE_INFINITY);
  const reachedFrom = new Int32Array(rowOf.length);
  const waiting = createMinHeap();
  const touched: number[] = [];

  return (source) => {
    // The end of the best path so far: `lastRow` takes `lastColumn`, or stays alone.
    let [best, lastRow, lastColumn] = [alone, source, -1];

    function look(row: number, base: number): void {
      if (base + alone < best) [best, lastRow, lastColumn] = [base + alone, row, -1];
      near(rows.start[row], rows.end[row], (column) => {
        const reach = base + spanDistance(rows, row, columns, column) - price[column];
        if (reach >= best || reach >= distance[column]) return;
        if (distance[column] === Number.POSITIVE_INFINITY) touched.push(column);
        distance[column] = reach;
        reachedFrom[column] = row;
        if (rowOf[column] < 0) [best, lastRow, lastColumn] = [reach, row, column];
        else waiting.push(reach, column);
      });
    }

    look(source, 0);
    while (waiting.least() < best) {
      const reach = waiting.least();
      const column = waiting.pop();
      if (reach > distance[column]) continue;
      const row = rowOf[column];
      look(row, reach - spanDistance(rows, row, columns, column) + price[column]);
    }

    for (const column of touched) {
      if (distance[column] < best) price[column] += distance[column] - best;
      distance[column] = Number.POSITIVE_INFINITY;
    }
    touched.length = 0;
    waiting.clear();

    for (let [row, column] = [lastRow, lastColumn]; ; row = reachedFrom[column]) {
      const before = columnOf[row];
      columnOf[row] = column;
      if (column >= 0) rowOf[column] = row;
      if (row === source) break;
      column = before;
    }
  };
}

/** More than the distances of any pairing can sum to, so that one more pair is worth any distance. */
function priceOfStayingAlone(rows: Spans, columns: Spans, tolerance: number): number {
  const ends = [rows, columns].flatMap(({ end }) => end.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
  const length = Math.max(...ends) - Math.min(rows.start[0], columns.start[0]);
  return rows.start.length * Math.min(tolerance, length) + 1;
}

/** Calls back with each span that is no further than `tolerance` from a given one, latest start first. */
function createNeighbours(
  { start, end }: Spans,
  tolerance: number,
): (from: number, to: number, found: (place: number) => void) => void {
  /** The nearest earlier span with a later end: all between are no nearer to what comes after. */
  const previousLonger = new Int32Array(start.length);
  for (let k = 0; k < start.length; k++) {
    let longer = k - 1;
    while (longer >= 0 && end[longer] <= end[k]) longer = previousLonger[longer];
    previousLonger[k] = longer;
  }
  return (from, to, found) => {
    for (let k = countUpTo(start, to + tolerance) - 1; k >= 0; ) {
      const isNear = from - end[k] <= tolerance;
      if (isNear) found(k);
      k = isNear ? k - 1 : previousLonger[k];
    }
  };
}

/** Number of values of an ascending array that are ≤ limit. */
function countUpTo(ascending: Float64Array, limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
