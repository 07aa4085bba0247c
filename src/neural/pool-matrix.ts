/**
 * Matrix [values, pools], row-major, that takes a window to the means of `pools` neighbourhoods of equal length; where the
 * length does not divide the window, the first and oldest is shorter.
 */
export function poolMatrix(values: number, pools: number): Float32Array {
  const length = Math.ceil(values / pools);
  const matrix = new Float32Array(values * pools);
  for (let pool = 0; pool < pools; pool++) {
    const end = values - (pools - 1 - pool) * length;
    const start = Math.max(0, end - length);
    for (let i = start; i < end; i++) matrix[i * pools + pool] = 1 / (end - start);
  }
  return matrix;
}
