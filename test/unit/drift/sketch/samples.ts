import { createRandom } from "../../../../src/core/random.js";
import { KllSketch } from "../../../../src/drift/index.js";

export function sketchOf(values: Float64Array, k?: number): KllSketch {
  const sketch = new KllSketch(k);
  sketch.updateMany(values);
  return sketch;
}

/** The whole numbers below n in random order. */
export function shuffled(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const values = Float64Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [values[i], values[j]] = [values[j], values[i]];
  }
  return values;
}

/** Largest error of a share, over every x, of a sketch of values. */
export function worstError(sketch: KllSketch, of: Float64Array): number {
  const sorted = of.slice().sort();
  const { values, weights } = sketch.points();
  let [worst, upTo, rank] = [0, 0, 0];
  for (let i = 0; i < values.length; ) {
    const x = values[i];
    while (sorted[rank] < x) rank++;
    worst = Math.max(worst, Math.abs(upTo - rank));
    while (sorted[rank] === x) rank++;
    while (values[i] === x) upTo += weights[i++];
    worst = Math.max(worst, Math.abs(upTo - rank));
  }
  return Math.max(worst, sorted.length - upTo) / sorted.length;
}
