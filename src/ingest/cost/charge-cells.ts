import { z } from "zod";
import { isInstant, parseInstant } from "../../core/time.js";
import { parseMoney } from "../../cost/money.js";

/** An amount of a bill: whole units of 10^-18, and whether the cell had no more digits than that. */
export interface MoneyCell {
  value: bigint;
  exact: boolean;
}

/** Cells that are empty are null. */
export const TextCell = z
  .string()
  .nullish()
  .transform((text) => text || null);

export const NeededText = z.string({ error: "is empty" }).min(1, "is empty");

/** The tables that are written hold less than 10^20 of a currency. */
const MOST_MONEY = 10n ** 38n;

/** A decimal amount. */
export const MoneyText = z.string({ error: "is empty" }).transform((text, context): MoneyCell => {
  const money = parseMoney(text);
  const fits = money && money.value < MOST_MONEY && money.value > -MOST_MONEY;
  if (fits) return money;
  const shown = `"${text.slice(0, 60)}"`;
  context.addIssue({
    code: "custom",
    message: money ? `${shown} is not within ±10^20` : `${shown} is not a decimal number`,
  });
  return z.NEVER;
});

/** A decimal amount that may be missing. */
export const OptionalMoney = z.union([z.literal("").transform(() => null), MoneyText]).nullish();

/** ISO 8601 in UTC; also with a blank for the T, or with the word UTC, as databases print it. */
function instantText(text: string): string {
  return text
    .trim()
    .replace(/^(\d{4}-\d{2}-\d{2}) (\d)/, "$1T$2")
    .replace(/ UTC$/, "Z");
}

const MOST_KNOWN = 100_000;

/** Instants of text cells; a bill names the same few again and again. */
export function timeCell() {
  const known = new Map<string, number>();
  return z.string({ error: "is empty" }).transform((text, context): number => {
    const there = known.get(text);
    if (there !== undefined) return there;
    const iso = instantText(text);
    if (!isInstant(iso)) {
      context.addIssue({ code: "custom", message: `"${text}" is not an instant such as 2026-01-01T00:00:00Z` });
      return z.NEVER;
    }
    if (known.size >= MOST_KNOWN) known.clear();
    const ms = parseInstant(iso);
    known.set(text, ms);
    return ms;
  });
}

const PREFIXES = ["", "user:", "user_", "resource_tags_user_"];

/**
 * Reads one of the tags of a cell: a JSON object, the same without its braces (as Azure writes it), or a list of objects
 * with `key` and `value` (as BigQuery writes it).
 *
 * @returns null when there is none, undefined when the cell is not of such a form
 */
export function tagOf(text: string | null | undefined, name: string): string | null | undefined {
  if (!text) return null;
  const trimmed = text.trim();
  let tags: unknown;
  try {
    tags = JSON.parse(trimmed.startsWith('"') ? `{${trimmed}}` : trimmed);
  } catch {
    return undefined;
  }
  if (tags === null) return null;
  if (typeof tags !== "object") return undefined;
  const entries: [string, unknown][] = Array.isArray(tags)
    ? tags.map((tag) => [String(tag?.key), tag?.value])
    : Object.entries(tags);
  for (const prefix of PREFIXES) {
    const found = entries.find(([key]) => key.toLowerCase() === `${prefix}${name}`.toLowerCase());
    if (found && found[1] !== null && found[1] !== undefined && found[1] !== "") return String(found[1]);
  }
  return null;
}
