/** Straight lines over the missing (NaN) observations, the nearest value before the first and after the last one. */
export function fillGaps(y: Float64Array): Float64Array {
  const filled = y.slice();
  let last = -1;
  for (let i = 0; i < filled.length; i++) {
    if (Number.isNaN(filled[i])) continue;
    const before = last < 0 ? filled[i] : filled[last];
    for (let j = last + 1; j < i; j++) {
      filled[j] = last < 0 ? before : before + ((filled[i] - before) * (j - last)) / (i - last);
    }
    last = i;
  }
  if (last >= 0) filled.fill(filled[last], last + 1);
  return filled;
}
