/** Characters that end a line, show nothing, or turn the direction of text: they could hide what follows. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escaped(text: string): string {
  const unit = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(CONTROL, (c) => c.split("").map(unit).join(""));
}

/** A string of Spark SQL: a backslash escapes, two quotes in a row do not. */
export function sparkLiteral(text: string): string {
  return `'${escaped(text.replace(/[\\']/g, "\\$&"))}'`;
}

/** A time as a literal that does not depend on the session's time zone. */
export function sparkTimestamp(ms: number): string {
  return `TIMESTAMP '${new Date(ms).toISOString().replace("T", " ")}'`;
}

const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name of several parts as text, the way that procedures take it. */
export function sparkName(parts: readonly string[]): string {
  return parts.map((part) => (PLAIN.test(part) ? part : `\`${part.replaceAll("`", "``")}\``)).join(".");
}

/** A name as part of a statement: what is no plain word stays within a literal, where `spark-sql` looks for no `;`. */
export function sparkRelation(parts: readonly string[]): string {
  const name = sparkName(parts);
  return parts.every((part) => PLAIN.test(part)) ? name : `IDENTIFIER(${sparkLiteral(name)})`;
}

/** A comment of one line for each line of the text. */
export function sparkComment(text: string): string {
  return text
    .split("\n")
    .map((line) => `-- ${line}`.trimEnd())
    .join("\n");
}

/** Text of others for a comment. */
export function quotedForComment(text: string): string {
  return escaped(JSON.stringify(text));
}
