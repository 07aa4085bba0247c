import type { SloFile } from "../../src/incident/index.js";
import { figure, perCent } from "../capacity-plan/words.js";

/** `2026-10-05 14:05 UTC` of an instant in ISO 8601. */
export function minuteWords(iso: string): string {
  return `${minuteCell(iso)} UTC`;
}

/** The same for a column that says UTC in its head. */
export function minuteCell(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

/** A target as it was written: `99.999 %`. */
export function targetWords(target: number): string {
  return perCent(Number((100 * target).toPrecision(12)));
}

/** Share of good events, with as many digits as the error budget calls for; null without events. */
export function goodWords({ bad, total, target }: Pick<SloFile, "bad" | "total" | "target">): string | null {
  if (total === 0) return null;
  const digits = Math.max(0, Math.ceil(-Math.log10(100 * (1 - target)))) + 2;
  return perCent((100 * (1 - bad / total)).toFixed(digits));
}

/** A burn rate at three digits. */
export function burnWords(burn: number): string {
  return figure(Number(burn.toPrecision(3)));
}
