import { InputError } from "../core/errors.js";
import { HOUR_MS } from "../core/time.js";
import { decimalFraction, type Fraction } from "./decimal-fraction.js";

/** Lengths of the windows in which the burn rate is looked at, ms. */
export const SLO_WINDOWS = Object.freeze({
  "5m": HOUR_MS / 12,
  "30m": HOUR_MS / 2,
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "3d": 72 * HOUR_MS,
});

export type SloWindow = keyof typeof SLO_WINDOWS;
export const SLO_WINDOW_NAMES = Object.freeze(Object.keys(SLO_WINDOWS) as SloWindow[]);

export const SLO_RULE_NAMES = ["page-fast", "page-slow", "ticket"] as const;
export type SloRuleName = (typeof SLO_RULE_NAMES)[number];

/** An alert is raised while the burn rates of both windows are above one threshold. */
export interface SloRule {
  rule: SloRuleName;
  long: SloWindow;
  short: SloWindow;
  /** Per cent of the error budget that is gone after the long window at the threshold. */
  budgetPercent: number;
}

/** The multiwindow, multi-burn-rate rules of the SRE Workbook (Beyer et al. 2018, chapter 5). */
export const SLO_RULES: readonly SloRule[] = Object.freeze([
  { rule: "page-fast", long: "1h", short: "5m", budgetPercent: 2 },
  { rule: "page-slow", long: "6h", short: "30m", budgetPercent: 5 },
  { rule: "ticket", long: "3d", short: "6h", budgetPercent: 10 },
]);

/** The error budget, 1 − target, as a fraction and as the nearest double. */
export interface ErrorBudget {
  fraction: Fraction;
  share: number;
}

/** @throws InputError unless 0 < target < 1 */
export function errorBudgetOf(target: number): ErrorBudget {
  if (!(target > 0 && target < 1)) {
    throw new InputError(
      `target must be a share above 0 and below 1, such as 0.999 for 99.9 %, got ${target}: without an error budget there is no burn rate`,
      { option: "target", target },
    );
  }
  const { numerator, denominator } = decimalFraction(target);
  const fraction = { numerator: denominator - numerator, denominator };
  return { fraction, share: Number(fraction.numerator) / Number(fraction.denominator) };
}

/** Burn rate at which the rule's part of the budget is gone after its long window: 14.4, 6 and 1 for 30 days. */
export function thresholdOf({ long, budgetPercent }: SloRule, windowMs: number): number {
  return (budgetPercent * windowMs) / (100 * SLO_WINDOWS[long]);
}

/** The same as a share of bad events, exactly: threshold × (1 − target). */
export function badShareLimit({ long, budgetPercent }: SloRule, windowMs: number, budget: ErrorBudget): Fraction {
  return {
    numerator: budget.fraction.numerator * BigInt(budgetPercent) * BigInt(windowMs),
    denominator: budget.fraction.denominator * 100n * BigInt(SLO_WINDOWS[long]),
  };
}
