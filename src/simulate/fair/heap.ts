/** A heap of numbers: the one that comes before all others lies on top. */
export interface Heap {
  push(item: number): void;
  /** Takes the top off; −1 when the heap is empty. */
  pop(): number;
  /** What it holds, in no order; not to be used any further once it goes to a new heap. */
  items(): number[];
}

/**
 * A binary heap.
 *
 * @param before Whether a must come before b: a strict order that does not change while both are in the heap.
 * @param items First content, in any order; the heap takes the array over.
 */
export function createHeap(before: (a: number, b: number) => boolean, items: number[] = []): Heap {
  const sink = (start: number): void => {
    const item = items[start];
    let k = start;
    for (;;) {
      let child = 2 * k + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1], items[child])) child++;
      if (!before(items[child], item)) break;
      items[k] = items[child];
      k = child;
    }
    items[k] = item;
  };
  for (let k = (items.length >> 1) - 1; k >= 0; k--) sink(k);
  return {
    items: () => items,
    push(item) {
      let k = items.length;
      items.push(item);
      while (k > 0) {
        const above = (k - 1) >> 1;
        if (!before(item, items[above])) break;
        items[k] = items[above];
        k = above;
      }
      items[k] = item;
    },
    pop() {
      if (items.length === 0) return -1;
      const top = items[0];
      const last = items.pop() as number;
      if (items.length > 0) {
        items[0] = last;
        sink(0);
      }
      return top;
    },
  };
}
