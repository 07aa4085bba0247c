import type { ColumnarLog } from "../types.js";

/** Stretches of time of vehicles. All columns have the same length. */
export interface VehicleSpans {
  vehicleIds: readonly string[];
  /** Place in `vehicleIds`. */
  vehicle: Int32Array;
  /** Epoch ms, both inclusive. */
  from: Float64Array;
  to: Float64Array;
}

/** What rows there are in each span. */
export interface SpanRows {
  /** Rows in the span. */
  rows: Int32Array;
  /** Longest time, ms, from one row to the next that some of the span lies between; Infinity before the first or after the last row. */
  longestGap: Float64Array;
}

/** Counts the rows of spans; chunks of a log come in the order of {@link ColumnarLog}, a vehicle may go on in the next. */
export interface SpanRowCounter {
  push(log: ColumnarLog): void;
  finish(): SpanRows;
}

/** Place of the first value that is at least `wanted`, within sorted rows `from` to `end`. */
function lowerBound(ts: Float64Array, from: number, end: number, wanted: number): number {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ts[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Tells of spans whether the log has rows there: an event cannot be replayed from rows that are missing. */
export function createSpanRows(spans: VehicleSpans): SpanRowCounter {
  const spansOf = new Map<string, number[]>();
  spans.vehicle.forEach((code, span) => {
    const id = spans.vehicleIds[code];
    const list = spansOf.get(id);
    if (list) list.push(span);
    else spansOf.set(id, [span]);
  });
  const rows = new Int32Array(spans.vehicle.length);
  const longestGap = new Float64Array(rows.length);
  /** Time of the vehicle's latest row. */
  const latest = new Map<string, number>();

  function countRun(id: string, ts: Float64Array, start: number, end: number): void {
    const before = latest.get(id) ?? Number.NEGATIVE_INFINITY;
    latest.set(id, ts[end - 1]);
    for (const span of spansOf.get(id) ?? []) {
      const [from, to] = [spans.from[span], spans.to[span]];
      // Nothing of the span lies behind the row before, or it lies wholly beyond this run.
      if (to <= before || from >= ts[end - 1]) {
        if (from === ts[end - 1]) rows[span]++;
        continue;
      }
      let row = lowerBound(ts, start, end, from);
      let last = row > start ? ts[row - 1] : before;
      for (; row < end && last < to; row++) {
        if (ts[row] > from) longestGap[span] = Math.max(longestGap[span], ts[row] - last);
        if (ts[row] <= to) rows[span]++;
        last = ts[row];
      }
    }
  }

  return {
    push({ vehicle, vehicleIds, ts }) {
      for (let start = 0, end = 0; start < ts.length; start = end) {
        while (end < ts.length && vehicle[end] === vehicle[start]) end++;
        const id = vehicleIds[vehicle[start]];
        if (spansOf.has(id)) countRun(id, ts, start, end);
      }
    },
    finish() {
      for (const [id, list] of spansOf) {
        const last = latest.get(id) ?? Number.NEGATIVE_INFINITY;
        for (const span of list) if (spans.to[span] > last) longestGap[span] = Number.POSITIVE_INFINITY;
      }
      return { rows, longestGap };
    },
  };
}
