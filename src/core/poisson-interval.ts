import { compiled, igami } from "cephes";

// The special functions are WebAssembly, which is compiled once while this module loads.
await compiled;

/**
 * The exact interval of the mean of a Poisson count (Garwood, 1936): it covers at least its level, for any mean. Divide
 * both limits by the exposure for those of a rate.
 *
 * @param count a whole number, 0 or more
 * @param level of the two-sided interval, default 0.95
 * @example poissonInterval(3) // low 0.619, high 8.77
 */
export function poissonInterval(count: number, level = 0.95): { low: number; high: number } {
  const tail = (1 - level) / 2;
  return { low: count === 0 ? 0 : igami(count, 1 - tail), high: igami(count + 1, tail) };
}
