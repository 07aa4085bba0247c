import type { Tensorflow } from "./backend-packages.js";

/** More elements than tfjs would quietly compute on the CPU instead of on the device. */
const SIDE = 40;

/** Small whole numbers, whose products add up without rounding even on devices that keep ten bits of a factor. */
const entry = (row: number, column: number, step: number): number => ((row * step + column * 3) % 7) - 3;

/**
 * What is wrong with the backend in force, or null: it multiplies two 40 x 40 matrices of whole numbers, which must come
 * out exactly.
 */
export async function backendSelfCheck(tf: Tensorflow): Promise<string | null> {
  const matrix = (step: number): number[] =>
    Array.from({ length: SIDE * SIDE }, (_, i) => entry(Math.floor(i / SIDE), i % SIDE, step));
  const [a, b] = [matrix(2), matrix(5)];
  const product = tf.tidy(() => tf.matMul(tf.tensor2d(a, [SIDE, SIDE]), tf.tensor2d(b, [SIDE, SIDE])));
  const got = await product.data();
  product.dispose();
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      let want = 0;
      for (let k = 0; k < SIDE; k++) want += a[row * SIDE + k] * b[k * SIDE + column];
      const cell = got[row * SIDE + column];
      if (cell !== want) return `a product of matrices has ${cell} at row ${row}, column ${column}, not ${want}`;
    }
  }
  return null;
}
