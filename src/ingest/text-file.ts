import { type FileHandle, open } from "node:fs/promises";

/** Characters that are written at a time. */
const PIECE = 1 << 16;

/** Adds text to a file, piece by piece, so that it is never one string. */
export type TextAppender = (pieces: Iterable<string>) => Promise<void>;

/** Opens exactly `path` for text, empty, for as long as `work` runs. */
export async function withTextFile<T>(
  path: string,
  options: { signal?: AbortSignal },
  work: (append: TextAppender) => Promise<T>,
): Promise<T> {
  const file = await open(path, "w");
  try {
    return await work((pieces) => append(file, pieces, options.signal));
  } finally {
    await file.close();
  }
}

async function append(file: FileHandle, pieces: Iterable<string>, signal: AbortSignal | undefined): Promise<void> {
  for (const piece of joined(pieces)) {
    signal?.throwIfAborted();
    await file.appendFile(piece);
  }
}

/** Fewer, larger pieces: each write costs. */
function* joined(text: Iterable<string>): Generator<string> {
  let piece = "";
  for (const part of text) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece) yield piece;
}
