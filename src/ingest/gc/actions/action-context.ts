import type { DuckDbEngine } from "../../../engine/duckdb.js";
import type { RetentionPolicy } from "../../../gc-reachability/retention-policy.js";

/** What the writers of action files share. */
export interface ActionContext {
  /** Holds the view `gc_planned`, and may write where `reserve` points. */
  engine: DuckDbEngine;
  policy: Pick<RetentionPolicy, "classes" | "grace_hours" | "restore_drill">;
  asOfMs: number;
  snapshotAtMs: number;
  /** A path to write a file of the folder `actions/` to, such as `s3_batch_delete.csv`. */
  reserve: (name: string) => Promise<string>;
  /**
   * Which objects (1) the given ones need, themselves included; all by `idx`. Without it the statements for an Iceberg
   * table that keeps any file are held back, as it cannot be shown that no kept file would go.
   */
  reach?: (from: Int32Array) => Uint8Array | Promise<Uint8Array>;
  signal?: AbortSignal;
}

/** A file that was written. */
export interface ActionFile {
  /** Relative to `actions/`. */
  name: string;
  /** Lines or entries, without a header. */
  rows: number;
}
