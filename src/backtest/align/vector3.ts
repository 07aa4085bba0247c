/** A vector along three axes. */
export type Vector3 = readonly [number, number, number];

export function cross([a, b, c]: Vector3, [x, y, z]: Vector3): Vector3 {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

/** The vector's direction; NaN for one of length 0. */
export function unitVector([a, b, c]: Vector3): Vector3 {
  const length = Math.sqrt(a * a + b * b + c * c);
  return [a / length, b / length, c / length];
}
