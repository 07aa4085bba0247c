/**
 * Items of several sources, each in order, as one in order. Of equal items those of an earlier source come first. One item of
 * each source is held at a time.
 */
export async function* mergeOrdered<T>(
  sources: readonly AsyncIterable<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (;;) {
      let least = -1;
      for (const [i, { done, value }] of heads.entries()) {
        if (!done && (least < 0 || compare(value, heads[least].value) < 0)) least = i;
      }
      if (least < 0) return;
      yield heads[least].value;
      heads[least] = await iterators[least].next();
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}
