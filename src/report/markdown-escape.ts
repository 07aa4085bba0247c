import { oneLine, plainText } from "./plain-text.js";

/**
 * Text from data as Markdown that renders as exactly that text, on one line: safe in paragraphs, headings, links and
 * table cells, for CommonMark, GitHub and Pandoc.
 */
export function escapeMarkdown(text: string): string {
  return (
    oneLine(text)
      .replace(/[\\`*[\]|~$^@{}]/g, "\\$&")
      // Between letters and digits an underscore means nothing, and names with many of them stay legible.
      .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
      .replace(/&(?=#?\w+;)/g, "\\&")
      .replace(/</g, "&lt;")
      // Before a link, it would make an image of it.
      .replace(/!$/, "\\!")
      // What begins a block at the start of a line: headings, quotes, lists, rules, and Pandoc's blocks.
      .replace(/^([#>=:%]|[+-](?=\s|$)|-(?=-))/, "\\$1")
      .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
  );
}

/** A run of backticks longer than any in `source`, at least `least` long. */
function backticks(source: string, least: number): string {
  const longest = (source.match(/`+/g) ?? []).reduce((n, run) => Math.max(n, run.length), 0);
  return "`".repeat(Math.max(longest + 1, least));
}

/** Source text as inline code. */
export function codeSpan(source: string): string {
  const text = oneLine(source);
  const marks = backticks(text, 1);
  return /^`|`$/.test(text) ? `${marks} ${text} ${marks}` : `${marks}${text}${marks}`;
}

/** Source text as a fenced block whose fence the source cannot close. */
export function codeFence(source: string, language = ""): string {
  const text = plainText(source).replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  const marks = backticks(text, 3);
  return `${marks}${/^[\w+#.-]{1,32}$/.test(language) ? language : ""}\n${text}\n${marks}`;
}
