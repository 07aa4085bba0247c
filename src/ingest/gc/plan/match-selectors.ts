import type { DuckDbEngine } from "../../../engine/duckdb.js";
import type { SelectorRanges } from "../../../gc-reachability/types.js";
import { appendColumns } from "../../append-columns.js";

/** A row that selects objects, by one of the two. */
export interface Selector {
  id: string | null;
  prefix: string | null;
}

/** Objects between two of the ids that are held in memory. */
const STEP = 2048;

/** The least text above every text that starts with `prefix`, in the order of UTF-8 bytes; null when there is none. */
export function prefixEnd(prefix: string): string | null {
  const points = Array.from(prefix, (c) => c.codePointAt(0) as number);
  while (points.length > 0) {
    const last = points.pop() as number;
    if (last === 0x10ffff) continue;
    // Surrogates are no characters.
    points.push(last === 0xd7ff ? 0xe000 : last + 1);
    return String.fromCodePoint(...points);
  }
  return null;
}

/** Bytes of a text in digits that sort as they do. */
const hex = (text: string): string => Buffer.from(text).toString("hex").toUpperCase();

/** How many of some sorted texts are below another. */
function countBelow(sorted: readonly string[], wanted: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many objects have an id below each text; `gc_objects` is sorted by id, and each of its blocks is read once. */
async function lowerBounds(engine: DuckDbEngine, texts: readonly string[], signal?: AbortSignal): Promise<number[]> {
  const idsWhere = async (condition: string): Promise<string[]> => {
    const sql = `SELECT hex(id) AS id FROM gc_objects WHERE ${condition} ORDER BY rowid`;
    return (await engine.rows({ sql }, { signal })).map(({ id }) => String(id));
  };
  const firsts = await idsWhere(`rowid % ${STEP} = 0`);
  const wanted = texts.map(hex);
  const blocks = new Map<number, number[]>();
  for (const [k, text] of wanted.entries()) {
    const block = Math.max(0, countBelow(firsts, text) - 1);
    const here = blocks.get(block);
    if (here) here.push(k);
    else blocks.set(block, [k]);
  }
  const bounds = new Array<number>(texts.length);
  for (const [block, here] of blocks) {
    const start = block * STEP;
    const ids = await idsWhere(`rowid >= ${start} AND rowid < ${start + STEP}`);
    for (const k of here) bounds[k] = start + countBelow(ids, wanted[k]);
  }
  return bounds;
}

/** Which objects each selector matches, by exact id or by prefix (of bytes). */
export async function matchSelectors(
  engine: DuckDbEngine,
  n: number,
  selectors: readonly Selector[],
  signal?: AbortSignal,
): Promise<SelectorRanges> {
  const found: { row: number; from: number; to: number }[] = [];
  const exact = [...selectors.keys()].filter((row) => selectors[row].id !== null);
  if (exact.length > 0) {
    await engine.run("CREATE OR REPLACE TABLE gc_selectors (k INTEGER, id VARCHAR)");
    await engine.append("gc_selectors", (appender) =>
      appendColumns(
        appender,
        [
          { type: "INTEGER", at: (i) => exact[i] },
          { type: "VARCHAR", at: (i) => selectors[exact[i]].id },
        ],
        exact.length,
        signal,
      ),
    );
    const sql = "SELECT s.k, o.rowid AS at FROM gc_selectors s JOIN gc_objects o ON o.id = s.id ORDER BY 1";
    for await (const { rows, columns } of engine.query({ sql }, { signal })) {
      for (let i = 0; i < rows; i++) {
        const at = Number(columns["at"].data[i]);
        found.push({ row: Number(columns["k"].data[i]), from: at, to: at + 1 });
      }
    }
  }
  const prefixes = [...selectors.keys()].filter((row) => selectors[row].prefix !== null);
  if (prefixes.length > 0) {
    const starts = prefixes.map((row) => String(selectors[row].prefix));
    const ends = starts.map(prefixEnd);
    const bounds = await lowerBounds(engine, [...starts, ...ends.map((end) => end ?? "")], signal);
    for (const [k, row] of prefixes.entries()) {
      const [from, to] = [bounds[k], ends[k] === null ? n : bounds[starts.length + k]];
      if (from < to) found.push({ row, from, to });
    }
  }
  found.sort((a, b) => a.row - b.row);
  const [row, from, to] = (["row", "from", "to"] as const).map((key) => Int32Array.from(found, (range) => range[key]));
  return { row, from, to };
}
