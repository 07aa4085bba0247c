/** Places in the order of their keys, least key first. */
export interface MinHeap {
  push(key: number, place: number): void;
  /** Takes the place with the least key away; −1 when empty. */
  pop(): number;
  /** Least key; Infinity when empty. */
  least(): number;
  clear(): void;
}

/** An empty binary heap. */
export function createMinHeap(): MinHeap {
  const keys: number[] = [];
  const places: number[] = [];

  function set(at: number, key: number, place: number): void {
    keys[at] = key;
    places[at] = place;
  }

  function sink(key: number, place: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < keys.length && keys[child + 1] < keys[child]) child++;
      if (child >= keys.length || keys[child] >= key) break;
      set(at, keys[child], places[child]);
      at = child;
    }
    set(at, key, place);
  }

  return {
    push(key, place) {
      let at = keys.length;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (keys[parent] <= key) break;
        set(at, keys[parent], places[parent]);
        at = parent;
      }
      set(at, key, place);
    },
    pop() {
      if (keys.length === 0) return -1;
      const top = places[0];
      const [key, place] = [keys.pop() as number, places.pop() as number];
      if (keys.length > 0) sink(key, place);
      return top;
    },
    least: () => keys[0] ?? Number.POSITIVE_INFINITY,
    clear() {
      keys.length = 0;
      places.length = 0;
    },
  };
}
