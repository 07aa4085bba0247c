/**
 * Rows by their group, by a counting sort: element g holds the rows whose code is g, ascending.
 *
 * @param codes group of each row; negative: none
 * @param rows the rows to look at, ascending; default all
 */
export function partitionRows(codes: Int32Array, groups: number, rows?: Int32Array): Int32Array[] {
  const total = rows?.length ?? codes.length;
  const ends = new Int32Array(groups + 1);
  for (let k = 0; k < total; k++) {
    const code = codes[rows ? rows[k] : k];
    if (code >= 0) ends[code + 1]++;
  }
  for (let g = 0; g < groups; g++) ends[g + 1] += ends[g];
  const next = ends.slice();
  const order = new Int32Array(ends[groups]);
  for (let k = 0; k < total; k++) {
    const row = rows ? rows[k] : k;
    const code = codes[row];
    if (code >= 0) order[next[code]++] = row;
  }
  return Array.from({ length: groups }, (_, g) => order.subarray(ends[g], ends[g + 1]));
}
