/** Rows laid out by vehicle, those of one vehicle in the order in which they came. */
export interface LaidOut {
  /** Adds rows: the code of each one's vehicle, and their columns. */
  add(rows: number, codes: Int32Array, columns: readonly Float64Array[]): void;
  /** The rows of vehicles `from` to `to`, the latter not included: their codes less `from`, and their columns. */
  take(from: number, to: number): LaidOutRows;
}

/** Rows by vehicle: plain data. */
export interface LaidOutRows {
  codes: Int32Array;
  columns: Float64Array[];
}

/** Makes the memory of a column. */
export type MakeBuffer = (bytes: number) => ArrayBuffer | SharedArrayBuffer;

/** Memory that all threads see: it may be taken piece by piece. */
export const sharedMemory: MakeBuffer = (bytes) => new SharedArrayBuffer(bytes);

/** Memory of one thread, whose size the garbage collector knows, as it does not of the shared kind. */
export const ownMemory: MakeBuffer = (bytes) => new ArrayBuffer(bytes);

/**
 * Room for rows of vehicles.
 *
 * @param rows by vehicle, the most that will come
 * @param width columns
 */
export function layOut(rows: ArrayLike<number>, width: number, memory: MakeBuffer): LaidOut {
  const starts = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) starts[i + 1] = starts[i] + rows[i];
  const next = starts.slice();
  const columns = Array.from({ length: width }, () => new Float64Array(memory(8 * starts[rows.length])));
  let room = new Int32Array(0);
  return {
    add(count, codes, from) {
      if (room.length < count) room = new Int32Array(count);
      for (let i = 0; i < count; i++) room[i] = next[codes[i]]++;
      for (const [c, to] of columns.entries()) scatter(from[c], room, count, to);
    },
    take(from, to) {
      const [start, stop] = [starts[from], starts[to]];
      const codes = new Int32Array(memory(4 * (stop - start)));
      let filled = 0;
      for (let code = from; code < to; code++) {
        const [begin, done] = [starts[code], next[code]];
        // Rows that never came leave a hole behind those that did.
        if (start + filled !== begin) for (const column of columns) column.copyWithin(start + filled, begin, done);
        codes.fill(code - from, filled, filled + done - begin);
        filled += done - begin;
      }
      return {
        codes: codes.subarray(0, filled),
        columns: columns.map((column) => column.subarray(start, start + filled)),
      };
    },
  };
}

function scatter(from: Float64Array, places: Int32Array, count: number, to: Float64Array): void {
  for (let i = 0; i < count; i++) to[places[i]] = from[i];
}
