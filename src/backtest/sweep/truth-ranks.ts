import { FALSE, TRUE, UNKNOWN } from "../replay/truth.js";
import { columnOf, compare, type Signals, turned } from "./comparison.js";
import type { SweptParameters } from "./sweep-parameters.js";

/** Results of rows at all thresholds of a sweep. */
export interface TruthRanks {
  /** Turns to the columns of a log. */
  bind(signals: Signals): void;
  /**
   * Of the thresholds from the strictest to the loosest, the first at which the row is not false in the lower 16 bits, and
   * the first at which it is true in the upper; their number where there is none.
   */
  at(row: number): number;
}

/**
 * Evaluates the conditions and guards of one place at all thresholds at once. A looser threshold can only raise a result,
 * from false over unknown to true, so two ranks say all of it.
 *
 * @param phase which threshold of every condition counts
 */
export function createTruthRanks(set: SweptParameters, phase: "enter" | "exit"): TruthRanks {
  const { mode, conditions, guards, disabled, on_missing } = set.parameters;
  const all = mode === "all";
  const swept = turned(conditions[set.swept]);
  // Ascending once turned: from the strictest to the loosest.
  const thresholds = Float64Array.from(set[phase], (x) => swept.sign * x).sort();
  const count = thresholds.length;
  const [strictest, loosest] = [thresholds[0], thresholds[count - 1]];
  const slope = loosest > strictest ? (count - 1) / (loosest - strictest) : 0;
  const others = conditions
    .filter((_, i) => i !== set.swept)
    .map((c) => ({ ...turned(c), theta: turned(c).sign * c[phase] }));
  const bounds = guards.map((g) => ({ ...turned(g), theta: turned(g).sign * g.value, action: g.action }));
  let column: Float64Array = new Float64Array(0);
  let otherColumns: Float64Array[] = [];
  let guardColumns: Float64Array[] = [];

  const passes = (y: number, theta: number): boolean => (swept.strict ? y < theta : y <= theta);

  /** First threshold that a turned value passes: guessed by the grid, then checked. */
  function rankOf(y: number): number {
    if (!passes(y, loosest)) return count;
    if (passes(y, strictest)) return 0;
    let rank = Math.ceil((y - strictest) * slope);
    while (passes(y, thresholds[rank - 1])) rank--;
    while (!passes(y, thresholds[rank])) rank++;
    return rank;
  }

  /** Result of the conditions that are not swept. */
  function ofOthers(row: number): number {
    let result = all ? TRUE : FALSE;
    for (let i = 0; i < others.length; i++) {
      const one = compare(others[i], otherColumns[i][row], others[i].theta);
      if (all ? one < result : one > result) result = one;
    }
    return result;
  }

  /** What the guards make of a row: TRUE where they leave it alone. */
  function ofGuards(row: number): number {
    let result = TRUE;
    for (let i = 0; i < bounds.length; i++) {
      if (compare(bounds[i], guardColumns[i][row], bounds[i].theta) === TRUE) continue;
      if (bounds[i].action === "suppress") return FALSE;
      result = UNKNOWN;
    }
    return result;
  }

  return {
    bind(signals) {
      column = columnOf(signals, conditions[set.swept].signal);
      otherColumns = others.map(({ signal }) => columnOf(signals, signal));
      guardColumns = bounds.map(({ signal }) => columnOf(signals, signal));
    },
    at(row) {
      const y = swept.sign * column[row];
      const guard = disabled ? FALSE : ofGuards(row);
      // Results where the swept condition fails and where it passes.
      let least = guard;
      let most = guard;
      if (guard === TRUE) {
        const other = ofOthers(row);
        const missing = Number.isNaN(y);
        const [fails, passes] = missing ? [UNKNOWN, UNKNOWN] : [FALSE, TRUE];
        least = all ? Math.min(other, fails) : Math.max(other, fails);
        most = all ? Math.min(other, passes) : Math.max(other, passes);
      }
      if (on_missing === "false") {
        if (least === UNKNOWN) least = FALSE;
        if (most === UNKNOWN) most = FALSE;
      }
      const rank = least === most ? count : rankOf(y);
      const notFalse = least !== FALSE ? 0 : most !== FALSE ? rank : count;
      const isTrue = least === TRUE ? 0 : most === TRUE ? rank : count;
      return (isTrue << 16) | notFalse;
    },
  };
}
