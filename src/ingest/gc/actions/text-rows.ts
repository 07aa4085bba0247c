import type { ActionContext } from "./action-context.js";

/** Rows of a query in which every column is text, null as "", some thousand at a time. */
export async function* textRows({ engine, signal }: ActionContext, sql: string): AsyncGenerator<string[][]> {
  for await (const { rows, columns } of engine.query({ sql }, { signal })) {
    const data = Object.values(columns).map((column) => column.data as string[]);
    yield Array.from({ length: rows }, (_, row) => data.map((values) => values[row]));
  }
}
