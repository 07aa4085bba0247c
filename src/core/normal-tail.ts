import { chiSquareTail } from "./chi-square-tail.js";

/**
 * P(Z > z) of the standard normal distribution.
 *
 * @example normalTail(1.959963984540054) // 0.025
 */
export function normalTail(z: number): number {
  const beyond = chiSquareTail(z * z, 1) / 2;
  return z < 0 ? 1 - beyond : beyond;
}
