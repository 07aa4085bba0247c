import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** Rows by bucket in a file, for those that memory does not hold. */
export interface SpilledRows {
  /** Adds rows: the bucket of each, the code of its vehicle, and its columns. */
  add(rows: number, buckets: Int32Array, codes: Int32Array, columns: readonly Float64Array[]): void;
  /** Hands a bucket's rows out, in the order in which they came; the arrays are used again. */
  read(bucket: number, take: (rows: number, codes: Int32Array, columns: readonly Float64Array[]) => void): void;
  close(): void;
}

/** Memory of the blocks that are being filled, of all buckets together. */
const BLOCKS_BYTES = 64 * 2 ** 20;
const MOST_BLOCK_ROWS = 4096;

/** A file at `path` of blocks; each holds one bucket's rows by column. */
export function spillRows(path: string, buckets: number, width: number): SpilledRows {
  const blockRows = Math.max(16, Math.min(MOST_BLOCK_ROWS, Math.floor(BLOCKS_BYTES / (8 * (width + 1) * buckets))));
  const values = blockRows * (width + 1);
  const file = openSync(path, "wx+", 0o600);
  const blocks = Array.from({ length: buckets }, () => new Float64Array(values));
  const filled = new Int32Array(buckets);
  const written: number[][] = Array.from({ length: buckets }, () => []);
  let end = 0;

  function flush(bucket: number): void {
    writeAll(file, blocks[bucket], end * 8 * values);
    written[bucket].push(end++);
    filled[bucket] = 0;
  }

  return {
    add(rows, places, codes, columns) {
      for (let i = 0; i < rows; i++) {
        const bucket = places[i];
        const block = blocks[bucket];
        const at = filled[bucket]++;
        block[at] = codes[i];
        for (let c = 0; c < width; c++) block[at + (c + 1) * blockRows] = columns[c][i];
        if (filled[bucket] === blockRows) flush(bucket);
      }
    },
    read(bucket, take) {
      const codes = new Int32Array(blockRows);
      const block = new Float64Array(values);
      const columns = Array.from({ length: width }, (_, c) => block.subarray((c + 1) * blockRows, (c + 2) * blockRows));
      const hand = (rows: number) => {
        codes.set(block.subarray(0, blockRows));
        take(rows, codes, columns);
      };
      for (const number of written[bucket]) {
        readAll(file, block, number * 8 * values);
        hand(blockRows);
      }
      block.set(blocks[bucket]);
      hand(filled[bucket]);
    },
    close: () => closeSync(file),
  };
}

function writeAll(file: number, block: Float64Array, position: number): void {
  for (let done = 0; done < block.byteLength; ) {
    done += writeSync(file, block as unknown as Uint8Array, done, block.byteLength - done, position + done);
  }
}

function readAll(file: number, block: Float64Array, position: number): void {
  for (let done = 0; done < block.byteLength; ) {
    const read = readSync(file, block, done, block.byteLength - done, position + done);
    if (read === 0) throw new RangeError("a temporary file has been cut short");
    done += read;
  }
}
