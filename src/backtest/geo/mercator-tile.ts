const DEGREE = Math.PI / 180;

/** Place of a position in tiles of a zoom: whole numbers are edges; −Infinity and Infinity at the poles. */
export function tileX(lon: number, zoom: number): number {
  return ((lon + 180) / 360) * 2 ** zoom;
}

/** From north to south; see {@link tileX}. */
export function tileY(lat: number, zoom: number): number {
  const sine = Math.sin(lat * DEGREE);
  return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 2 ** zoom;
}

/** Longitude of the western edge of a column. */
export function tileWest(x: number, zoom: number): number {
  return (x / 2 ** zoom) * 360 - 180;
}

/** Latitude of the northern edge of a row. */
export function tileNorth(y: number, zoom: number): number {
  return Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** zoom))) / DEGREE;
}
