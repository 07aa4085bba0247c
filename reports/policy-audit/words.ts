import type { AuditFile } from "../../src/backtest/index.js";

export type AuditCell = AuditFile["total"];
export type Cause = keyof AuditCell["causes"];

/** What a cause means to a reader, in the order in which they are looked for. */
export const CAUSES: readonly { cause: Cause; label: string; meaning: string }[] = Object.freeze([
  { cause: "version", label: "Version", meaning: "the vehicle had another version of the policy" },
  { cause: "threshold", label: "Threshold", meaning: "the value is on different sides of the two thresholds" },
  { cause: "missing_rows", label: "Missing rows", meaning: "the log lacks rows that the vehicle had" },
  { cause: "edge_silent", label: "Vehicle silent", meaning: "the vehicle reported nothing in the whole week" },
  {
    cause: "other_time",
    label: "Other time",
    meaning: "both have it, further apart than the tolerance: a clock that is off",
  },
  { cause: "unexplained", label: "Unexplained", meaning: "same policy as far as is known, and the log has the rows" },
]);
