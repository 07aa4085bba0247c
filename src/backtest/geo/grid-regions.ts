import { cutAtAntimeridian } from "./cut-at-antimeridian.js";
import { insideOfCell } from "./inside-of-cell.js";
import type { Regions, Ring } from "./types.js";

/**
 * Regions from a grid of convex cells. It remembers the last cell, so that most positions along a drive cost a few
 * comparisons instead of a look-up.
 *
 * @param outline of a cell, closed and counterclockwise
 * @param straight whether sides are nearly straight in degrees, which the shortcut needs
 */
export function gridRegions(
  name: string,
  cellAt: (lat: number, lon: number) => string,
  outline: (id: string) => Ring,
  straight = true,
): Regions {
  let last = "";
  let inside: ReturnType<typeof insideOfCell> = null;
  return {
    name,
    at(lat, lon) {
      if (inside?.(lat, lon)) return last;
      const id = cellAt(lat, lon);
      if (id !== last) {
        last = id;
        inside = straight ? insideOfCell(outline(id)) : null;
      }
      return last;
    },
    geometry: (id) => cutAtAntimeridian(outline(id)),
  };
}
