import { InvalidArgumentError } from "commander";

/** A quoted name, in which "" stands for a quote, or a plain one; then a comma or the end. */
const NAME = /(?:"((?:[^"]|"")+)"|([^",][^,]*))(,|$)/y;

/**
 * Names of columns separated by commas, as in a line of CSV: `"a,b",c` are two. An option that is repeated adds to those
 * before.
 */
export function columnNames(text: string, before: readonly string[] = []): string[] {
  const found = [...before];
  for (let at = 0; ; ) {
    NAME.lastIndex = at;
    const match = NAME.exec(text);
    if (!match) {
      throw new InvalidArgumentError('expected column names separated by commas, those with a comma quoted: "a,b",c.');
    }
    found.push(match[1]?.replaceAll('""', '"') ?? match[2]);
    at = NAME.lastIndex;
    if (match[3] === "") return [...new Set(found)];
  }
}
