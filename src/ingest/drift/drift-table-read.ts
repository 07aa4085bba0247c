import type { InputFile } from "../../core/demand.js";
import type { DriftTable } from "../../drift/index.js";
import type { ReadOptions } from "../types.js";
import type { DriftColumnChoice } from "./drift-columns.js";

/** Options of `readDriftTable`. */
export interface DriftTableOptions extends ReadOptions, DriftColumnChoice {
  /** Rows up to which a table is read whole; default no limit. */
  mostRows?: number;
}

/** A table as read. */
export interface DriftTableRead {
  /** Null where it has more rows than `mostRows`. */
  table: DriftTable | null;
  inputs: InputFile[];
  warnings: string[];
}
