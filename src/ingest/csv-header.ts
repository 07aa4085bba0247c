import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { InputError } from "../core/errors.js";

/** First record of a delimited text file. */
export interface CsvHeader {
  delimiter: "," | ";" | "\t" | "|";
  names: string[];
}

const MOST = 1 << 20;

async function firstBytes(path: string, gzip: boolean): Promise<Buffer> {
  const file = await open(path);
  try {
    const raw = file.createReadStream({ end: MOST - 1, autoClose: false });
    const source = gzip ? raw.pipe(createGunzip()) : raw;
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of source) {
      parts.push(part as Buffer);
      length += (part as Buffer).length;
      if (length >= MOST) break;
    }
    raw.destroy();
    return Buffer.concat(parts).subarray(0, MOST);
  } finally {
    await file.close();
  }
}

/** Fields of the first record: RFC 4180 quotes, ended by a line break outside them. */
function firstRecord(text: string, delimiter: string): string[] | null {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') {
        field += '"';
        i++;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === delimiter) {
      fields.push(field);
      field = "";
    } else if (c === "\n" || c === "\r") return [...fields, field];
    else field += c;
  }
  return quoted || text.length >= MOST ? null : [...fields, field];
}

/**
 * Reads the header of a CSV file. The delimiter is the one that splits the header into most fields; guessing it from
 * the rows, as DuckDB would, silently drops rows when one of them is ragged.
 */
export async function csvHeader(path: string, name: string): Promise<CsvHeader> {
  const bytes = await firstBytes(path, /\.gz$/i.test(name)).catch((error: unknown) => {
    throw new InputError(`${name}: cannot be read: ${(error as Error).message}`, { file: name }, { cause: error });
  });
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") throw new InputError(`${name}: the file is empty`, { file: name });
  let best: CsvHeader | null = null;
  for (const delimiter of [",", ";", "\t", "|"] as const) {
    const names = firstRecord(text, delimiter);
    if (names && (!best || names.length > best.names.length)) best = { delimiter, names };
  }
  if (!best) throw new InputError(`${name}: the first line is longer than 1 MiB; is this a CSV file?`, { file: name });
  // As the engine compares names.
  const folded = best.names.map((column) => column.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
  const seen = new Set<string>();
  const again = folded.findIndex((column) => seen.size === seen.add(column).size);
  if (again >= 0) {
    const [first, twice] = [best.names[folded.indexOf(folded[again])], best.names[again]];
    const what =
      first === twice
        ? `column "${twice}" twice`
        : `columns "${first}" and "${twice}", which differ in letter case alone; rename one`;
    throw new InputError(`${name}: the header names ${what}`, { file: name, column: twice });
  }
  return best;
}
