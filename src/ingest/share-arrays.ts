/**
 * The same value with every Float64Array and Float32Array in memory that all threads see (a SharedArrayBuffer), so that a message carries
 * it to a worker without a copy. An array that is met twice is shared once. Nothing may write to it afterwards.
 *
 * @param value plain data: arrays, plain objects, maps, typed arrays, primitives
 */
export function shareArrays<T>(value: T): T {
  const known = new Map<object, unknown>();
  const share = (one: unknown): unknown => {
    if (typeof one !== "object" || one === null) return one;
    const seen = known.get(one);
    if (seen) return seen;
    const made = moved(one);
    known.set(one, made);
    return made;
  };
  const moved = (one: object): unknown => {
    if (one instanceof Float64Array || one instanceof Float32Array) {
      const memory = new SharedArrayBuffer(one.byteLength);
      const copy = one instanceof Float64Array ? new Float64Array(memory) : new Float32Array(memory);
      copy.set(one);
      return copy;
    }
    if (ArrayBuffer.isView(one)) return one;
    if (Array.isArray(one)) return one.map(share);
    if (one instanceof Map) return new Map(Array.from(one, ([key, item]) => [key, share(item)]));
    return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, share(item)]));
  };
  return share(value) as T;
}
