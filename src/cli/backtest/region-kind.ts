import { readFile } from "node:fs/promises";
import { areasOfGeofences, parseAreas } from "../../backtest/geo/parse-areas.js";
import { parseRegionKind } from "../../backtest/geo/parse-region-kind.js";
import type { RegionKind } from "../../backtest/geo/types.js";
import type { Policy } from "../../backtest/types.js";
import { InputError } from "../../core/errors.js";

/**
 * What `--regions` means: a grid (`geohash:6`), the geofences of the policy, or the areas of a GeoJSON file.
 *
 * @throws InputError for a grid out of range, and for a file that cannot be read
 */
export async function regionKind(text: string, policy: Policy): Promise<RegionKind> {
  const grid = parseRegionKind(text);
  if (grid) return grid;
  if (text === "geofences") {
    if (policy.geofences.length > 0) return { kind: "areas", areas: areasOfGeofences(policy.geofences) };
    throw new InputError("--regions geofences: the policy has no geofences", { option: "regions" });
  }
  const content = await readFile(text, "utf8").catch((error: Error) => {
    throw new InputError(
      `--regions ${text}: neither h3:N, geohash:N, tiles:ZOOM or geofences, nor a file that can be read: ${error.message}`,
      { option: "regions" },
      { cause: error },
    );
  });
  return { kind: "areas", areas: parseAreas(content, text) };
}
