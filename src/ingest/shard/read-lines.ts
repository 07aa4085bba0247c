import type { FileHandle } from "node:fs/promises";

/** Small, since all shards of a run are read at once. */
const PIECE = 1 << 16;
const NEWLINE = 0x0a;

/** A line of a file as bytes, without its line feed. */
export interface Line {
  bytes: Buffer;
  /** Whether a line feed follows: not where the file was cut short. */
  ended: boolean;
}

/** Lines of a file, which end in a line feed and in nothing else: texts in JSON may hold other separators. */
export async function* readLines(file: FileHandle): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  for (let position = 0; ; ) {
    const piece = Buffer.allocUnsafe(PIECE);
    const { bytesRead } = await file.read(piece, 0, PIECE, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    let from = 0;
    for (let at = piece.indexOf(NEWLINE); at >= 0 && at < bytesRead; at = piece.indexOf(NEWLINE, from)) {
      parts.push(piece.subarray(from, at));
      yield { bytes: parts.length === 1 ? parts[0] : Buffer.concat(parts), ended: true };
      parts = [];
      from = at + 1;
    }
    if (from < bytesRead) parts.push(piece.subarray(from, bytesRead));
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts), ended: false };
}
