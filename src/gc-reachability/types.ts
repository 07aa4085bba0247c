/** Edges by their source: those of vertex v are `targets[offsets[v]] … targets[offsets[v + 1] - 1]`, in input order. */
export interface Csr {
  /** n + 1 values. */
  offsets: Int32Array;
  targets: Int32Array;
}

/** What a walk from many tips found, one value a vertex; -1 where it did not come. */
export interface ReachArrays {
  /** Edges from the nearest tip. */
  depth: Int32Array;
  /** Vertex before, the smallest index of those on a shortest path from `root`. */
  parent: Int32Array;
  /** Nearest tip, the smallest index of those equally near. */
  root: Int32Array;
}

export interface Reach extends ReachArrays {
  /** Vertices reached, tips included. */
  count: number;
}

/**
 * Which objects the rows of a selector table match: row `row[k]` matches the objects `from[k]` to `to[k] - 1`.
 * A row may have several ranges or none, ranges may overlap, and they may be in any order.
 */
export interface SelectorRanges {
  row: Int32Array;
  from: Int32Array;
  to: Int32Array;
}

export interface ProtectionRow {
  name: string;
  type: string;
  /** Null: never. */
  expiresAtMs: number | null;
}

export interface HoldRow {
  holdId: string;
  issuedAtMs: number | null;
  releasedAtMs: number | null;
}

export interface ErasureRow {
  requestId: string;
  completedAtMs: number | null;
}

/** Objects as columns of n values each; text is codes into a list, -1 for null; times are epoch ms, NaN for null. */
export interface GcColumns {
  n: number;
  kinds: readonly string[];
  kind: Int32Array;
  classes: readonly string[];
  class: Int32Array;
  storageClasses: readonly string[];
  storageClass: Int32Array;
  /** Whole, 0 to 2^53. */
  sizeBytes: Float64Array;
  createdAtMs: Float64Array;
  lastAccessAtMs: Float64Array;
  storageClassSinceMs?: Float64Array;
  /** Codes; any numbering will do. */
  group?: Int32Array;
  metric?: Float64Array;
  protections: readonly ProtectionRow[];
  protectionRanges: SelectorRanges;
  holds: readonly HoldRow[];
  holdRanges: SelectorRanges;
  erasures: readonly ErasureRow[];
  erasureRanges: SelectorRanges;
  /** Of `policy.exceptions`. */
  exceptionRanges: SelectorRanges;
}

/** A walk along strong edges that the decision asks for, see {@link reach}. */
export interface ReachRequest {
  tips: Int32Array;
  /** 1: never entered. Tips are never blocked. */
  blocked: Uint8Array;
  /** Where to write what was found; places of objects that the walk does not reach must stay as they are. */
  into: ReachArrays;
  /** Room for all objects that the walk may use; `tips` lie at its start. */
  queue: Int32Array;
}

/** An object with an active hold and an active erasure; both are indexes of rows. */
export interface Conflict {
  object: number;
  hold: number;
  erasure: number;
}

/** What {@link decide} found, n values in each array. */
export interface GcDecision {
  /** Index into REASONS. */
  reason: Uint8Array;
  /** Index into ACTIONS. */
  action: Uint8Array;
  /** Of kept objects: distance from the nearest tip of their step; -1 for others. */
  depth: Int32Array;
  /** Of kept objects: the object that keeps this one; -1 for tips and for objects that go. */
  parent: Int32Array;
  /** Of kept objects: the tip; -1 for others. A transition candidate may be the root of a kept object. */
  root: Int32Array;
  /** Index into `rules`, of the tip's rule; -1 for none. */
  rule: Int32Array;
  /** Names of holds, protections, exceptions and minimal-keep rules. */
  rules: readonly string[];
  /** Objects with both an active hold and an active erasure, by object, hold and erasure (rows): the first 10,000. */
  conflicts: readonly Conflict[];
  /** All of them. */
  conflictCount: number;
}
