import { InputError } from "../../core/errors.js";
import type { SweepPoint } from "./sweep-points.js";

/**
 * What makes one threshold better than another:
 *
 * - `f1`: the greatest F1.
 * - `miss_cost`: the least fp + `nuisances` · fn, where a miss costs as much as so many nuisances.
 * - `max_nuisance`: the fewest misses with at most so many nuisances per 1000 km.
 * - `min_recall`: the fewest nuisances with at least that recall.
 *
 * Of equal ones the one with fewer misses is taken, then with fewer nuisances, then the lower value.
 */
export type BalanceRule =
  | { kind: "f1" }
  | { kind: "miss_cost"; nuisances: number }
  | { kind: "max_nuisance"; per_1000km: number }
  | { kind: "min_recall"; recall: number };

/** The place of a threshold, or why there is none. */
export type Choice = { index: number; reason: null } | { index: null; reason: string };

/**
 * Picks the threshold that a rule finds best.
 *
 * @throws InputError if a number of the rule is out of its range
 */
export function chooseThreshold(points: readonly SweepPoint[], rule: BalanceRule): Choice {
  checkRule(rule);
  if (points.every(({ labels }) => !labels)) return { index: null, reason: "there are no labels of the trigger" };
  const costs = points.map((point) => costOf(point, rule));
  let best: number | null = null;
  costs.forEach((cost, i) => {
    if (cost !== null && (best === null || isLess(cost, costs[best] ?? []))) best = i;
  });
  return best === null ? { index: null, reason: unmet(points, rule) } : { index: best, reason: null };
}

/** Costs of a threshold, the weightiest first; null where the rule does not allow it. */
function costOf(point: SweepPoint, rule: BalanceRule): number[] | null {
  const [fp, fn] = [point.fp ?? 0, point.fn ?? 0];
  if (rule.kind === "f1") return [-(point.f1 ?? 0), fn, fp];
  if (rule.kind === "miss_cost") return [fp + rule.nuisances * fn, fn, fp];
  if (rule.kind === "min_recall") return (point.recall ?? 0) >= rule.recall ? [fp, fn] : null;
  const rate = point.nuisance_per_1000km;
  return rate !== null && rate <= rule.per_1000km ? [fn, fp] : null;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const differs = a.findIndex((cost, i) => cost !== b[i]);
  return differs >= 0 && a[differs] < b[differs];
}

function unmet(points: readonly SweepPoint[], rule: BalanceRule): string {
  if (rule.kind === "min_recall") return `no threshold of the sweep has a recall of ${rule.recall}`;
  if (points.every((point) => point.nuisance_per_1000km === null))
    return "no distance was driven, so there are no rates";
  return `no threshold of the sweep keeps to ${rule.kind === "max_nuisance" ? rule.per_1000km : ""} nuisances per 1000 km`;
}

function checkRule(rule: BalanceRule): void {
  const fail = (what: string, value: number): never => {
    throw new InputError(`sweep: ${what}, got ${value}`, { rule });
  };
  if (rule.kind === "miss_cost" && !(rule.nuisances > 0 && Number.isFinite(rule.nuisances)))
    fail("what a miss costs in nuisances must be above 0", rule.nuisances);
  if (rule.kind === "max_nuisance" && !(rule.per_1000km >= 0 && Number.isFinite(rule.per_1000km)))
    fail("the most nuisances per 1000 km must be 0 or more", rule.per_1000km);
  if (rule.kind === "min_recall" && !(rule.recall > 0 && rule.recall <= 1))
    fail("the least recall must be above 0 and at most 1", rule.recall);
}
