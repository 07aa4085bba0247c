import {
  checkIntegrity,
  decide,
  type IntegrityCheck,
  type RetentionPolicy,
  type RootRow,
  reach,
  rootSummaries,
} from "../../../gc-reachability/index.js";
import type { Csr, GcColumns, GcDecision } from "../../../gc-reachability/types.js";

/** What a decision is made by. */
export interface DecisionSettings {
  policy: RetentionPolicy;
  asOfMs: number;
  snapshotAtMs: number;
}

/** The strong edges between objects, wherever they are kept: all that takes them. */
export interface Graph {
  readonly method: "memory" | "disk";
  decide(columns: GcColumns): Promise<GcDecision>;
  /** Steps to each object from the nearest of `tips`, -1 where none comes; see {@link reach}. */
  depths(tips: Int32Array, blocked?: Uint8Array): Promise<Int32Array>;
  roots(columns: GcColumns, decision: GcDecision): Promise<RootRow[]>;
  check(decision: GcDecision): Promise<IntegrityCheck>;
}

/** A graph in typed arrays. */
export function memoryGraph(csr: Csr, { policy, asOfMs, snapshotAtMs }: DecisionSettings): Graph {
  return {
    method: "memory",
    decide: async (columns) => decide({ ...columns, csr }, policy, asOfMs, snapshotAtMs),
    depths: async (tips, blocked) => reach(csr, tips, { blocked }).depth,
    roots: async (columns, decision) => rootSummaries({ ...columns, csr }, policy, decision, asOfMs, snapshotAtMs),
    check: async (decision) => checkIntegrity(csr, decision),
  };
}
