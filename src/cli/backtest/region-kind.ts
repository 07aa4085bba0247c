import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { areasOfGeofences, parseAreas } from "../../backtest/geo/parse-areas.js";
import { parseRegionKind } from "../../backtest/geo/parse-region-kind.js";
import type { RegionKind } from "../../backtest/geo/types.js";
import type { Policy } from "../../backtest/types.js";
import { InputError } from "../../core/errors.js";

/** Regions as asked for. */
export interface RegionsRead {
  kind: RegionKind;
  /** The file of areas, where there is one. */
  inputs: { name: string; sha256: string; rows: null }[];
}

/**
 * What `--regions` means: a grid (`geohash:6`), the geofences of the policy, or the areas of a GeoJSON file.
 *
 * @throws InputError for a grid out of range, and for a file that cannot be read
 */
export async function regionKind(text: string, policy: Policy): Promise<RegionsRead> {
  const grid = parseRegionKind(text);
  if (grid) return { kind: grid, inputs: [] };
  if (text === "geofences") {
    if (policy.geofences.length > 0) {
      return { kind: { kind: "areas", areas: areasOfGeofences(policy.geofences) }, inputs: [] };
    }
    throw new InputError("--regions geofences: the policy has no geofences", { option: "regions" });
  }
  const bytes = await readFile(text).catch((error: Error) => {
    throw new InputError(
      `--regions ${text}: neither h3:N, geohash:N, tiles:ZOOM or geofences, nor a file that can be read: ${error.message}`,
      { option: "regions" },
      { cause: error },
    );
  });
  return {
    kind: { kind: "areas", areas: parseAreas(bytes.toString("utf8"), text) },
    inputs: [{ name: text, sha256: createHash("sha256").update(bytes).digest("hex"), rows: null }],
  };
}
