/** A column of text with more values than these tells rows apart rather than groups of them. */
export const MOST_VALUES = 100_000;

/** The words for such a column, after the name of the file. */
export function tooManyValues(column: string): string {
  return `column "${column}" has more than ${MOST_VALUES} values: it names rows and not groups`;
}
