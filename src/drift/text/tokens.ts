/** A letter or digit run with its marks; ideographs, which are written without spaces, stand alone. */
const TOKEN = /\p{Ideographic}|(?:(?!\p{Ideographic})[\p{L}\p{M}\p{N}])+/gu;

/**
 * Words of a text: runs of letters, marks and digits of any script, in Unicode's compatibility form and lower case, each
 * ideograph for itself.
 *
 * @example tokens("Hello, WORLD 42") // ["hello", "world", "42"]
 */
export function tokens(text: string): string[] {
  return text.normalize("NFKC").toLowerCase().match(TOKEN) ?? [];
}
