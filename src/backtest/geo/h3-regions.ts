import { gridRegions } from "./grid-regions.js";
import type { Regions, Ring } from "./types.js";

/** From this resolution on cells are so small that their sides, great circles, are nearly straight in degrees. */
const STRAIGHT_FROM = 5;

/**
 * Cells of Uber's H3 grid, resolution 0 to 15, as h3-py 4.5.0 has them. The package is loaded here and not before: it
 * takes longer to start than the rest of the room.
 */
export async function h3Regions(resolution: number): Promise<Regions> {
  const { cellToBoundary, latLngToCell } = await import("h3-js");
  return gridRegions(
    `h3:${resolution}`,
    (lat, lon) => latLngToCell(lat, lon, resolution),
    (id) => cellToBoundary(id, true) as unknown as Ring,
    resolution >= STRAIGHT_FROM,
  );
}
