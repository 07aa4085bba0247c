/** Text that every format can hold: control characters and lone surrogates become U+FFFD; tab and line breaks stay. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
}

/** The same on one line: line breaks of every kind become a space. */
export function oneLine(text: string): string {
  return plainText(text)
    .replace(/\s*[\r\n\u0085\u2028\u2029]+\s*/g, " ")
    .trim();
}
