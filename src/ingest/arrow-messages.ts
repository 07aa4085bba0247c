import { open } from "node:fs/promises";
import { InputError } from "../core/errors.js";

/** One encapsulated message of an Arrow IPC file or stream: its bytes and what it carries. */
export interface ArrowMessage {
  kind: "schema" | "dictionary" | "batch";
  bytes: Uint8Array;
}

const KINDS = [null, "schema", "dictionary", "batch"] as const;
const MAGIC = "ARROW1";
const MOST_METADATA = 1 << 26;
const NO_LENGTH =
  "its first message does not say its length, as write_ipc of polars 2 has it; write it by write_ipc_stream, or as Parquet";

/** Reads a field of a flatbuffer's root table: the position of its value, or 0 when it is absent. */
function field(view: DataView, slot: number): number {
  const root = view.getUint32(0, true);
  const table = root - view.getInt32(root, true);
  return slot < view.getUint16(table, true) && view.getUint16(table + slot, true)
    ? root + view.getUint16(table + slot, true)
    : 0;
}

/**
 * Reads the messages of an Arrow IPC file or stream one after the other, so that no more than one record batch is in
 * memory. The file form is the stream form between a magic and a footer (Arrow columnar format, IPC section).
 */
export async function* arrowMessages(path: string, name: string): AsyncGenerator<ArrowMessage> {
  const broken = (why: string) => new InputError(`${name}: not a readable Arrow IPC file: ${why}`, { file: name });
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    if (size === 0) throw new InputError(`${name}: the file is empty`, { file: name });
    const filed = (await read(0, MAGIC.length)).toString("latin1") === MAGIC;
    // Cut after a record batch, the file form would read like a shorter one.
    if (filed && (await read(Math.max(0, size - MAGIC.length), MAGIC.length)).toString("latin1") !== MAGIC) {
      throw broken("it is cut short");
    }
    let at = filed ? 8 : 0;
    if (at + 8 > size) throw broken("it is cut short");
    while (at + 8 <= size) {
      const prefix = await read(at, 8);
      // Before version 0.15 the length came without the continuation mark.
      const marked = prefix.readInt32LE(0) === -1;
      const metadata = prefix.readInt32LE(marked ? 4 : 0);
      if (metadata === 0) return;
      const start = at + (marked ? 8 : 4);
      if (metadata < 8 || metadata > MOST_METADATA || start + metadata > size) {
        throw broken(filed && at === 8 && !marked ? NO_LENGTH : "a message is cut short");
      }
      const head = await read(start, metadata);
      const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
      let kind: (typeof KINDS)[number] | undefined;
      let body = 0;
      try {
        const kindAt = field(view, 6);
        kind = kindAt ? KINDS[view.getUint8(kindAt)] : null;
        const bodyAt = field(view, 10);
        body = bodyAt ? Number(view.getBigInt64(bodyAt, true)) : 0;
      } catch (error) {
        throw new InputError(broken("a message header is damaged").message, { file: name }, { cause: error });
      }
      const end = start + metadata + body;
      if (body < 0 || end > size) throw broken("a message is cut short");
      if (kind) yield { kind, bytes: await read(at, end - at) };
      at = end;
    }
  } finally {
    await file.close();
  }
}
