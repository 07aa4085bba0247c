import { compareUtf8 } from "../../core/compare-utf8.js";
import type { ScoredLabels } from "./clusters.js";

/** Labels of a severity and how many of them were missed. */
export interface SeverityMisses {
  /** Null: labels without one. */
  severity: string | null;
  labels: number;
  fn: number;
}

/** Misses of each severity, by name, labels without one last; null where the labels have no such column. */
export function missesBySeverity(
  { table, match }: ScoredLabels,
  isScored: (triggerId: string) => boolean,
): SeverityMisses[] | null {
  if (table.severity === null) return null;
  const bySeverity = new Map<string | null, SeverityMisses>();
  table.severity.forEach((severity, row) => {
    if (!isScored(table.triggerIds[table.trigger[row]])) return;
    const own = bySeverity.get(severity) ?? { severity, labels: 0, fn: 0 };
    bySeverity.set(severity, own);
    own.labels++;
    if (match.eventOfLabel[row] < 0) own.fn++;
  });
  return [...bySeverity.values()].sort(
    (a, b) =>
      Number(a.severity === null) - Number(b.severity === null) || compareUtf8(a.severity ?? "", b.severity ?? ""),
  );
}
