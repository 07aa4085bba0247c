/** Places of the 1s, ascending. */
export function onesOf(values: Uint8Array): Int32Array {
  let count = 0;
  for (let i = 0; i < values.length; i++) count += Number(values[i] === 1);
  const places = new Int32Array(count);
  for (let i = 0, k = 0; k < count; i++) if (values[i] === 1) places[k++] = i;
  return places;
}
