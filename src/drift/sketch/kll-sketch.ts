import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";
import { floatText, textFloats } from "./float-text.js";
import { joinMoments, momentsOf, type RunningMoments } from "./running-moments.js";
import type { WeightedPoints } from "./weighted-points.js";

/** Values that wait unsorted before they enter the levels. */
const BLOCK = 1024;
/** Least capacity of a level. */
const LEAST = 8;
/** A block enters as one value of every 2^h from 2^(20 + h) values on; at most 2^10 of them, a whole block. */
const SAMPLING_FROM = 20;
const MOST_SAMPLING = 10;
const MOST_LEVELS = 52;

/** Where a level's next compaction starts: by a new coin, or at the place that the last one did not take. */
const NEW_COIN = -1;

const Items = z.string().describe("base64 of ascending 64-bit floating-point numbers, little-endian");

export const KllSketchSchema = z.strictObject({
  k: z.int().min(8).max(65535),
  n: z.int().nonnegative().describe("values"),
  min: z.number().nullable().describe("null: no values"),
  max: z.number().nullable(),
  mean: z.number(),
  m2: z.number().nonnegative().nullable().describe("sum of squared deviations from the mean; null: beyond 1.8e308"),
  pending: Items.describe("values that are in no level yet, in their order; base64 as that of the levels"),
  levels: z.array(Items).max(MOST_LEVELS).describe("item i of level h stands for 2^h values"),
  opposite: z.array(z.int().min(-1).max(1)).describe("by level: half that the next compaction keeps; -1: by a coin"),
  coins: z
    .int32()
    .refine((state) => state !== 0, "must not be 0")
    .describe("state of the coins"),
  variance: z.number().nonnegative().describe("bound on the variance of a rank, values squared"),
});

export type KllSketchJson = z.infer<typeof KllSketchSchema>;

/**
 * Quantile sketch of Karnin, Lang & Liberty, "Optimal quantile approximation in streams" (2016), with the sampler of that
 * paper, lazy compaction and every second coin of a level the opposite of the one before (Ivkin et al., "Streaming
 * quantiles algorithms with small space and update time", 2019).
 *
 * About 3k items whatever the number of values; exact up to 2,047 values. The coins come from the values themselves, so
 * the same values in the same order give the same sketch however they are cut into batches, and sketches of different
 * rows err independently. Count, minimum, maximum and moments are exact.
 *
 * @example
 * const sketch = new KllSketch();
 * sketch.updateMany(Float64Array.of(3, 1, 2));
 * sketch.quantile(0.5); // 2
 */
export class KllSketch {
  /** Accuracy: the capacity of the top level; default 400. */
  readonly k: number;
  /** Values. */
  n = 0;
  /** Infinity without values. */
  min = Number.POSITIVE_INFINITY;
  /** -Infinity without values. */
  max = Number.NEGATIVE_INFINITY;

  #absorbed: RunningMoments = { n: 0, mean: 0, m2: 0 };
  #pending = new Float64Array(64);
  #waiting = 0;
  #levels: Float64Array[] = [];
  #opposite: number[] = [];
  #capacities: number[] = [];
  #coins = 0x9e3779b9 | 0;
  #variance = 0;

  /** @throws InputError unless k is a whole number from 8 to 65,535 */
  constructor(k = 400) {
    if (!Number.isInteger(k) || k < 8 || k > 65535) {
      throw new InputError(`k must be a whole number from 8 to 65535, got ${k}`, { k });
    }
    this.k = k;
  }

  /** Mean; NaN without values. */
  get mean(): number {
    return this.n > 0 ? this.#moments().mean : Number.NaN;
  }

  /** Sum of squared deviations from the mean; Infinity when it is beyond the range of numbers. */
  get m2(): number {
    return this.#moments().m2;
  }

  /** @throws InputError for NaN and ±Infinity, which the caller counts apart */
  update(value: number): void {
    this.updateMany(Float64Array.of(value));
  }

