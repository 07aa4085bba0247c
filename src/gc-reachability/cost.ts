import { DAY_MS } from "../core/time.js";
import type { RetentionPolicy } from "./retention-policy.js";
import type { GcColumns } from "./types.js";

const GIB = 2 ** 30;

type StorageClass = RetentionPolicy["storage_classes"][string];

/** What an object costs; null where its storage class has no price in the policy. */
export interface ObjectCost {
  /** Days since it was made; null when that is not known. */
  ageDays: number | null;
  monthlyUsd: number | null;
  /** What the storage class charges when the object goes before its minimum of days. */
  earlyDeletionUsd: number | null;
  /** Months until moving it to its class's `transition_to` has paid; null when it never does or is not foreseen. */
  breakEvenMonths: number | null;
}

export interface CostModel {
  /** US dollars a month in the object's own storage class; NaN without a price. */
  monthly(object: number): number;
  /** US dollars a month once in the storage class that its class goes to; NaN when there is none. */
  monthlyAfter(object: number): number;
  /** US dollars that leaving its storage class now costs; NaN without a price. */
  early(object: number): number;
  /** Months until its transition has paid; NaN when it never does. */
  breakEven(object: number): number;
  /** Whether its transition pays within the policy's `max_break_even_months`. */
  isWorth(object: number): boolean;
  of(object: number): ObjectCost;
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

/**
 * Storage costs of objects by the prices of a policy. A GiB is 2^30 bytes, a month 30 days of a minimum storage time.
 *
 * - a month: (max(size, min_bytes) + overhead_bytes) at the class's price, overhead_standard_bytes at that of STANDARD
 * - early deletion: the days missing to min_days since the object came into its class, over 30, times a month's cost
 * - break even: (cost of the transition + early deletion) / (a month now - a month after)
 */
export function createCostModel(columns: GcColumns, policy: RetentionPolicy, asOfMs: number): CostModel {
  const { sizeBytes, createdAtMs, storageClass, storageClassSinceMs } = columns;
  const { storage_classes: prices, classes, max_break_even_months: limit } = policy;
  const priceOf = (name: string): StorageClass | undefined => (Object.hasOwn(prices, name) ? prices[name] : undefined);
  const standard = priceOf("STANDARD")?.usd_per_gb_month ?? Number.NaN;
  const own = columns.storageClasses.map(priceOf);
  const targets = columns.classes.map((name) => {
    const target = Object.hasOwn(classes, name) ? classes[name].transition_to : undefined;
    return target === undefined ? undefined : priceOf(target);
  });

  const monthlyIn = (size: number, price: StorageClass | undefined): number => {
    if (!price) return Number.NaN;
    const main = ((Math.max(size, price.min_bytes) + price.overhead_bytes) / GIB) * price.usd_per_gb_month;
    return price.overhead_standard_bytes === 0 ? main : main + (price.overhead_standard_bytes / GIB) * standard;
  };
  const monthly = (i: number): number => monthlyIn(sizeBytes[i], own[storageClass[i]]);
  const monthlyAfter = (i: number): number => monthlyIn(sizeBytes[i], targets[columns.class[i]]);
  const early = (i: number): number => {
    const price = own[storageClass[i]];
    if (!price) return Number.NaN;
    const moved = storageClassSinceMs?.[i] ?? Number.NaN;
    const since = Number.isNaN(moved) ? createdAtMs[i] : moved;
    if (Number.isNaN(since)) return 0;
    return (Math.max(0, price.min_days - (asOfMs - since) / DAY_MS) / 30) * monthly(i);
  };
  const breakEven = (i: number): number => {
    const saved = monthly(i) - monthlyAfter(i);
    if (!(saved > 0)) return Number.NaN;
    const move = (targets[columns.class[i]] as StorageClass).transition_usd_per_1000 / 1000;
    return (move + early(i)) / saved;
  };
  return {
    monthly,
    monthlyAfter,
    early,
    breakEven,
    isWorth: (i) => breakEven(i) <= limit,
    of: (i) => ({
      ageDays: orNull((asOfMs - createdAtMs[i]) / DAY_MS),
      monthlyUsd: orNull(monthly(i)),
      earlyDeletionUsd: orNull(early(i)),
      breakEvenMonths: orNull(breakEven(i)),
    }),
  };
}
