import { percent } from "./capacity-plan/words.js";

/** Members of a combination by weight, e.g. `lag_ridge 60 %, theta 40 %`. */
export function memberWords(weights: Readonly<Record<string, number>>): string | null {
  const parts = Object.entries(weights).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return parts.map(([name, weight]) => `${name} ${percent(weight)}`).join(", ") || null;
}
