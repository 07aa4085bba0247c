import { dotAt } from "./dot.js";
import { remembered } from "./remembered.js";

/** A sine and a cosine of `pair` full turns in each season. */
export interface Wave {
  season: number;
  pair: number;
}

/** One season of a wave: its sine and its cosine. */
export type Cycle = readonly [sine: Float64Array, cosine: Float64Array];

/** Normal equations of an ordinary least squares fit. */
export interface NormalEquations {
  /** p×p row-major; only the lower triangle is filled. */
  gram: Float64Array;
  /** XᵀY, p long. */
  right: Float64Array;
}

/**
 * Normal equations of z(t) on its lags, on waves (sine, then cosine, of each) and on a constant, over t = first … n − 1
 * with `first` the longest lag.
 *
 * Products of two lags depend on their distance but for the ends of the window, and a wave shifted by a step is a
 * rotation of itself: one pass over the series for each distance of lags and for each wave gives everything.
 *
 * @param z series
 * @param lags ascending, at least one, the last shorter than the series
 * @param turns what {@link cycles} gives for the waves
 */
export function normalEquations(
  z: Float64Array,
  lags: readonly number[],
  waves: readonly Wave[],
  turns: readonly Cycle[],
): NormalEquations {
  const p = lags.length + 2 * waves.length + 1;
  const equations = { gram: new Float64Array(p * p), right: new Float64Array(p) };
  addLagProducts(equations, z, lags);
  addConstant(equations, z, lags);
  addWaveByLag(equations, z, lags, waves, turns);
  addWaveByWave(equations, z.length, lags, waves);
  return equations;
}

/** Pairs (i, j) of lags that lie equally far apart, i ascending; lag 0, the target, comes first. */
interface EquallyFar {
  distance: number;
  i: Int32Array;
  j: Int32Array;
}

const pairsByDistance = remembered((lags): readonly EquallyFar[] => {
  const all = [0, ...lags];
  const byDistance = new Map<number, { i: number[]; j: number[] }>();
  for (let j = 1; j < all.length; j++) {
    for (let i = 0; i <= j; i++) {
      const distance = all[j] - all[i];
      const pairs = byDistance.get(distance) ?? { i: [], j: [] };
      byDistance.set(distance, pairs);
      pairs.i.push(i);
      pairs.j.push(j);
    }
  }
  return Array.from(byDistance, ([distance, { i, j }]) => ({
    distance,
    i: Int32Array.from(i),
    j: Int32Array.from(j),
  }));
});

/** Σ z(t − a)·z(t − b) for all pairs of lags, lag 0 being the target: pairs of one distance b − a follow each other. */
function addLagProducts({ gram, right }: NormalEquations, z: Float64Array, lags: readonly number[]): void {
  const n = z.length;
  const first = lags[lags.length - 1];
  const p = right.length;
  for (const { distance, i, j } of pairsByDistance(lags)) {
    let a = i[0] === 0 ? 0 : lags[i[0] - 1];
    let sum = dotAt(z, first - a, z, first - a - distance, n - first);
    for (let k = 0; k < i.length; k++) {
      const lag = i[k] === 0 ? 0 : lags[i[k] - 1];
      for (; a < lag; a++) {
        sum += z[first - a - 1] * z[first - a - 1 - distance] - z[n - a - 1] * z[n - a - 1 - distance];
      }
      if (i[k] === 0) right[j[k] - 1] = sum;
      else gram[(j[k] - 1) * p + i[k] - 1] = sum;
    }
  }
}

function addConstant({ gram, right }: NormalEquations, z: Float64Array, lags: readonly number[]): void {
  const n = z.length;
  const first = lags[lags.length - 1];
  const p = right.length;
  const row = (p - 1) * p;
  let sum = 0;
  for (let t = first; t < n; t++) sum += z[t];
  right[p - 1] = sum;
  let a = 0;
  // Plain loops: a sum that a closure changes would be a new object for every change.
  for (let i = 0; i < lags.length; i++) {
    for (; a < lags[i]; a++) sum += z[first - a - 1] - z[n - a - 1];
    gram[row + i] = sum;
  }
  gram[row + p - 1] = n - first;
}

