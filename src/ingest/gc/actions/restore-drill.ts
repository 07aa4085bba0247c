import type { ActionContext, ActionFile } from "./action-context.js";
import { copyCsv } from "./copy-csv.js";

/**
 * Hex digits that the first 8 bytes of a hash must stay below for a drawing probability, exact for every double: scaling
 * by 2^64 is, and a whole number is below x iff it is below x rounded up.
 */
export function drawThreshold(fraction: number): string {
  const bound = BigInt(Math.ceil(fraction * 2 ** 64));
  // Sorts after every hex digit.
  return bound === 2n ** 64n ? "g" : bound.toString(16).padStart(16, "0");
}

/** Writes `restore_drill.csv`: the transitions that are drawn by their ids alone to be restored as a drill. */
export function writeRestoreDrill(context: ActionContext): Promise<ActionFile> {
  const { fraction, seed } = context.policy.restore_drill;
  const { literal } = context.engine.dialect;
  const sql = `SELECT id FROM gc_planned WHERE action = 'transition'
    AND left(sha256(${literal(seed)} || chr(10) || id), 16) < '${drawThreshold(fraction)}'`;
  return copyCsv(context, "restore_drill.csv", sql, true);
}
