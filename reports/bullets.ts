import { type Cell, escapeMarkdown } from "../src/report/index.js";

/** Sentences of plain text as a list; empty ones are left out, and without any there is no cell. */
export function bullets(id: string, sentences: readonly string[]): Cell[] {
  const given = sentences.filter((text) => text !== "");
  if (given.length === 0) return [];
  return [{ kind: "prose", id, markdown: given.map((text) => `- ${escapeMarkdown(text)}`).join("\n") }];
}
