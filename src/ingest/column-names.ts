import { csvHeader } from "./csv-header.js";
import { resolveInputs } from "./input-files.js";
import { readTable } from "./read-table.js";
import type { ReadOptions } from "./types.js";

/** Names of the columns of a table in files; of a CSV file only the header is read. */
export async function columnNames(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<{ file: string; names: string[] }> {
  const [first] = await resolveInputs(input, options);
  if (first.format === "csv" && !first.remote) {
    return { file: first.name, names: (await csvHeader(first.path, first.name)).names };
  }
  const table = await readTable(input, options);
  try {
    return { file: first.name, names: table.columns.map((column) => column.name) };
  } finally {
    await table.close();
  }
}
