import type { EventTable } from "../types.js";

/** Events that the vehicles reported: those columns of an {@link EventTable} that they know, one row an event. */
export interface EdgeEvents {
  triggerIds: readonly string[];
  /** Place in `triggerIds`. */
  trigger: Int32Array;
  vehicleIds: readonly string[];
  /** Place in `vehicleIds`. */
  vehicle: Int32Array;
  /** Epoch ms; the end is the onset where the vehicles do not report it. */
  onsetTs: Float64Array;
  endTs: Float64Array;
  /** Version of the policy that the vehicle had; null where it is not reported. */
  policyVersion: readonly (string | null)[] | null;
  /** Value of `enter` of the trigger's first condition that the vehicle had; NaN where it is not reported. */
  threshold: Float64Array | null;
  /** As in {@link EventTable}; NaN where it is not reported. */
  extreme: Float64Array | null;
  /** As in {@link EventTable}; −1 where it is not reported. */
  nSamples: Int32Array | null;
}

/** Why an event is on one side only, in the order in which they are looked for. */
export const AUDIT_CAUSES = Object.freeze([
  "version",
  "threshold",
  "missing_rows",
  "edge_silent",
  "other_time",
  "unexplained",
] as const);
export type AuditCause = (typeof AUDIT_CAUSES)[number];

/** An event that only the edge, or only the replay has. */
export interface AuditDifference {
  side: "edge" | "cloud";
  trigger: string;
  vehicle: string;
  onset_ts: number;
  end_ts: number;
  cause: AuditCause;
  /** What tells the cause, in words. */
  reason: string;
}
