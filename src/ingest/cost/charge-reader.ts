import type { Charge } from "../../cost/types.js";

/** A charge as read, or what is wrong with the row. */
export type ReadCharge = { charge: Charge; currency: string; exact: boolean } | { field: string; reason: string };

/** How the rows of one format become charges. */
export interface ChargeReader {
  format: "focus" | "cur";
  /** Of FOCUS. */
  version: string | null;
  /** Columns that every file must have, and those to read besides, as the first file names them. */
  needed: readonly string[];
  optional: readonly string[];
  /** Column that tells charges apart which otherwise look alike; null: the file has none. */
  identity: string | null;
  warnings: string[];
  /** @param cells text by column name, null where empty */
  read(cells: Readonly<Record<string, string | null>>): ReadCharge;
}

/** Tags that name what a charge belongs to, or columns of that name (`SubAccountName`: accounts are teams). */
export interface TagNames {
  team: string;
  pool: string;
}
