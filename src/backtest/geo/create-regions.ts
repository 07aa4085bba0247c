import { areaRegions } from "./area-regions.js";
import { geohashRegions } from "./geohash-regions.js";
import { h3Regions } from "./h3-regions.js";
import { tileRegions } from "./tile-regions.js";
import type { RegionKind, Regions } from "./types.js";

/**
 * Makes ready to look up regions of positions.
 *
 * @example
 * const regions = await createRegions({ kind: "h3", resolution: 9 });
 * regions.at(48.8584, 2.2945); // "891fb46741bffff"
 */
export async function createRegions(kind: RegionKind): Promise<Regions> {
  switch (kind.kind) {
    case "h3":
      return h3Regions(kind.resolution);
    case "geohash":
      return geohashRegions(kind.precision);
    case "tiles":
      return tileRegions(kind.zoom);
    case "areas":
      return areaRegions(kind.areas);
  }
}
