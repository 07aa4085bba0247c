import type { AreaGeometry, Point, Ring } from "./types.js";

type Line = [number, number][];

/** The part of an open ring on one side of a meridian (Sutherland & Hodgman, 1974), straight in degrees. */
function clip(ring: Line, meridian: number, side: 1 | -1): Line {
  const depth = ([lon]: Point) => (lon - meridian) * side;
  return ring.flatMap((point, i) => {
    const next = ring[(i + 1) % ring.length];
    const [here, there] = [depth(point), depth(next)];
    const kept: Line = here >= 0 ? [point] : [];
    if (here * there < 0) {
      const share = here / (here - there);
      kept.push([meridian, point[1] + share * (next[1] - point[1])]);
    }
    return kept;
  });
}

/** Digits of a coordinate: a tenth of a millimetre. */
const round = (degrees: number): number => Number(degrees.toFixed(9)) + 0;

function closed(ring: Line, shift = 0): Line {
  const points = ring.map(([lon, lat]): [number, number] => [round(lon + shift), round(lat)]);
  return [...points, points[0]];
}

/** Longitudes that go on beyond ±180 instead of jumping; the last point tells whether the ring goes round a pole. */
function unwrap(ring: Ring): Line {
  let turns = 0;
  return ring.map(([lon, lat], i) => {
    const step = i === 0 ? 0 : lon - ring[i - 1][0];
    if (step > 180) turns -= 360;
    if (step < -180) turns += 360;
    return [lon + turns, lat];
  });
}

/** A ring round a pole as the area between it and the pole, from −180 to 180 degrees. */
function polarCap(line: Line): Line {
  const east = line[line.length - 1][0] > line[0][0];
  const ordered = east ? line.slice(0, -1) : line.slice(1).reverse();
  const pole = ordered[0][1] > 0 ? 90 : -90;
  const wide = [-720, -360, 0, 360, 720].flatMap((shift) =>
    ordered.map(([lon, lat]): [number, number] => [lon + shift, lat]),
  );
  const area: Line = [...wide, [wide[wide.length - 1][0], pole], [wide[0][0], pole]];
  const cut = clip(clip(area, -180, 1), 180, -1);
  return pole > 0 ? cut : cut.reverse();
}

/**
 * The outline of a small cell as GeoJSON: counterclockwise, closed, and cut where it crosses the antimeridian, as RFC
 * 7946 (3.1.9) asks; a cell round a pole reaches to it.
 *
 * @param ring closed and counterclockwise, longitudes −180 to 180
 */
export function cutAtAntimeridian(ring: Ring): AreaGeometry {
  const line = unwrap(ring);
  if (Math.abs(line[line.length - 1][0] - line[0][0]) > 180) {
    return { type: "Polygon", coordinates: [closed(polarCap(line))] };
  }
  const open = line.slice(0, -1);
  const lons = open.map(([lon]) => lon);
  const edge = Math.max(...lons) > 180 ? 180 : Math.min(...lons) < -180 ? -180 : null;
  if (edge === null) return { type: "Polygon", coordinates: [closed(open)] };
  const west = closed(clip(open, edge, -1), edge < 0 ? 360 : 0);
  const east = closed(clip(open, edge, 1), edge > 0 ? -360 : 0);
  return { type: "MultiPolygon", coordinates: [[west], [east]] };
}
