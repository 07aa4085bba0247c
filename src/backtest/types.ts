/** Comparison of a condition or a guard. */
export type Comparison = "<" | "<=" | ">" | ">=";

export const COMPARISONS: readonly Comparison[] = Object.freeze(["<", "<=", ">", ">="]);

/** A signal of the log: its unit, and the range within which every threshold on it must lie. */
export interface PolicySignal {
  unit: string;
  /** [least, greatest], inclusive. */
  range: readonly [number, number];
}

/** A signal computed from others, in the order of the file. */
export type DerivedSignal = PolicySignal & { name: string } & (
    | { op: "trailing_mean"; from: string; window_ms: number }
    | { op: "rate"; from: string }
    | { op: "norm"; from: readonly string[] }
  );

/** A named area. */
export interface Geofence {
  id: string;
  /** Where several hold a point, the highest counts. */
  priority: number;
  /** Closed ring of [longitude, latitude] in degrees: the first point comes again as the last. */
  polygon: readonly (readonly [number, number])[];
}

/** One comparison of a signal with hysteresis. */
export interface Condition {
  name: string;
  signal: string;
  op: Comparison;
  enter: number;
  /** On the lenient side of `enter`, or equal to it. */
  exit: number;
}

/** A bound of uncertainty, or of what the model knows: outside of it the condition does not count. */
export interface Guard {
  signal: string;
  op: Comparison;
  value: number;
  /** What a guard that is false or missing makes of the condition: false, or unknown. */
  action: "suppress" | "hold";
}

/** What of a trigger can differ between places: all that a machine latches at onset. */
export interface TriggerParameters {
  mode: "all" | "any";
  conditions: readonly Condition[];
  guards: readonly Guard[];
  dwell_ms: number;
  min_samples: number;
  release_ms: number;
  cooldown_ms: number;
  max_gap_ms: number;
  /** Infinity where there is no limit. */
  max_event_ms: number;
  on_missing: "hold" | "false";
  disabled: boolean;
}

/** A place where a trigger has other parameters: those in full, after the override. */
export interface TriggerOverride {
  geofence: string;
  parameters: TriggerParameters;
  /** Names of the conditions whose `enter` the override itself gives: a sweep leaves them. Absent: those that differ. */
  ownThresholds?: readonly string[];
}

/** A trigger with every default filled in. */
export interface Trigger {
  id: string;
  /** False: no event at all, wherever. */
  enabled: boolean;
  parameters: TriggerParameters;
  /** In the order of the file. */
  overrides: readonly TriggerOverride[];
}

/** A change of the map between two times, `from` inclusive and `to` exclusive. */
export type MapLayer = { id: string; edge: string; from: number; to: number } & (
  | { op: "set_speed_limit"; value_mps: number }
  | { op: "close" }
);

/** A policy as {@link parsePolicy} gives it: checked, defaults filled in, overrides worked out, times in epoch ms. */
export interface Policy {
  schema: "fleetlens.policy/1";
  version: string;
  /** Ranges of semver that the edge and the cloud software must satisfy; null where the file has none. */
  compat: { edge: string | null; cloud: string | null };
  rationale: string | null;
  expected_impact: { alerts_per_day: number | null; coverage_gain: number | null } | null;
  risk: string | null;
  signals: ReadonlyMap<string, PolicySignal>;
  derived: readonly DerivedSignal[];
  geofences: readonly Geofence[];
  triggers: readonly Trigger[];
  map_layers: readonly MapLayer[];
}

/** What is wrong with a policy. */
export type PolicyErrorCode =
  | "schema"
  | "semver"
  | "unknown_signal"
  | "out_of_range"
  | "inverted_hysteresis"
  | "unknown_geofence"
  | "bad_polygon"
  | "duplicate_id"
  | "override_conflict"
  | "incompatible_version"
  | "bad_interval";

/** One fault of a policy. */
export interface PolicyProblem {
  /** JSON Pointer (RFC 6901) of what is wrong; "" is the whole file. */
  path: string;
  code: PolicyErrorCode;
  /** What is wrong, and how to mend it. */
  message: string;
}

/**
 * Rows of fleet logs. Rows of a vehicle are next to each other and in the order of time, without two of one time
 * ({@link orderLog} makes them so); the order of the vehicles does not matter.
 */
export interface ColumnarLog {
  /** Place of each row's vehicle in `vehicleIds`. */
  vehicle: Int32Array;
  vehicleIds: readonly string[];
  /** Epoch milliseconds, whole. */
  ts: Float64Array;
  /** Degrees; NaN where there is no position. */
  lat: Float64Array;
  lon: Float64Array;
  /** By name; NaN is missing. Compared as float64, whatever the array. */
  signals: Readonly<Record<string, Float64Array | Float32Array>>;
}

/** Why an event ended, in the order of their codes in {@link EventTable.closeReason}. */
export const CLOSE_REASONS = Object.freeze(["exit", "gap", "max_duration", "end_of_data"] as const);
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** Events in the order of (trigger id, vehicle id, onset), ids by their UTF-8 bytes. All columns have the same length. */
export interface EventTable {
  triggerIds: readonly string[];
  /** Place in `triggerIds`. */
  trigger: Int32Array;
  vehicleIds: readonly string[];
  /** Place in `vehicleIds`. */
  vehicle: Int32Array;
  /** First true row, the row that made the event, last true row: epoch ms. */
  onsetTs: Float64Array;
  triggerTs: Float64Array;
  endTs: Float64Array;
  /** Code of {@link CLOSE_REASONS}. */
  closeReason: Uint8Array;
  /** True rows from onset to end. */
  nSamples: Int32Array;
  /** Least (`<`, `<=`) or greatest value of the first condition's signal over the true rows; NaN where all are missing. */
  extreme: Float64Array;
  geofenceIds: readonly string[];
  /** Place in `geofenceIds` of the fence where the event began; −1 is none. */
  geofence: Int32Array;
  /** Position at onset, degrees; NaN is none. */
  lat: Float64Array;
  lon: Float64Array;
}

/** Labels: what should have been an event. All columns have the same length. */
export interface LabelTable {
  labelIds: readonly string[];
  triggerIds: readonly string[];
  /** Place in `triggerIds`. */
  trigger: Int32Array;
  vehicleIds: readonly string[];
  /** Place in `vehicleIds`. */
  vehicle: Int32Array;
  /** Start and end, epoch ms; the end is the start where the label has none. */
  ts: Float64Array;
  endTs: Float64Array;
  /** Null where the file has no such column. */
  severity: readonly (string | null)[] | null;
}

/** Pairs of events and labels, one to one. */
export interface MatchResult {
  /** Of each event the row of its label, or −1: a false alarm, where labels of its trigger exist at all. */
  labelOfEvent: Int32Array;
  /** Of each label the row of its event, or −1: a miss. */
  eventOfLabel: Int32Array;
  /** Sum of the distances of all pairs, ms. */
  totalDistance: number;
}

/** A threshold that is moved: `enter` of one condition of one trigger; `exit` moves along. */
export interface SweepTarget {
  trigger: string;
  condition: string;
  low: number;
  high: number;
  step: number;
}
