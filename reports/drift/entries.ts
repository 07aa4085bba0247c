import type { DriftEntry, DriftFile } from "../../src/drift/index.js";

/** Entries of whole tables: no slice, no window. */
export function wholeEntries({ features }: DriftFile): DriftEntry[] {
  return features.filter(({ slice, window }) => slice === null && window === null);
}

/** How many times its threshold an effect is; missing effects come last. */
export function weight({ effect }: Pick<DriftEntry, "effect">): number {
  if (effect.value === null) return -1;
  return effect.threshold > 0 ? Math.abs(effect.value) / effect.threshold : Number.POSITIVE_INFINITY;
}

/** Largest effect first, against its threshold; equal ones in the order of the file. */
export function largestFirst(entries: readonly DriftEntry[]): DriftEntry[] {
  return [...entries].sort((a, b) => {
    const [one, other] = [weight(b), weight(a)];
    return one === other ? 0 : one - other;
  });
}
