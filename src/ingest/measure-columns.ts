import { InputError } from "../core/errors.js";
import { editDistance } from "../core/nearest-name.js";
import type { SliceTable } from "../incident/index.js";

/** Edits between `weight` and a column that is meant to be it. */
const NEAR = 2;
/** Numbers may name groups, such as a status or a shard; of so many it is said, and fractions are then refused. */
const MOST_NUMBERS = 100;

/**
 * Warnings of dimensions that may be measures by mistake.
 *
 * @param weighted whether the table has a column `weight`
 * @throws InputError for numbers whose column is called nearly `weight` where there is none, and for many fractions
 */
export function measureWarnings(file: string, dimensions: SliceTable["dimensions"], weighted: boolean): string[] {
  return dimensions.flatMap(({ name, values }) => {
    const numbers = values.map(Number);
    if (numbers.length === 0 || !numbers.every(Number.isFinite)) return [];
    const refuse = (why: string) => new InputError(`${file}: column "${name}" ${why}`, { file, column: name });
    if (!weighted && editDistance(name.toLowerCase(), "weight") <= NEAR) {
      throw refuse('holds numbers and would be a dimension: if it is the total call it "weight", else leave it out');
    }
    if (values.length <= MOST_NUMBERS) return [];
    const count = `${values.length} different numbers`;
    if (!numbers.every(Number.isInteger)) {
      throw refuse(`holds ${count} and would be a dimension: call it "value" or "weight", or leave it out`);
    }
    return [
      `column "${name}" holds ${count} and counts as a dimension: if it is a total call it "weight", if it is no group leave it out`,
    ];
  });
}