function addWaveByLag(
  { gram, right }: NormalEquations,
  z: Float64Array,
  lags: readonly number[],
  waves: readonly Wave[],
  turns: readonly Cycle[],
) {
  const n = z.length;
  const first = lags[lags.length - 1];
  const p = right.length;
  for (let w = 0; w < waves.length; w++) {
    const { season, pair } = waves[w];
    const angle = (2 * Math.PI * pair) / season;
    const [turnCos, turnSin] = [Math.cos(angle), Math.sin(angle)];
    const row = lags.length + 2 * w;
    // Sums of z(t − a) times the wave at t; going from a to a + 1 turns the wave by one step and moves the window.
    let [sine, cosine] = [0, 0];
    const [sines, cosines] = turns[w];
    for (let t = first, phase = first % season; t < n; t++) {
      sine += z[t] * sines[phase];
      cosine += z[t] * cosines[phase];
      phase = phase + 1 === season ? 0 : phase + 1;
    }
    right[row] = sine;
    right[row + 1] = cosine;
    let a = 0;
    const [from, to] = [(first - 1) % season, (n - 1) % season];
    for (let i = 0; i < lags.length; i++) {
      for (; a < lags[i]; a++) {
        const entering = z[first - a - 1];
        const leaving = z[n - a - 1];
        const s = sine + entering * sines[from] - leaving * sines[to];
        const c = cosine + entering * cosines[from] - leaving * cosines[to];
        sine = turnCos * s + turnSin * c;
        cosine = turnCos * c - turnSin * s;
      }
      gram[row * p + i] = sine;
      gram[(row + 1) * p + i] = cosine;
    }
  }
}

function addWaveByWave({ gram, right }: NormalEquations, n: number, lags: readonly number[], waves: readonly Wave[]) {
  const p = right.length;
  const first = lags[lags.length - 1];
  const constant = (p - 1) * p + lags.length;
  for (let w = 0; w < waves.length; w++) {
    const one = waves[w];
    const [cosine, sine] = waveSum(one.pair, one.season, first, n);
    gram[constant + 2 * w] = sine;
    gram[constant + 2 * w + 1] = cosine;
    for (let v = 0; v <= w; v++) {
      const two = waves[v];
      const base = one.season * two.season;
      // Products of waves are waves of the sum and of the difference of their frequencies.
      const [sumCos, sumSin] = waveSum(one.pair * two.season + two.pair * one.season, base, first, n);
      const [difCos, difSin] = waveSum(one.pair * two.season - two.pair * one.season, base, first, n);
      const row = lags.length + 2 * w;
      const column = lags.length + 2 * v;
      gram[row * p + column] = (difCos - sumCos) / 2;
      gram[row * p + column + 1] = (sumSin + difSin) / 2;
      gram[(row + 1) * p + column] = (sumSin - difSin) / 2;
      gram[(row + 1) * p + column + 1] = (difCos + sumCos) / 2;
    }
  }
}

/** Σ cos and Σ sin of 2π·turns·t/base over t = from … to − 1 (Dirichlet's kernel). */
function waveSum(turns: number, base: number, from: number, to: number): [number, number] {
  const half = (Math.PI * (turns % base)) / base;
  const count = to - from;
  const divisor = Math.sin(half);
  if (turns % base === 0) return [count, 0];
  const size = Math.sin(half * count) / divisor;
  const middle = half * (from + to - 1);
  return [size * Math.cos(middle), size * Math.sin(middle)];
}

/** One season of each wave. */
export function cycles(waves: readonly Wave[]): Cycle[] {
  const all: Cycle[] = [];
  for (const { season, pair } of waves) all.push(cycleOf([season, pair]));
  return all;
}

const cycleOf = remembered(([season, pair]): Cycle => {
  const [sine, cosine] = [new Float64Array(season), new Float64Array(season)];
  for (let t = 0; t < season; t++) {
    const angle = (2 * Math.PI * ((pair * t) % season)) / season;
    sine[t] = Math.sin(angle);
    cosine[t] = Math.cos(angle);
  }
  return [sine, cosine];
});
