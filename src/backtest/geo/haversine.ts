/** Mean radius of the earth in metres: (2a + b) / 3 of the GRS 80 ellipsoid. */
export const EARTH_RADIUS_M = 6_371_008.8;

const HALF_DEGREE = Math.PI / 360;
const DEGREE = Math.PI / 180;

/**
 * Great-circle distance on a sphere of radius {@link EARTH_RADIUS_M}, in metres, by the haversine formula (Sinnott, R. W.,
 * 1984). Beyond a quarter of the circumference it measures from the antipode, so that the distance of points nearly
 * opposite to one another is as exact as that of points close together.
 *
 * @param lat1 - Degrees, as all of them; NaN anywhere gives NaN.
 *
 * @example
 * haversine(48.8566, 2.3522, 51.5074, -0.1278); // Paris to London: 343,556.5 m
 */
export function haversine(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const across = (lon2 - lon1) * HALF_DEGREE;
  const parallels = Math.cos(lat1 * DEGREE) * Math.cos(lat2 * DEGREE);
  const north = Math.sin((lat2 - lat1) * HALF_DEGREE);
  const east = Math.sin(across);
  const near = north * north + parallels * east * east;
  if (!(near > 0.5)) return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(near));
  const mean = Math.sin((lat1 + lat2) * HALF_DEGREE);
  const west = Math.cos(across);
  const far = mean * mean + parallels * west * west;
  return EARTH_RADIUS_M * (Math.PI - 2 * Math.asin(Math.sqrt(far)));
}
