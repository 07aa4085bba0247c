import { unwrapped } from "./geo-shape.js";
import { type GeoArea, polygonsOf } from "./geo-types.js";

/** Slanted lines over an area. */
const LINES = 4;

/**
 * Slanted lines over an area, by the even-odd rule: a mark that also eyes blind to colour tell from a filled cell.
 *
 * @param stretch of a degree of latitude to one of longitude, so that lines slant alike everywhere
 */
export function hatchOf(area: GeoArea, stretch: number): { type: "MultiLineString"; coordinates: number[][][] } {
  const coordinates = polygonsOf(area).flatMap((rings) => {
    // Lines of one value of u = x − y; v = x + y runs along them.
    const turned = rings.map((ring) =>
      unwrapped(ring).map(([lon, lat]) => [lon - lat * stretch, lon + lat * stretch] as const),
    );
    const us = turned.flat().map(([u]) => u);
    const [low, high] = [Math.min(...us), Math.max(...us)];
    return Array.from({ length: LINES }, (_, k) => low + ((k + 0.5) / LINES) * (high - low)).flatMap((u) => {
      const crossings = turned.flatMap((ring) =>
        ring.slice(1).flatMap(([nextU, nextV], i) => {
          const [fromU, fromV] = ring[i];
          return fromU > u === nextU > u ? [] : [fromV + ((u - fromU) / (nextU - fromU)) * (nextV - fromV)];
        }),
      );
      crossings.sort((a, b) => a - b);
      return crossings
        .flatMap((v, i) => (i % 2 === 0 && i + 1 < crossings.length ? [[v, crossings[i + 1]]] : []))
        .map((ends) =>
          ends.map((v) => [(u + v) / 2, (v - u) / 2 / stretch].map((degrees) => Number(degrees.toFixed(5)))),
        );
    });
  });
  return { type: "MultiLineString", coordinates };
}
