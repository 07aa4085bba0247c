import type { PolicyChange } from "./policy-diff-schema.js";

/** A value as JSON has it: no limit is null. */
export function jsonValue(value: unknown): PolicyChange["before"] {
  if (value === undefined || value === Number.POSITIVE_INFINITY) return null;
  return JSON.parse(JSON.stringify(value)) as PolicyChange["before"];
}

export const isEqual = (a: unknown, b: unknown): boolean =>
  JSON.stringify(jsonValue(a)) === JSON.stringify(jsonValue(b));

/** Keys of two objects whose values differ, in the order of the keys. */
export function changedKeys(old: object, now: object): { key: string; before: unknown; after: unknown }[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys
    .map((key) => ({
      key,
      before: (old as Record<string, unknown>)[key],
      after: (now as Record<string, unknown>)[key],
    }))
    .filter(({ before, after }) => !isEqual(before, after));
}
