import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";

/** Levels that are counted one by one. */
export const MOST_LEVELS = 10_000;

const Count = z.int().nonnegative();

export const LevelCountsSchema = z.strictObject({
  n: Count.describe("rows"),
  unseen: Count.describe("most rows that any level not listed has; 0: all levels are listed"),
  levels: z.array(z.string()).max(MOST_LEVELS).describe("by code unit, each once"),
  counts: z.array(z.int().positive()).max(MOST_LEVELS).describe("most rows that the level has"),
  errors: z.array(Count).max(MOST_LEVELS).describe("by how much that may be too many; empty: by nothing"),
});

export type LevelCountsJson = z.infer<typeof LevelCountsSchema>;

/** Rows of a level: at most `count`, at least `count − error`. */
export interface LevelCount {
  count: number;
  error: number;
}

/**
 * Rows by level: exact up to 10,000 levels, then the 10,000 largest counters of SpaceSaving (Metwally, Agrawal & El
 * Abbadi 2005), merged as in Agarwal et al., "Mergeable summaries" (2012). Of n rows no count is off by more than
 * n/10,000, and each says by how much itself.
 */
export class LevelCounts {
  /** Rows. */
  n = 0;
  #counts = new Map<string, LevelCount>();
  #unseen = 0;

  /** Counts that are known: those of the 10,000 largest levels stay exact. */
  static of(counts: Iterable<readonly [string, number]>): LevelCounts {
    const result = new LevelCounts();
    for (const [level, count] of counts) {
      result.#counts.set(level, { count, error: 0 });
      result.n += count;
    }
    result.#prune();
    return result;
  }

  /** Counters by level. */
  get counts(): ReadonlyMap<string, Readonly<LevelCount>> {
    this.#prune();
    return this.#counts;
  }

  /** Most rows that a level without a counter has; 0 while there is none. */
  get unseen(): number {
    this.#prune();
    return this.#unseen;
  }

  /** @throws InputError unless rows is a whole number from 1 */
  add(level: string, rows = 1): void {
    if (!Number.isSafeInteger(rows) || rows < 1)
      throw new InputError(`rows must be a whole number from 1, got ${rows}`);
    this.n += rows;
    const found = this.#counts.get(level);
    if (found) found.count += rows;
    else this.#counts.set(level, { count: rows + this.#unseen, error: this.#unseen });
    // Room for as many again, so that the largest are chosen once in a while and not for every new level.
    if (this.#counts.size >= 2 * MOST_LEVELS) this.#prune();
  }

  /** Adds all rows of other counts, which stay as they are. */
  merge(other: LevelCounts): void {
    const [mine, others] = [this.unseen, other.unseen];
    for (const level of new Set([...this.#counts.keys(), ...other.#counts.keys()])) {
      const a = this.#counts.get(level) ?? { count: mine, error: mine };
      const b = other.#counts.get(level) ?? { count: others, error: others };
      this.#counts.set(level, { count: a.count + b.count, error: a.error + b.error });
    }
    this.#unseen += others;
    this.n += other.n;
    this.#prune();
  }

  /** The largest counters stay; what any of the others may have had bounds the levels that are no longer seen. */
  #prune(): void {
    if (this.#counts.size <= MOST_LEVELS) return;
    const sorted = [...this.#counts].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
    this.#counts = new Map(sorted.slice(0, MOST_LEVELS));
    this.#unseen = Math.max(this.#unseen, sorted[MOST_LEVELS][1].count);
  }

  toJSON(): LevelCountsJson {
    const sorted = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    const errors = sorted.map(([, { error }]) => error);
    return {
      n: this.n,
      unseen: this.unseen,
      levels: sorted.map(([level]) => level),
      counts: sorted.map(([, { count }]) => count),
      errors: errors.some((error) => error > 0) ? errors : [],
    };
  }

  /** @throws InputError saying what is wrong */
  static fromJSON(value: unknown): LevelCounts {
    const parsed = LevelCountsSchema.safeParse(value);
    if (!parsed.success) throw new InputError(problemText(schemaProblems(LevelCountsSchema, value, parsed.error)));
    const { n, unseen, levels, counts, errors } = parsed.data;
    if (counts.length !== levels.length) throw new InputError("levels and counts differ in length");
    if (errors.length !== 0 && errors.length !== levels.length)
      throw new InputError("levels and errors differ in length");
    const result = new LevelCounts();
    result.n = n;
    result.#unseen = unseen;
    let sure = 0;
    levels.forEach((level, i) => {
      const error = errors[i] ?? 0;
      if (i > 0 && levels[i - 1] >= level) throw new InputError(`level "${level.slice(0, 40)}" is out of order`);
      if (error > unseen) throw new InputError(`level "${level.slice(0, 40)}": the error is above unseen`);
      if (error > counts[i]) throw new InputError(`level "${level.slice(0, 40)}": the error is above the count`);
      result.#counts.set(level, { count: counts[i], error });
      sure += counts[i] - error;
    });
    if (unseen === 0 ? sure !== n : sure > n) throw new InputError(`the counts make ${sure} rows where n is ${n}`);
    if (unseen > 0 && levels.length < MOST_LEVELS) {
      throw new InputError(`unseen is ${unseen}, yet only ${levels.length} of ${MOST_LEVELS} levels are listed`);
    }
    return result;
  }
}
