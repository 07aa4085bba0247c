import geohash from "ngeohash";
import { boxRing } from "./box-ring.js";
import { gridRegions } from "./grid-regions.js";
import type { Regions } from "./types.js";

/** Cells of geohash (Niemeyer, 2008), 1 to 12 characters. */
export function geohashRegions(precision: number): Regions {
  return gridRegions(
    `geohash:${precision}`,
    (lat, lon) => geohash.encode(lat, lon, precision),
    (id) => {
      const [south, west, north, east] = geohash.decode_bbox(id);
      return boxRing(west, south, east, north);
    },
  );
}
