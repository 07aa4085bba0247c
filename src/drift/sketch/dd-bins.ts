import { z } from "zod";
import { InputError } from "../../core/errors.js";

/** Bins of one sign; at an accuracy of 1 % they span a factor of 10^17. */
const MOST_BINS = 2048;
/** Indexes of all numbers lie within, at an accuracy of 0.1 % and worse. */
const MOST_INDEX = 1 << 20;

export const DdBinsSchema = z
  .strictObject({
    first: z.int().min(-MOST_INDEX).max(MOST_INDEX).describe("index of the first bin"),
    counts: z.array(z.int().nonnegative()).max(MOST_BINS),
    collapsed: z.boolean().describe("the first bin also holds sizes below its own"),
  })
  .describe("bin i holds sizes from above γ^(i − 1) to γ^i, where γ = (1 + accuracy)/(1 − accuracy)");

export type DdBinsJson = z.infer<typeof DdBinsSchema>;

/** Counts by index of the 2,048 bins up to the highest in use; what lies lower falls together in the lowest. */
export class DdBins {
  #counts = new Float64Array(0);
  /** Index of the last bin. */
  #last = 0;
  #collapsed = false;
  total = 0;

  add(index: number, count: number): void {
    if (this.#counts.length === 0) {
      this.#counts = new Float64Array(MOST_BINS);
      this.#last = index;
    }
    if (index > this.#last) this.#shift(index - this.#last);
    const at = MOST_BINS - 1 - (this.#last - index);
    if (at < 0) this.#collapsed = true;
    this.#counts[Math.max(0, at)] += count;
    this.total += count;
  }

  merge(other: DdBins): void {
    for (const { index, count } of other.descending()) this.add(index, count);
    this.#collapsed ||= other.#collapsed;
  }

  /** Filled bins, the highest first; `collapsed` marks one that holds sizes below its own. */
  *descending(): Generator<{ index: number; count: number; collapsed: boolean }> {
    for (let at = this.#counts.length - 1; at >= 0; at--) {
      const count = this.#counts[at];
      if (count > 0) yield { index: this.#indexOf(at), count, collapsed: at === 0 && this.#collapsed };
    }
  }

  toJSON(): DdBinsJson {
    const from = this.#counts.findIndex((count) => count > 0);
    if (from < 0) return { first: 0, counts: [], collapsed: false };
    return { first: this.#indexOf(from), counts: [...this.#counts.subarray(from)], collapsed: this.#collapsed };
  }

  /** @throws InputError when the ends of the bins are empty, or only fewer than all of them are collapsed */
  static fromJSON({ first, counts, collapsed }: DdBinsJson): DdBins {
    const bins = new DdBins();
    if (counts.length > 0 && (counts[0] === 0 || counts.at(-1) === 0)) throw new InputError("an outer bin is empty");
    if (collapsed && counts.length !== MOST_BINS) throw new InputError(`collapsed, yet not of ${MOST_BINS} bins`);
    for (let i = counts.length - 1; i >= 0; i--) if (counts[i] > 0) bins.add(first + i, counts[i]);
    bins.#collapsed = collapsed;
    return bins;
  }

  #indexOf(at: number): number {
    return this.#last - (MOST_BINS - 1 - at);
  }

  #shift(by: number): void {
    const counts = new Float64Array(MOST_BINS);
    this.#counts.forEach((count, at) => {
      if (count > 0 && at < by) this.#collapsed = true;
      counts[Math.max(0, at - by)] += count;
    });
    this.#counts = counts;
    this.#last += by;
  }
}
