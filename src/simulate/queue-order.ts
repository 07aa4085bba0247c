import type { QueueJobs } from "./types.js";

/** Whether the text is a whole number as it is written by machines: digits, no sign, no leading zero. */
function isWhole(id: string): boolean {
  if (id.length === 0 || (id.length > 1 && id.charCodeAt(0) === 48)) return false;
  for (let k = 0; k < id.length; k++) if (id.charCodeAt(k) < 48 || id.charCodeAt(k) > 57) return false;
  return true;
}

/** Ids that are all whole numbers are compared as such, others by code unit. */
function idOrder(ids: readonly string[]): (a: number, b: number) => number {
  const byText = (a: number, b: number): number => (ids[a] < ids[b] ? -1 : Number(ids[a] > ids[b]));
  return ids.every(isWhole) ? (a, b) => ids[a].length - ids[b].length || byText(a, b) : byText;
}

/** 0, 1, … n − 1. */
export function positions(n: number): Int32Array {
  const all = new Int32Array(n);
  for (let i = 0; i < n; i++) all[i] = i;
  return all;
}

/** Jobs by submit time, then id; `first` comes before both. */
export function queueOrder(jobs: QueueJobs, first?: Float64Array): Int32Array {
  const { n, submit, id } = jobs;
  const order = positions(n);
  const byId = idOrder(id);
  const compare = (a: number, b: number): number =>
    (first ? first[a] - first[b] : 0) || submit[a] - submit[b] || byId(a, b);
  // Most files are in order already.
  for (let i = 1; i < n; i++) if (compare(order[i - 1], order[i]) > 0) return order.sort(compare);
  return order;
}

/** Position of each job in an order. */
export function ranks(order: Int32Array): Int32Array {
  const rank = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) rank[order[i]] = i;
  return rank;
}
