import { columnOf, type Signals, turned } from "./comparison.js";
import type { SweptParameters } from "./sweep-parameters.js";

/** Finds the rows at which an event can begin at all. */
export interface Candidates {
  /** Turns to the columns of a log. */
  bind(signals: Signals): void;
  /** Forgets what was found: the next search may begin anywhere. */
  restart(): void;
  /** The first row from `from` on that can be true at some threshold in some place; `to` where there is none. */
  next(from: number, to: number): number;
}

/** A condition with the loosest of all its thresholds. */
interface Loosest {
  signal: string;
  below: boolean;
  theta: number;
  column: Float64Array;
  /** Row that the last search found. */
  found: number;
}

/**
 * Looks for candidate rows by the loosest threshold of every condition, over all places: with `all` every condition must pass
 * it, with `any` (in any place) one. Guards are left out, so not every candidate is true.
 */
export function createCandidates(sets: readonly SweptParameters[]): Candidates {
  const all = sets.every(({ parameters }) => parameters.mode === "all");
  const conditions = sets[0].parameters.conditions.map(({ name, signal, op }): Loosest => {
    const below = turned({ signal, op }).sign > 0;
    const thetas = sets.flatMap(({ parameters, swept, enter }) => {
      const at = parameters.conditions.findIndex((c) => c.name === name);
      return at === swept ? [enter[0], enter[enter.length - 1]] : [parameters.conditions[at].enter];
    });
    const theta = below ? Math.max(...thetas) : Math.min(...thetas);
    return { signal, below, theta, column: new Float64Array(0), found: -1 };
  });

  /** A search by one condition, or what the last one found if that is still ahead. */
  function search(condition: Loosest, from: number, to: number): number {
    if (condition.found < from) condition.found = nextPassing(condition, from, to);
    return condition.found;
  }

  return {
    bind(signals) {
      for (const condition of conditions) condition.column = columnOf(signals, condition.signal);
    },
    restart() {
      for (const condition of conditions) condition.found = -1;
    },
    next(from, to) {
      if (!all) return conditions.reduce((first, condition) => Math.min(first, search(condition, from, to)), to);
      let row = from;
      for (let agreed = 0; agreed < conditions.length && row < to; ) {
        agreed = 0;
        for (const condition of conditions) {
          const found = search(condition, row, to);
          if (found === row) agreed++;
          row = found;
        }
      }
      return row;
    },
  };
}

function nextPassing({ column, below, theta }: Loosest, from: number, to: number): number {
  let row = from;
  if (below) while (row < to && !(column[row] <= theta)) row++;
  else while (row < to && !(column[row] >= theta)) row++;
  return row;
}
