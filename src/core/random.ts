import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** One step of Murmur3's 32-bit finaliser: a bijection that spreads nearby seeds far apart. */
function mix32(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/**
 * Seeded random numbers: xoroshiro128+ (Blackman & Vigna 2018).
 *
 * `child(key)` gives an independent generator that depends only on this one's seed and the key, never on how many
 * numbers were drawn: parallel work derives one child per item, so the number of workers changes nothing.
 *
 * @example
 * const rng = createRandom(42);
 * const u = rng.uniform();        // [0, 1)
 * const perQueue = rng.child(3);  // the same whatever was drawn from `rng`
 */
export interface Random {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** Standard normal (Marsaglia's polar method). */
  normal(): number;
  /** Poisson count with the given mean, by inversion of exponential gaps; mean ≤ 1e4. */
  poisson(mean: number): number;
  /** Independent generator named by an integer or a string. */
  child(key: number | string): Random;
}

/** A generator from an integer seed or a seed path. */
export function createRandom(seed: number | readonly number[]): Random {
  const path = typeof seed === "number" ? [seed | 0, Math.floor(seed / 4294967296) | 0] : seed;
  const state = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x2545f491];
  path.forEach((part, position) => {
    for (let k = 0; k < 4; k++) state[k] = mix32(state[k] ^ mix32(part + Math.imul(position * 4 + k + 1, 0x9e3779b9)));
  });
  const generator = xoroshiro128plusFromState(state);
  let spare: number | null = null;

  const self: Random = {
    uniform: () => uniformFloat64(generator),
    int: (n) => uniformInt(generator, 0, n - 1),
    normal() {
      if (spare !== null) {
        const value = spare;
        spare = null;
        return value;
      }
      for (;;) {
        const a = 2 * uniformFloat64(generator) - 1;
        const b = 2 * uniformFloat64(generator) - 1;
        const s = a * a + b * b;
        if (s > 0 && s < 1) {
          const scale = Math.sqrt((-2 * Math.log(s)) / s);
          spare = b * scale;
          return a * scale;
        }
      }
    },
    poisson(mean) {
      let count = 0;
      let total = -Math.log(1 - uniformFloat64(generator));
      while (total <= mean) {
        count++;
        total -= Math.log(1 - uniformFloat64(generator));
      }
      return count;
    },
    child: (key) => createRandom([...path, typeof key === "number" ? key : fnv1a32(key)]),
  };
  return self;
}

/** FNV-1a, 32 bits, over the UTF-8 bytes of a string (unsigned). */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
