import type { CanaryRequests } from "./canary-requests.js";
import type { RequestPairs } from "./request-pairs.js";

/** Rows and events of a cell by arm (prod, canary); `both` are pairs with the event in both, null without pairs. */
export interface EventCounts {
  n: [number, number];
  events: [number, number];
  both: number | null;
}

/**
 * Counts an event by arm and cell: of all rows, or of a shadow run's pairs.
 *
 * @param cells number of cells
 * @param cellOf cell of a row, negative for none; a pair lies in the cell of the row that has one
 * @param event whether a row of a cell has the event; null where that is not known: the row, or pair, is left out
 */
export function countEvents(
  { arm }: Pick<CanaryRequests, "arm">,
  { shadow, prod, canary }: RequestPairs,
  cells: number,
  cellOf: (row: number) => number,
  event: (row: number, cell: number) => boolean | null,
): EventCounts[] {
  const n = [new Float64Array(cells), new Float64Array(cells)];
  const events = [new Float64Array(cells), new Float64Array(cells)];
  const both = new Float64Array(cells);
  const add = (side: number, cell: number, found: boolean): void => {
    n[side][cell]++;
    if (found) events[side][cell]++;
  };
  if (shadow) {
    for (let i = 0; i < prod.length; i++) {
      const cell = Math.max(cellOf(prod[i]), cellOf(canary[i]));
      if (cell < 0) continue;
      const [before, after] = [event(prod[i], cell), event(canary[i], cell)];
      if (before === null || after === null) continue;
      add(0, cell, before);
      add(1, cell, after);
      if (before && after) both[cell]++;
    }
  } else {
    for (let row = 0; row < arm.length; row++) {
      const cell = cellOf(row);
      const found = cell < 0 ? null : event(row, cell);
      if (found !== null) add(arm[row], cell, found);
    }
  }
  return Array.from({ length: cells }, (_, cell) => ({
    n: [n[0][cell], n[1][cell]],
    events: [events[0][cell], events[1][cell]],
    both: shadow ? both[cell] : null,
  }));
}
