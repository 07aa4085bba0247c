import type { InputFile } from "../../core/demand.js";
import type { DriftProfile } from "../../drift/sketch/drift-profile.js";
import type { DriftOptions, DriftTable } from "../../drift/types.js";
import type { ProfileTableOptions } from "./profile-table.js";
import { readDriftTable } from "./read-drift-table.js";

/** One side of a comparison, as its values or, where it is large or a saved profile, as sketches. */
export interface DriftSide {
  table: DriftTable | null;
  /** Set where `table` is null. */
  profile: DriftProfile | null;
  inputs: InputFile[];
  warnings: string[];
}

/** Options of {@link readDriftSide}. */
export interface DriftSideOptions extends ProfileTableOptions {
  /** Rows above which a table is sketched. */
  exactLimit: number;
}

/**
 * Reads a table, as it is up to `exactLimit` rows and as sketches beyond, or a saved profile.
 *
 * @throws InputError naming file and column for what cannot be compared, and what is wrong with a profile
 */
export async function readDriftSide(input: string, options: DriftSideOptions): Promise<DriftSide> {
  // What sketches and profiles need is loaded for them alone: it takes as long as reading a small table.
  if (/\.json$/i.test(input)) {
    const { isProfile, readProfile } = await import("./profile-file.js");
    if (await isProfile(input)) {
      const { profile, input: file } = await readProfile(input);
      return { table: null, profile, inputs: [file], warnings: [] };
    }
  }
  const { table, inputs, warnings } = await readDriftTable(input, { ...options, mostRows: options.exactLimit });
  if (table) return { table, profile: null, inputs, warnings };
  const { profileTable } = await import("./profile-table.js");
  const sketched = await profileTable(input, { ...options, inputs });
  return { table: null, profile: sketched.profile, inputs, warnings: sketched.warnings };
}

/** The side as a profile, to compare it with one or to save it. */
export async function sideProfile({ table, profile }: DriftSide, options: DriftOptions): Promise<DriftProfile> {
  if (!table) return profile as DriftProfile;
  const { tableProfile } = await import("../../drift/sketch/table-profile.js");
  return tableProfile(table, options).profile;
}
