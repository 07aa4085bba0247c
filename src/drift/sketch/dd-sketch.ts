import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";
import { DdBins, DdBinsSchema } from "./dd-bins.js";

export const DdSketchSchema = z.strictObject({
  accuracy: z.number().min(0.001).max(0.5),
  min: z.number().nullable().describe("null: no values"),
  max: z.number().nullable(),
  zero: z.int().nonnegative().describe("values that are 0"),
  positive: DdBinsSchema,
  negative: DdBinsSchema.describe("of the sizes of negative values"),
});

export type DdSketchJson = z.infer<typeof DdSketchSchema>;

/**
 * Quantile sketch with a relative error: DDSketch of Masson, Rim & Lee, "DDSketch: a fast and fully-mergeable quantile
 * sketch with relative-error guarantees" (2019). For latencies, whose high quantiles a rank error would blur.
 *
 * A merged sketch is the very sketch of all values, in whatever order. At most 2,048 bins a sign: sizes below about
 * 10^-17 of the largest fall together (at 1 %).
 *
 * @example
 * const sketch = new DdSketch();
 * sketch.updateMany(Float64Array.of(12, 15, 420));
 * sketch.quantile(1); // 420
 */
export class DdSketch {
  readonly accuracy: number;
  /** Infinity without values. */
  min = Number.POSITIVE_INFINITY;
  /** -Infinity without values. */
  max = Number.NEGATIVE_INFINITY;
  #logGamma: number;
  #zero = 0;
  #positive = new DdBins();
  #negative = new DdBins();

  /**
   * @param accuracy largest relative error of a quantile, default 0.01
   * @throws InputError unless it is from 0.001 to 0.5
   */
  constructor(accuracy = 0.01) {
    if (!(accuracy >= 0.001 && accuracy <= 0.5)) {
      throw new InputError(`accuracy must lie in [0.001, 0.5], got ${accuracy}`, { accuracy });
    }
    this.accuracy = accuracy;
    this.#logGamma = Math.log((1 + accuracy) / (1 - accuracy));
  }

  /** Values. */
  get n(): number {
    return this.#negative.total + this.#zero + this.#positive.total;
  }

  /** @throws InputError for NaN and ±Infinity */
  update(value: number): void {
    if (!Number.isFinite(value)) throw new InputError(`a sketch takes finite values only, got ${value}`);
    if (value === 0) this.#zero++;
    else (value > 0 ? this.#positive : this.#negative).add(this.#index(Math.abs(value)), 1);
    this.min = Math.min(this.min, value + 0);
    this.max = Math.max(this.max, value + 0);
  }

  updateMany(values: Float64Array): void {
    for (let i = 0; i < values.length; i++) this.update(values[i]);
  }

  /**
   * Adds all values of another sketch, which stays as it is.
   *
   * @throws InputError when the two differ in accuracy
   */
  merge(other: DdSketch): void {
    if (other.accuracy !== this.accuracy) {
      throw new InputError(`sketches of accuracy ${this.accuracy} and ${other.accuracy} cannot be merged`);
    }
    this.#zero += other.#zero;
    this.#positive.merge(other.#positive);
    this.#negative.merge(other.#negative);
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /**
   * The value number ⌊p (n − 1)⌋ in ascending order from 0, within the accuracy; exact at 0 and 1. NaN without values,
   * and where sizes fell together, so that nothing is known.
   *
   * @throws InputError unless p is in [0, 1]
   */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new InputError(`quantile probability must lie in [0, 1], got ${p}`, { p });
    if (this.n === 0) return Number.NaN;
    if (p === 0) return this.min;
    if (p === 1) return this.max;
    let below = Math.floor(p * (this.n - 1));
    for (const { index, count, collapsed } of this.#negative.descending()) {
      if (below < count) return collapsed ? Number.NaN : this.#within(-this.#value(index));
      below -= count;
    }
    if (below < this.#zero) return 0;
    below -= this.#zero;
    for (const { index, count, collapsed } of [...this.#positive.descending()].reverse()) {
      if (below < count) return collapsed ? Number.NaN : this.#within(this.#value(index));
      below -= count;
    }
    return this.max;
  }

  toJSON(): DdSketchJson {
    const bound = (value: number) => (this.n > 0 ? value : null);
    return {
      accuracy: this.accuracy,
      min: bound(this.min),
      max: bound(this.max),
      zero: this.#zero,
      positive: this.#positive.toJSON(),
      negative: this.#negative.toJSON(),
    };
  }

  /** @throws InputError saying what is wrong */
  static fromJSON(value: unknown): DdSketch {
    const parsed = DdSketchSchema.safeParse(value);
    if (!parsed.success) throw new InputError(problemText(schemaProblems(DdSketchSchema, value, parsed.error)));
    const json = parsed.data;
    const sketch = new DdSketch(json.accuracy);
    sketch.#zero = json.zero;
    sketch.#positive = DdBins.fromJSON(json.positive);
    sketch.#negative = DdBins.fromJSON(json.negative);
    sketch.min = json.min ?? Number.POSITIVE_INFINITY;
    sketch.max = json.max ?? Number.NEGATIVE_INFINITY;
    if (sketch.n > 0 ? !(sketch.min <= sketch.max) : json.min !== null || json.max !== null) {
      throw new InputError("min and max do not fit the bins");
    }
    return sketch;
  }

  #index(size: number): number {
    return Math.ceil(Math.log(size) / this.#logGamma);
  }

  /** The size whose relative distance to both ends of the bin is the accuracy. */
  #value(index: number): number {
    return Math.exp(index * this.#logGamma) * (1 - this.accuracy);
  }

  #within(value: number): number {
    return Math.min(this.max, Math.max(this.min, value));
  }
}
