import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** Rows by bucket in a file, for those that memory does not hold. */
export interface SpilledRows {
  /** Adds rows: the bucket of each, the code of its vehicle, and its columns. */
  add(rows: number, buckets: Int32Array, codes: Int32Array, columns: readonly Float64Array[]): void;
  /** Writes what is left, and gives where each bucket's rows lie. Nothing is added afterwards. */
  finish(): SpilledBucket[];
  /** Gives the file free; a second time changes nothing. */
  close(): void;
}

/** Where the rows of a bucket lie: plain data, so that any thread can read them. */
export interface SpilledBucket {
  path: string;
  width: number;
  /** Rows of a block; the last one may be full in part. */
  blockRows: number;
  /** Numbers of its blocks in the file, in the order in which its rows came. */
  blocks: number[];
  rows: number;
}

/** Memory of the blocks that are being filled, of all buckets together. */
const BLOCKS_BYTES = 64 * 2 ** 20;
const MOST_BLOCK_ROWS = 4096;

/** A file at `path` of blocks; each holds one bucket's rows by column. */
export function spillRows(path: string, buckets: number, width: number): SpilledRows {
  const blockRows = Math.max(16, Math.min(MOST_BLOCK_ROWS, Math.floor(BLOCKS_BYTES / (8 * (width + 1) * buckets))));
  const values = blockRows * (width + 1);
  const file = openSync(path, "wx", 0o600);
  const blocks = Array.from({ length: buckets }, () => new Float64Array(values));
  const filled = new Int32Array(buckets);
  const written = Array.from(
    { length: buckets },
    (): SpilledBucket => ({ path, width, blockRows, blocks: [], rows: 0 }),
  );
  let end = 0;
  let isOpen = true;

  function flush(bucket: number): void {
    writeAll(file, blocks[bucket], end * 8 * values);
    written[bucket].blocks.push(end++);
    written[bucket].rows += filled[bucket];
    filled[bucket] = 0;
  }
  function close(): void {
    if (isOpen) closeSync(file);
    isOpen = false;
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
    finish() {
      for (let bucket = 0; bucket < buckets; bucket++) if (filled[bucket] > 0) flush(bucket);
      blocks.length = 0;
      close();
      return written;
    },
    close,
  };
}

/** Hands a bucket's rows out, in the order in which they came; the arrays are used again. */
export function readSpilled(
  { path, width, blockRows, blocks, rows }: SpilledBucket,
  take: (rows: number, codes: Int32Array, columns: readonly Float64Array[]) => void,
): void {
  const codes = new Int32Array(blockRows);
  const block = new Float64Array(blockRows * (width + 1));
  const columns = Array.from({ length: width }, (_, c) => block.subarray((c + 1) * blockRows, (c + 2) * blockRows));
  const file = openSync(path, "r");
  try {
    for (const [i, number] of blocks.entries()) {
      readAll(file, block, number * block.byteLength);
      codes.set(block.subarray(0, blockRows));
      take(Math.min(blockRows, rows - i * blockRows), codes, columns);
    }
  } finally {
    closeSync(file);
  }
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
