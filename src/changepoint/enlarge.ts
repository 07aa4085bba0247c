/** Gives the columns of a table more room, in place. */
export function enlarge(columns: object, capacity: number): void {
  const table = columns as Record<string, Int32Array | Float64Array>;
  for (const name of Object.keys(table)) {
    const larger = table[name] instanceof Int32Array ? new Int32Array(capacity) : new Float64Array(capacity);
    larger.set(table[name]);
    table[name] = larger;
  }
}
