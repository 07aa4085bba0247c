/**
 * Matrix [knots, steps], row-major, that takes values at knots to the straight lines between them: the first knot lies
 * on the first step, the last on the last. One knot gives a constant.
 */
export function lineMatrix(knots: number, steps: number): Float32Array {
  const matrix = new Float32Array(knots * steps);
  for (let step = 0; step < steps; step++) {
    const at = steps > 1 ? (step * (knots - 1)) / (steps - 1) : 0;
    const left = Math.min(Math.floor(at), Math.max(0, knots - 2));
    matrix[left * steps + step] = 1 - (at - left);
    if (at > left) matrix[(left + 1) * steps + step] = at - left;
  }
  return matrix;
}
