import { encodeLevels } from "../../drift/encode-levels.js";
import type { Batch } from "../../engine/engine.js";

/** Rows of a block; fixed, so that what is made of blocks does not hang on how the engine cuts its batches. */
const BLOCK = 65_536;

/** A column of a query's result: of numbers, or of text. */
export interface BlockColumn {
  /** Its name in the result. */
  name: string;
  text: boolean;
}

/** Levels of a block's rows: a code of −1 is missing. */
export interface BlockLevels {
  codes: ArrayLike<number>;
  levels: readonly string[];
}

/** Rows of a table by column. The arrays are used again for the next block. */
export interface Block {
  rows: number;
  numbers(name: string): Float64Array;
  /** Of a text column; the levels are those of this block. */
  levels(name: string): BlockLevels;
}

/** Batches as blocks of 65,536 rows, the last one shorter. */
export async function* inBlocks(batches: AsyncIterable<Batch>, columns: readonly BlockColumn[]): AsyncGenerator<Block> {
  const numbers = new Map(columns.filter(({ text }) => !text).map(({ name }) => [name, new Float64Array(BLOCK)]));
  const texts = new Map(
    columns.filter(({ text }) => text).map(({ name }) => [name, new Array<string | null>(BLOCK).fill(null)]),
  );
  const block = (rows: number): Block => ({
    rows,
    numbers: (name) => numbers.get(name)!.subarray(0, rows),
    levels: (name) => encodeLevels(texts.get(name)!.slice(0, rows)),
  });
  let filled = 0;
  for await (const batch of batches) {
    for (let from = 0; from < batch.rows; ) {
      const take = Math.min(BLOCK - filled, batch.rows - from);
      for (const [name, to] of numbers) {
        to.set((batch.columns[name].data as Float64Array).subarray(from, from + take), filled);
      }
      for (const [name, to] of texts) {
        const { data, valid } = batch.columns[name];
        for (let i = 0; i < take; i++) to[filled + i] = valid?.[from + i] === 0 ? null : (data[from + i] as string);
      }
      filled += take;
      from += take;
      if (filled === BLOCK) {
        yield block(BLOCK);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield block(filled);
}
