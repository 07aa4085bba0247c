import { boxRing } from "./box-ring.js";
import { gridRegions } from "./grid-regions.js";
import { tileNorth, tileWest, tileX, tileY } from "./mercator-tile.js";
import type { Regions } from "./types.js";

/**
 * Slippy map tiles `z/x/y` (Web Mercator), zoom 1 to 22. What lies beyond ±85.0511 degrees of latitude, where the map
 * ends, counts in the outermost row, and longitude 180 in the last column.
 */
export function tileRegions(zoom: number): Regions {
  const last = 2 ** zoom - 1;
  const whole = (place: number) => Math.min(Math.max(Math.floor(place), 0), last);
  return gridRegions(
    `tiles:${zoom}`,
    (lat, lon) => `${zoom}/${whole(tileX(lon, zoom))}/${whole(tileY(lat, zoom))}`,
    (id) => {
      const [, x, y] = id.split("/").map(Number);
      return boxRing(tileWest(x, zoom), tileNorth(y + 1, zoom), tileWest(x + 1, zoom), tileNorth(y, zoom));
    },
  );
}
