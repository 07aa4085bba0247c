import type { RetentionPolicy } from "./retention-policy.js";
import type { GcColumns } from "./types.js";

type Rule = RetentionPolicy["minimal_keep"][number];
/** Whether one object goes before another. */
type Before = (a: number, b: number) => boolean;

/** Metric by direction, then newer, then smaller index; no metric and no time come last. */
function ranking({ metric, createdAtMs }: GcColumns, direction: Rule["direction"]): Before {
  const first = (x: number, y: number): number => {
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return Number(x < y) - Number(x > y);
  };
  const sign = direction === "max" ? 1 : -1;
  const metricOf = (i: number): number => (metric ? sign * metric[i] : Number.NaN);
  return (a, b) => (first(metricOf(a), metricOf(b)) || first(createdAtMs[a], createdAtMs[b]) || a - b) < 0;
}

/** Restores a heap with the last-ranked on top, after the one at `hole` was replaced. */
function sink(heap: Int32Array, size: number, hole: number, before: Before): void {
  const item = heap[hole];
  let at = hole;
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && before(heap[child], heap[child + 1])) child++;
    if (!before(item, heap[child])) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = item;
}

/** Brings the n best to the front, in no order. */
function selectBest(objects: Int32Array, n: number, before: Before): Int32Array {
  if (objects.length <= n) return objects;
  for (let k = (n >> 1) - 1; k >= 0; k--) sink(objects, n, k, before);
  for (let k = n; k < objects.length; k++) {
    if (!before(objects[k], objects[0])) continue;
    objects[0] = objects[k];
    sink(objects, n, 0, before);
  }
  return objects.subarray(0, n);
}

/** Objects that a rule counts. */
function countedObjects(columns: GcColumns, { kind, class: wanted }: Rule, erased: Uint8Array): Int32Array {
  const kindCode = columns.kinds.indexOf(kind);
  const classCode = wanted === null ? null : columns.classes.indexOf(wanted);
  if (kindCode < 0 || (classCode !== null && classCode < 0)) return new Int32Array(0);
  const isCounted = (i: number): boolean =>
    columns.kind[i] === kindCode && erased[i] !== 1 && (classCode === null || columns.class[i] === classCode);
  let count = 0;
  for (let i = 0; i < columns.n; i++) count += Number(isCounted(i));
  const objects = new Int32Array(count);
  for (let i = 0, k = 0; k < count; i++) if (isCounted(i)) objects[k++] = i;
  return objects;
}

/** Objects that a rule counts, grouped: those of one value of `group` beside each other, with the start of each. */
function groupObjects(columns: GcColumns, rule: Rule, erased: Uint8Array) {
  const objects = countedObjects(columns, rule, erased);
  const { group } = columns;
  const numbers = new Map<number, number>();
  const sizes: number[] = [];
  const groupOf = objects.map((i) => {
    const code = group ? group[i] : -1;
    let number = numbers.get(code);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(code, number);
      sizes.push(0);
    }
    sizes[number]++;
    return number;
  });
  const starts = Int32Array.from(sizes);
  let start = 0;
  for (let g = 0; g < starts.length; g++) {
    starts[g] = start;
    start += sizes[g];
  }
  const places = Int32Array.from(starts);
  const grouped = new Int32Array(objects.length);
  for (let k = 0; k < objects.length; k++) grouped[places[groupOf[k]]++] = objects[k];
  return { grouped, starts };
}

/**
 * The objects that a minimal-keep rule keeps: of each group the n best by metric, then the newer, then the smaller
 * index. An object without a metric (null or NaN) comes after those with one, and one without a time after those with
 * one; objects without a group are a group. O(objects × log n).
 *
 * @param erased 1: not counted
 */
export function minimalKeep(columns: GcColumns, rule: Rule, erased: Uint8Array): Int32Array {
  const { grouped, starts } = groupObjects(columns, rule, erased);
  const before = ranking(columns, rule.direction);
  const kept: Int32Array[] = [];
  let total = 0;
  for (let g = 0; g < starts.length; g++) {
    const best = selectBest(grouped.subarray(starts[g], starts[g + 1] ?? grouped.length), rule.n, before);
    kept.push(best);
    total += best.length;
  }
  const result = new Int32Array(total);
  let at = 0;
  for (const best of kept) {
    result.set(best, at);
    at += best.length;
  }
  return result;
}
