import { InputError } from "../core/errors.js";
import { compareAlone } from "./compare-columns.js";
import type { CategoricalDrift } from "./drift-schema.js";
import type { DriftOptions, LevelSample } from "./types.js";

/**
 * Whether two samples of levels differ: verdict, test, effect with its interval, and every statistic. A single
 * comparison: p-values are not adjusted.
 *
 * @param reference rows by level
 * @param current the other sample
 * @throws InputError for a count that is no whole number from 0, for what is no Map, and for options out of range
 * @example
 * compareCounts(new Map([["a", 900], ["b", 100]]), new Map([["a", 800], ["b", 200]])).verdict // "drift"
 */
export function compareCounts(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
  options: DriftOptions = {},
): CategoricalDrift {
  return compareAlone(levelSample(reference, "reference"), levelSample(current, "current"), options);
}

function levelSample(counts: ReadonlyMap<string, number>, side: string): LevelSample {
  if (!(counts instanceof Map)) throw new InputError(`${side} must be a Map of rows by level`, { table: side });
  let n = 0;
  for (const [level, count] of counts) {
    if (!(Number.isSafeInteger(count) && count >= 0)) {
      throw new InputError(`${side}: the count of level "${level}" must be a whole number from 0, got ${count}`, {
        level,
      });
    }
    n += count;
  }
  return { kind: "categorical", n, missing: 0, counts };
}
