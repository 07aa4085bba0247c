// Turns Natural Earth's land (1:110m, package world-atlas) into the small file that maps of reports are drawn on.
import { readFileSync } from "node:fs";

/** Whole hundredths of a degree: about 1 km, finer than the map itself. */
const SCALE = 100;

/** Rings of a TopoJSON geometry in degrees. */
function decode({ arcs, transform: { scale, translate } }) {
  const lines = arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
  const line = (index) => (index >= 0 ? lines[index] : [...lines[~index]].reverse());
  return (ring) => ring.flatMap((index, i) => line(index).slice(i === 0 ? 0 : 1));
}

/** Longitudes that go on beyond ±180 instead of jumping. */
function unwrap(ring) {
  let turns = 0;
  return ring.map(([lon, lat], i) => {
    const step = i === 0 ? 0 : lon - ring[i - 1][0];
    if (Math.abs(step) > 180) turns -= Math.sign(step) * 360;
    return [lon + turns, lat];
  });
}

/** A ring round the south pole as an area that reaches to the map's lower edge. */
function closePole(ring) {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  if (Math.abs(last[0] - first[0]) < 180) return ring;
  return [...ring, [last[0], -90], [first[0], -90], first];
}

/** First position and steps from each to the next, in hundredths of a degree. */
function encode(ring) {
  let before = [0, 0];
  const steps = [];
  for (const [lon, lat] of ring) {
    const here = [Math.round(lon * SCALE), Math.round(lat * SCALE)];
    const step = [here[0] - before[0], here[1] - before[1]];
    if (steps.length === 0 || step[0] !== 0 || step[1] !== 0) steps.push(...step);
    before = here;
  }
  return steps;
}

/** The text of the asset: polygons of rings, see src/report/base-map.ts. */
export function baseMap() {
  const topology = JSON.parse(readFileSync("node_modules/world-atlas/land-110m.json", "utf8"));
  const ringOf = decode(topology);
  const polygons = topology.objects.land.geometries.flatMap(({ type, arcs }) => (type === "Polygon" ? [arcs] : arcs));
  const land = polygons.map((rings) => rings.map((ring) => encode(closePole(unwrap(ringOf(ring))))));
  return `${JSON.stringify({ source: "Natural Earth 1:110m land", scale: SCALE, land })}\n`;
}
