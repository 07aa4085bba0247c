import MarkdownIt, { type Token } from "markdown-it";
import { codeFence, codeSpan, escapeMarkdown } from "./markdown-escape.js";
import { plainText } from "./plain-text.js";

/** The subset of CommonMark that prose may use: no raw HTML, no images, no reference links. */
const RULES = [
  "heading",
  "lheading",
  "emphasis",
  "backticks",
  "fence",
  "code",
  "list",
  "link",
  "autolink",
  "blockquote",
  "escape",
  "entity",
  "newline",
  "hr",
];

const parser = new MarkdownIt("zero", { html: false }).enable(RULES);
parser.validateLink = (url) => /^(?:https?:|mailto:|#)/i.test(url.trim());

/** A heading found in prose. `level` is its level on the page, where the report's title is 1. */
export interface ProseHeading {
  level: number;
  text: string;
  id: string;
}

function textOf(inline: Token): string {
  return (inline.children ?? []).map((token) => (token.type === "softbreak" ? " " : token.content)).join("");
}

/**
 * Tokens of prose whose heading levels fit below the title: one deeper than written, and never more than one deeper
 * than the heading before.
 */
function parseProse(markdown: string, levelBefore: number): { tokens: Token[]; level: number } {
  const tokens = parser.parse(plainText(markdown), {});
  let level = levelBefore;
  for (const [i, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    level = Math.min(Number(token.tag.slice(1)) + 1, level + 1, 6);
    token.tag = `h${level}`;
    tokens[i + 2].tag = token.tag;
  }
  return { tokens, level };
}

parser.renderer.rules["fence"] = parser.renderer.rules["code_block"] = (tokens, i) =>
  `<pre><code>${parser.utils.escapeHtml(tokens[i].content)}</code></pre>\n`;
parser.renderer.rules["link_open"] = (tokens, i, options, _env, self) => {
  tokens[i].attrSet("rel", "noopener noreferrer");
  return self.renderToken(tokens, i, options);
};

/** Prose as safe HTML, its headings (with ids made of the cell's id), and the level of the last one. */
export function proseHtml(
  markdown: string,
  cellId: string,
  levelBefore: number,
): { html: string; headings: ProseHeading[]; level: number } {
  const { tokens, level } = parseProse(markdown, levelBefore);
  const headings: ProseHeading[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    const id = `${cellId}-h${headings.length + 1}`;
    token.attrSet("id", id);
    headings.push({ level: Number(token.tag.slice(1)), text: textOf(tokens[i + 1]), id });
  }
  return { html: parser.renderer.render(tokens, parser.options, {}), headings, level };
}

/** A link's target that cannot end early. */
function linkTarget(href: string): string {
  const safe = href.replace(/[<>\\\s]/g, encodeURIComponent);
  return /[()]/.test(safe) ? `<${safe}>` : safe;
}

/** Markdown of inline tokens; the targets of open links wait until their text is closed. */
function inlineMarkdown(tokens: readonly Token[]): string {
  const targets: string[] = [];
  const write = (token: Token): string => {
    switch (token.type) {
      case "em_open":
      case "em_close":
        return "*";
      case "strong_open":
      case "strong_close":
        return "**";
      case "code_inline":
        return codeSpan(token.content);
      case "link_open":
        targets.push(String(token.attrGet("href") ?? ""));
        return "[";
      case "link_close":
        return `](${linkTarget(targets.pop() ?? "")})`;
      case "softbreak":
        return "\n";
      case "hardbreak":
        return "\\\n";
      default:
        return spaced(token.content);
    }
  };
  return tokens.map(write).join("");
}

/** Escaped text that keeps the spaces at its ends, which part it from its neighbours. */
function spaced(text: string): string {
  const [, before, middle, after] = /^(\s*)(.*?)(\s*)$/su.exec(text) as RegExpExecArray;
  return before + escapeMarkdown(middle) + after;
}

/** Serialises the blocks from `start` to the closing token of their parent; `gap` is what parts them. */
function blockMarkdown(tokens: readonly Token[], start: number, gap = "\n\n"): { text: string; next: number } {
  const blocks: string[] = [];
  let i = start;
  while (i < tokens.length && tokens[i].nesting >= 0) {
    const token = tokens[i];
    if (token.type === "fence" || token.type === "code_block") blocks.push(codeFence(token.content, token.info.trim()));
    else if (token.type === "hr") blocks.push("* * *");
    else if (token.type === "inline") blocks.push(inlineMarkdown(token.children ?? []));
    if (token.nesting === 0) {
      i += 1;
      continue;
    }
    const isList = token.type === "bullet_list_open" || token.type === "ordered_list_open";
    const inner = blockMarkdown(tokens, i + 1, isList ? (isTight(tokens, i) ? "\n" : "\n\n") : gap);
    if (token.type === "heading_open") blocks.push(`${"#".repeat(Number(token.tag.slice(1)))} ${inner.text}`);
    else if (token.type === "blockquote_open") blocks.push(inner.text.replace(/^/gm, "> ").replace(/^> $/gm, ">"));
    else if (token.type === "list_item_open") {
      const mark = token.info ? `${token.info}. ` : "- ";
      blocks.push(mark + inner.text.replace(/\n(?!\n|$)/g, `\n${" ".repeat(mark.length)}`));
    } else blocks.push(inner.text);
    i = inner.next + 1;
  }
  return { text: blocks.join(gap), next: i };
}

/** Whether the list that opens at `i` has no blank lines between its items. */
function isTight(tokens: readonly Token[], i: number): boolean {
  const paragraph = tokens.slice(i).find((token) => token.type === "paragraph_open");
  return paragraph?.hidden ?? false;
}

/** Prose as Markdown that says the same and nothing else: raw HTML and refused links have become text. */
export function proseMarkdown(markdown: string, levelBefore: number): { markdown: string; level: number } {
  const { tokens, level } = parseProse(markdown, levelBefore);
  return { markdown: blockMarkdown(tokens, 0).text, level };
}