  /** Adds values in their order; when one is not finite, none is added. */
  updateMany(values: Float64Array): void {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) {
        throw new InputError(`a sketch takes finite values only, got ${values[i]} at index ${i}`, { index: i });
      }
    }
    for (let from = 0; from < values.length; ) {
      const take = Math.min(BLOCK - this.#waiting, values.length - from);
      this.#hold(values, from, from + take);
      from += take;
      if (this.#waiting === BLOCK) this.#absorbBlock();
    }
  }

  /**
   * Adds all values of another sketch, which stays as it is.
   *
   * @throws InputError when the two have different k
   */
  merge(other: KllSketch): void {
    if (other.k !== this.k) throw new InputError(`sketches of k = ${this.k} and ${other.k} cannot be merged`);
    const pending = other.#pending.slice(0, other.#waiting);
    this.n += other.n - other.#waiting;
    this.#absorbed = joinMoments(this.#absorbed, other.#absorbed);
    this.#variance += other.#variance;
    this.#mixCoins(other.#coins);
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    other.#levels.forEach((items, level) => {
      this.#put(level, items);
    });
    this.#compress();
    this.updateMany(pending);
  }

  /** Share of values that are at most x; NaN without values. */
  cdf(x: number): number {
    const { values, weights } = this.points();
    let total = 0;
    for (let i = 0; i < values.length && values[i] <= x; i++) total += weights[i];
    return total / this.n;
  }

  /**
   * Least value of the sketch at or below which lies at least the share p; exact at 0 and 1. NaN without values.
   *
   * @throws InputError unless p is in [0, 1]
   */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new InputError(`quantile probability must lie in [0, 1], got ${p}`, { p });
    if (this.n === 0) return Number.NaN;
    if (p === 0) return this.min;
    if (p === 1) return this.max;
    const { values, weights } = this.points();
    let total = 0;
    let i = 0;
    while (i < values.length - 1 && total + weights[i] < p * this.n) total += weights[i++];
    return values[i];
  }

  /**
   * Bound on |cdf − true share| of all x at once, with the confidence 1 − δ given: √(2 ln(8/δ) V)/n, 0 while the sketch
   * is exact. V sums, over all coins thrown, the square of the most that each can move a rank. By Hoeffding's inequality
   * √(2 ln(2/δ) V)/n holds for any one x; the 4 in between pays for taking the worst of all x, and is measured, not
   * proven: `docs/drift-profile.md` has how often the worst x exceeds the bound.
   */
  rankError(confidence = 0.99): number {
    if (!(confidence > 0 && confidence < 1)) {
      throw new InputError(`confidence must lie between 0 and 1, got ${confidence}`, { confidence });
    }
    if (this.#variance === 0) return 0;
    return Math.min(1, Math.sqrt(2 * Math.log(8 / (1 - confidence)) * this.#variance) / this.n);
  }

  /** The items, ascending, with the number of values that each stands for. */
  points(): WeightedPoints {
    const runs = [this.#pending.slice(0, this.#waiting).sort(), ...this.#levels];
    const total = runs.reduce((sum, run) => sum + run.length, 0);
    const values = new Float64Array(total);
    const weights = new Float64Array(total);
    const at = runs.map(() => 0);
    for (let i = 0; i < total; i++) {
      let least = -1;
      for (let r = 0; r < runs.length; r++) {
        if (at[r] < runs[r].length && (least < 0 || runs[r][at[r]] < runs[least][at[least]])) least = r;
      }
      values[i] = runs[least][at[least]++];
      weights[i] = least === 0 ? 1 : 2 ** (least - 1);
    }
    return { values, weights, n: this.n, error: this.rankError() };
  }

  toJSON(): KllSketchJson {
    const { mean, m2 } = this.#absorbed;
    const bound = (value: number) => (this.n > 0 ? value : null);
    return {
      k: this.k,
      n: this.n,
      min: bound(this.min),
      max: bound(this.max),
      mean,
      m2: Number.isFinite(m2) ? m2 : null,
      pending: floatText(this.#pending.subarray(0, this.#waiting)),
      levels: this.#levels.map(floatText),
      opposite: [...this.#opposite],
      coins: this.#coins,
      variance: this.#variance,
    };
  }

  /**
   * A sketch from {@link toJSON}; whatever would make it contradict itself is refused.
   *
   * @throws InputError saying what is wrong
   */
  static fromJSON(value: unknown): KllSketch {
    const parsed = KllSketchSchema.safeParse(value);
    if (!parsed.success) throw new InputError(problemText(schemaProblems(KllSketchSchema, value, parsed.error)));
    const json = parsed.data;
    const sketch = new KllSketch(json.k);
    sketch.#levels = json.levels.map(textFloats);
    sketch.#opposite = json.opposite;
    sketch.n = json.n;
    sketch.min = json.min ?? Number.POSITIVE_INFINITY;
    sketch.max = json.max ?? Number.NEGATIVE_INFINITY;
    sketch.#coins = json.coins;
    sketch.#variance = json.variance;
    sketch.#capacities = capacities(json.k, json.levels.length);
    const pending = textFloats(json.pending);
    checkItems(json, pending, sketch.#levels);
    checkVariance(json, sketch.#levels);
    sketch.#absorbed = { n: json.n - pending.length, mean: json.mean, m2: json.m2 ?? Number.POSITIVE_INFINITY };
    sketch.#pending = new Float64Array(BLOCK);
    sketch.#pending.set(pending);
    sketch.#waiting = pending.length;
    if (sketch.#absorbed.n === 0 ? json.mean !== 0 || json.m2 !== 0 : isOutside(json.mean, json)) {
      throw new InputError(`mean ${json.mean} and m2 ${json.m2} do not fit the values in levels`);
    }
    sketch.#checkMoments();
    return sketch;
  }

  /** Mean and sum of squares must be what the items say of them, within what these may be off. */
  #checkMoments(): void {
    const { n, min, max } = this;
    if (n === 0) return;
    const { mean, m2 } = this.#moments();
    const { values, weights } = this.points();
    const ofItems = momentsOfPoints(values, weights, n);
    // Four times the bound, since parts with the same rows err alike.
    const error = Math.min(1, 4 * this.rankError());
    const rounding = ROUNDING * Math.max(Math.abs(min), Math.abs(max));
    if (Math.abs(mean - ofItems.mean) > error * (max - min) + rounding) {
      throw new InputError(`mean ${mean} does not fit the items, whose mean is ${ofItems.mean}`);
    }
    // A value at either end is the least that m2 can come from, all values at the ends the most.
    const off = error * ((max - mean) ** 2 + (mean - min) ** 2) * n + 1e-6 * ofItems.m2 + n * rounding ** 2;
    const least = Math.max(ofItems.m2 - off, (max - min) ** 2 / 2 - n * rounding ** 2);
    const most = Math.min(ofItems.m2 + off, n * (max - mean) * (mean - min) * (1 + 1e-6) + n * rounding ** 2);
    if (m2 < least * (1 - 1e-6) || m2 > most) {
      throw new InputError(`m2 of ${m2} with the pending values does not fit the items, which make it ${ofItems.m2}`);
    }
  }

  #moments(): RunningMoments {
    return joinMoments(this.#absorbed, momentsOf(this.#pending, 0, this.#waiting));
  }

  #hold(values: Float64Array, from: number, to: number): void {
    const end = this.#waiting + to - from;
    if (end > this.#pending.length) {
      const larger = new Float64Array(Math.min(BLOCK, Math.max(end, 2 * this.#pending.length)));
      larger.set(this.#pending.subarray(0, this.#waiting));
      this.#pending = larger;
    }
    for (let i = from; i < to; i++) {
      // -0 becomes 0.
      const value = values[i] + 0;
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
      this.#pending[this.#waiting++] = value;
    }
    this.n += to - from;
  }

  #absorbBlock(): void {
    const moments = momentsOf(this.#pending, 0, BLOCK);
    this.#absorbed = joinMoments(this.#absorbed, moments);
    this.#mixCoins(floatHash(moments.mean) ^ floatHash(moments.m2));
    const level = samplingLevel(this.n);
    const run = level === 0 ? this.#pending.slice() : this.#sample(level);
    this.#waiting = 0;
    this.#put(level, run.sort());
    this.#compress();
  }

  /** One value at random of every 2^level in turn. */
  #sample(level: number): Float64Array {
    const run = new Float64Array(BLOCK >> level);
    for (let i = 0; i < run.length; i++) run[i] = this.#pending[(i << level) + (this.#throw() >>> (32 - level))];
    // A rank is off by a value between -2^level p and 2^level (1 - p).
    this.#variance += (run.length * 4 ** level) / 4;
    return run;
  }

  #put(level: number, run: Float64Array): void {
    while (this.#levels.length <= level) {
      this.#levels.push(new Float64Array(0));
      this.#opposite.push(NEW_COIN);
    }
    this.#levels[level] = mergeSorted(this.#levels[level], run);
    if (this.#capacities.length !== this.#levels.length) {
      this.#capacities = capacities(this.k, this.#levels.length);
    }
  }

  /** Compacts the lowest level that is full until all levels together have room. */
  #compress(): void {
    let items = this.#levels.reduce((sum, level) => sum + level.length, 0);
    while (items > 3 * this.k + LEAST * this.#levels.length) {
      const level = this.#levels.findIndex((one, h) => one.length >= this.#capacities[h]);
      items -= this.#levels[level].length >> 1;
      this.#compact(level);
    }
  }

  /** Moves every second item of a level up, where it stands for itself and the neighbour that goes. */
  #compact(level: number): void {
    const items = this.#levels[level];
    let half = this.#opposite[level];
    if (half === NEW_COIN) {
      half = this.#throw() >>> 31;
      this.#opposite[level] = 1 - half;
      // A rank moves by ±2^level or not at all; of two opposite compactions together by no more than that either.
      this.#variance += 4 ** level;
    } else {
      this.#opposite[level] = NEW_COIN;
    }
    const run = new Float64Array(items.length >> 1);
    for (let i = 0; i < run.length; i++) run[i] = items[2 * i + half];
    this.#levels[level] = items.slice(2 * run.length);
    this.#put(level + 1, run);
  }

  /** Next 32 bits: xorshift (Marsaglia 2003). */
  #throw(): number {
    let state = this.#coins;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#coins = state;
    return state >>> 0;
  }

  #mixCoins(bits: number): void {
    this.#coins = Math.imul(this.#coins ^ bits, 0x85ebca6b) ^ (bits >>> 15) || 1;
    this.#throw();
  }
}

const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);

function floatHash(value: number): number {
  FLOAT[0] = value;
  return Math.imul(WORDS[0] ^ Math.imul(WORDS[1], 0xc2b2ae35), 0x9e3779b1);
}

function samplingLevel(n: number): number {
  let level = 0;
  while (level < MOST_SAMPLING && n >= 2 ** (SAMPLING_FROM + 1 + level)) level++;
  return level;
}

/** Sizes at which levels are compacted: k at the top, two thirds of the one above below it. */
function capacities(k: number, levels: number): number[] {
  const sizes: number[] = [];
  let size = k;
  for (let h = levels - 1; h >= 0; h--) {
    sizes[h] = Math.max(LEAST, Math.ceil(size));
    size = (size * 2) / 3;
  }
  return sizes;
}

function mergeSorted(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const out = new Float64Array(a.length + b.length);
  let i = 0;
  let j = 0;
  for (let t = 0; t < out.length; t++) {
    if (j === b.length || (i < a.length && a[i] <= b[j])) out[t] = a[i++];
    else out[t] = b[j++];
  }
  return out;
}

/** Rounding of a mean, as a share of the largest value. */
const ROUNDING = 1e-12;

function isOutside(mean: number, { min, max }: KllSketchJson): boolean {
  const rounding = ROUNDING * Math.max(Math.abs(Number(min)), Math.abs(Number(max)));
  return mean < Number(min) - rounding || mean > Number(max) + rounding;
}

function momentsOfPoints(values: Float64Array, weights: Float64Array, n: number): RunningMoments {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] * (weights[i] / n);
  let m2 = 0;
  for (let i = 0; i < values.length; i++) m2 += weights[i] * (values[i] - mean) ** 2;
  return { n, mean, m2 };
}

/**
 * Refuses a variance below what the items tell of the coins: whatever lies above level h came through compactions of it,
 * each of at most the items that two full sketches and a block have, and every second of them threw a coin worth 4^h. The
 * sampler throws more for the same values.
 */
function checkVariance({ k, variance }: KllSketchJson, levels: readonly Float64Array[]): void {
  const most = 2 * (3 * k + LEAST * MOST_LEVELS) + BLOCK;
  let [above, least] = [0, 0];
  for (let h = levels.length - 2; h >= 0; h--) {
    above += levels[h + 1].length * 2 ** (h + 1);
    if (above > 0) least += Math.max(1, above / (2 ** (h + 1) * most)) * 4 ** h;
  }
  if (variance < least) throw new InputError(`variance ${variance} is too small: the levels took at least ${least}`);
}

function checkItems(json: KllSketchJson, pending: Float64Array, levels: readonly Float64Array[]): void {
  const { n, min, max } = json;
  if ((min === null) !== (n === 0) || (max === null) !== (n === 0)) throw new InputError("min and max do not fit n");
  if (pending.length >= BLOCK) throw new InputError(`more than ${BLOCK - 1} pending items`);
  if (json.opposite.length !== levels.length) throw new InputError("opposite and levels differ in length");
  let weight = pending.length;
  for (const [h, items] of levels.entries()) {
    weight += items.length * 2 ** h;
    if (items.some((item, i) => i > 0 && items[i - 1] > item)) throw new InputError(`level ${h} is not ascending`);
  }
  if (weight !== n) throw new InputError(`the items stand for ${weight} values where n is ${n}`);
  for (const items of [pending, ...levels]) {
    if (!items.every((item) => item >= Number(min) && item <= Number(max))) {
      throw new InputError("an item does not lie between min and max");
    }
  }
}
