import { type FileHandle, open } from "node:fs/promises";
import { InputError } from "../core/errors.js";

/** DuckDB leaves out a line that is longer than what it reads at a time, 32 MiB, and says nothing. */
const BLOCK = 8 * 2 ** 20;
const PIECE = 64 * 2 ** 10;

/**
 * Refuses a text file with 16 MiB or more without an end of line. Such a stretch holds one of the aligned blocks of half
 * that length, of which mostly the first piece is looked at.
 */
export async function refuseEndlessLine(path: string, name: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (let block = 0; block + BLOCK <= size; block += BLOCK) {
      if (await endsLine(file, block)) continue;
      const where = `${name}: a line is longer than 8 MiB (around byte ${block})`;
      throw new InputError(`${where}; is this a CSV file?`, { file: name, byte: block });
    }
  } finally {
    await file.close();
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
