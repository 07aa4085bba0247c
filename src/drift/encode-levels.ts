import type { CategoricalColumn } from "./types.js";

/** Texts as codes into their levels, in the order in which they come; null is missing. */
export function encodeLevels(values: readonly (string | null)[]): CategoricalColumn {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const known = codeOf.get(value);
    if (known !== undefined) return known;
    codeOf.set(value, codeOf.size);
    return codeOf.size - 1;
  });
  return { kind: "categorical", codes, levels: [...codeOf.keys()] };
}
