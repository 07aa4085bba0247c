import { cell, type Estimate } from "../estimate-words.js";
import type { AuditCell } from "./words.js";

/** Columns of how far both sides agree. */
export const AGREEMENT_COLUMNS = Object.freeze([
  { name: "edge", label: "Reported", format: "integer" },
  { name: "cloud", label: "Replayed", format: "integer" },
  { name: "matched", label: "Both", format: "integer" },
  { name: "agreement", label: "Agreement", format: "percent" },
  { name: "lower", label: "From", format: "percent" },
  { name: "upper", label: "To", format: "percent" },
]);

/** Their values. */
export const agreementCells = ({ edge, cloud, matched, agreement, lower, upper }: AuditCell) => ({
  ...{ edge, cloud, matched },
  ...{ agreement: cell(agreement), lower: cell(lower), upper: cell(upper) },
});

export const agreementEstimate = ({ agreement, lower, upper }: AuditCell): Estimate => ({
  value: agreement,
  lower,
  upper,
});

/** Those with events, the least agreement first. */
export function byAgreement<T extends AuditCell>(cells: readonly T[]): T[] {
  return cells
    .filter(({ agreement }) => agreement !== null)
    .sort((a, b) => (a.agreement as number) - (b.agreement as number));
}
