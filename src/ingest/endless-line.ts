import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { InputError } from "../core/errors.js";

/** DuckDB leaves out a line that is longer than what it reads at a time, 32 MiB, and says nothing. */
const BLOCK = 8 * 2 ** 20;
const PIECE = 64 * 2 ** 10;
/** Most bytes that one byte of gzip can stand for. */
const MOST_PACKED = 1032;

/**
 * Refuses a text file with 16 MiB or more without an end of line, gzipped or not. Such a stretch holds one of the aligned
 * blocks of half that length, of which mostly the first piece is looked at.
 */
export async function refuseEndlessLine(path: string, name: string, packed = false): Promise<void> {
  if (packed) return refusePacked(path, name);
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (let block = 0; block + BLOCK <= size; block += BLOCK) {
      if (!(await endsLine(file, block))) throw endless(name, block);
    }
  } finally {
    await file.close();
  }
}

function endless(name: string, byte: number): InputError {
  const where = `${name}: a line is longer than 8 MiB (around byte ${byte})`;
  return new InputError(`${where}; is this a CSV file?`, { file: name, byte });
}

/** There is no way to a place in the middle of a gzipped file, so all of it is unpacked. */
async function refusePacked(path: string, name: string): Promise<void> {
  const { size } = await stat(path);
  if (size * MOST_PACKED < BLOCK) return;
  let [at, lineAt] = [0, 0];
  const unpacked = createReadStream(path).pipe(createGunzip({ chunkSize: PIECE }));
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      const end = Math.max(piece.lastIndexOf("\n"), piece.lastIndexOf("\r"));
      if (end >= 0) lineAt = at + end + 1;
      at += piece.length;
      if (at - lineAt > BLOCK) throw endless(name, lineAt);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = (error as Error).message;
    throw new InputError(`${name}: cannot be unpacked (${why}); copy it again`, { file: name }, { cause: error });
  }
}

/** Whether a block holds an end of line; read no further than to the first. */
async function endsLine(file: FileHandle, block: number): Promise<boolean> {
  const piece = Buffer.alloc(PIECE);
  for (let at = block; at < block + BLOCK; at += PIECE) {
    await file.read(piece, 0, PIECE, at);
    if (piece.includes("\n") || piece.includes("\r")) return true;
  }
  return false;
}
