/** A sum of whole numbers up to 2^53 that stays exact: what no longer fits into a number moves to a BigInt. */
export interface ExactSum {
  low: number;
  high: bigint;
}

export const emptySum = (): ExactSum => ({ low: 0, high: 0n });

export function addExact(sum: ExactSum, value: number): void {
  const low = sum.low + value;
  if (low <= Number.MAX_SAFE_INTEGER) {
    sum.low = low;
    return;
  }
  sum.high += BigInt(sum.low);
  sum.low = value;
}

/** Adds another sum. */
export function addSum(sum: ExactSum, { low, high }: ExactSum): void {
  sum.high += high;
  addExact(sum, low);
}

export const exactTotal = ({ low, high }: ExactSum): bigint => high + BigInt(low);

/** For JSON: a number, or text beyond 2^53, where numbers are no longer exact. */
export const wholeNumber = (total: bigint): number | string =>
  total <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(total) : String(total);
