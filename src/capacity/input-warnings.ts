import type { PlanFile } from "./plan-file.js";
import type { PlanWarning } from "./plan-result.js";
import type { PlanInput } from "./types.js";
import { count, list } from "./words.js";

/** Queues of the capacity file that are not in the demand. */
export function capacityWarnings(input: PlanInput, queues: readonly string[]): string[] {
  const named = [...new Set((input.capacity ?? []).map(({ queue }) => queue))];
  const unknown = named.filter((queue) => !queues.includes(queue));
  if (unknown.length === 0) return [];
  return [`capacity names ${count(unknown.length, "queue")} that the demand does not hold: ${list(unknown)}; left out`];
}

/** Prices that are missing, and what is left out for it. */
export function priceWarnings({ pools = [], mapping, commitments }: PlanFile): string[] {
  if (!mapping) return [];
  const warnings: string[] = [];
  for (const { name, price, spot } of pools) {
    if (!price) {
      warnings.push(
        `pool "${name}" has no price: its costs and purchases are left out; add price: { on_demand: …, unit: node_hour, currency: USD }`,
      );
      continue;
    }
    if (price.spot !== undefined && !spot) {
      warnings.push(
        `pool "${name}" has a spot price but no spot section (interruption_per_hour, checkpoint_minutes, restart_minutes): no spot is bought`,
      );
    }
    for (const term of commitments?.terms ?? []) {
      if (price[term] === undefined)
        warnings.push(`pool "${name}" has no price for ${term}: that term is left out for it`);
    }
  }
  return warnings;
}

/** Alarm reports that a plan names but does not read. */
export function driftReportWarnings({ scenarios = [] }: PlanFile): string[] {
  return scenarios.flatMap(({ name, overlays }) =>
    overlays.flatMap((overlay) =>
      overlay.type === "retrain" && overlay.drift_report !== undefined
        ? [
            `scenario "${name}": drift_report ${overlay.drift_report} is not read; retraining follows every_hours and trigger_rate_per_week`,
          ]
        : [],
    ),
  );
}

/** A plain sentence as a warning of a section. */
export function asWarning(section: string): (message: string) => PlanWarning {
  return (message) => ({ severity: "warning", section, message });
}

const ORDER: Readonly<Record<PlanWarning["severity"], number>> = Object.freeze({ error: 0, warning: 1, info: 2 });

/** Errors first, then warnings, then notes; the order within is kept. */
export function bySeverity(warnings: readonly PlanWarning[]): PlanWarning[] {
  return [...warnings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
