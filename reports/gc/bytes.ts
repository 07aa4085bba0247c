import { figure } from "../capacity-plan/words.js";

/** A whole number of a result: text of digits beyond 2^53. */
export type Whole = number | string;

const NAMES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;

/** A unit of IEC 80000-13: a power of 1,024 bytes. */
export interface ByteUnit {
  name: string;
  bytes: number;
}

/** The largest unit in which an amount reads as 1 or more; what would read as 1,024 of a unit is 1 of the next. */
export function unitFor(bytes: bigint): ByteUnit {
  const size = Number(bytes);
  let power = 0;
  while (power < NAMES.length - 1 && size / 1024 ** power >= 1023.5) power++;
  return { name: NAMES[power], bytes: 1024 ** power };
}

/** The unit for a column or an axis: that of its largest amount. */
export function commonUnit(amounts: readonly bigint[]): ByteUnit {
  let largest = 0n;
  for (const amount of amounts) if (amount > largest) largest = amount;
  return unitFor(largest);
}

export function inUnit(bytes: Whole | bigint, unit: ByteUnit): number {
  return Number(BigInt(bytes)) / unit.bytes;
}

/** `12.35 TiB`, on one line. */
export function bytesWords(bytes: Whole | bigint): string {
  const unit = unitFor(BigInt(bytes));
  return `${figure(inUnit(bytes, unit))}\u00a0${unit.name}`;
}

/** All digits: `13,579,135,791,357 bytes`. */
export function exactWords(bytes: Whole | bigint): string {
  return `${BigInt(bytes).toLocaleString("en-US")} ${BigInt(bytes) === 1n ? "byte" : "bytes"}`;
}

/** Sorts by falling bytes. */
export function largestFirst(a: { bytes: Whole | bigint }, b: { bytes: Whole | bigint }): number {
  const [x, y] = [BigInt(a.bytes), BigInt(b.bytes)];
  return x < y ? 1 : x > y ? -1 : 0;
}
