/** Standard deviation of the noise, as the robust losses take it. */
export function noiseOf(x: readonly number[]): number {
  if (x.length < 2) return 0;
  const d = x.slice(1).map((value, i) => Math.abs(value - x[i]));
  d.sort((a, b) => a - b);
  const middle = d.length % 2 ? d[d.length >> 1] : (d[d.length / 2 - 1] + d[d.length / 2]) / 2;
  if (middle > 0) return (1.4826 * middle) / Math.SQRT2;
  return Math.sqrt(d.reduce((sum, value) => sum + value * value, 0) / (2 * d.length));
}

/** Least robust loss: between two bends the quadratic part belongs to the same observations, whose mean is its best. */
export function robust(x: readonly number[], bend: number, huber: boolean): number {
  const loss = (at: number): number =>
    x.reduce((sum, value) => {
      const r = Math.abs(value - at);
      return sum + (r <= bend ? r * r : huber ? 2 * bend * r - bend * bend : bend * bend);
    }, 0);
  const bends = x.flatMap((value) => [value - bend, value + bend]).sort((a, b) => a - b);
  const bests = bends.slice(1).map((right, i) => {
    const middle = (bends[i] + right) / 2;
    const near = x.filter((value) => Math.abs(value - middle) <= bend);
    const pull = huber ? x.reduce((sum, v) => sum + (v - middle > bend ? bend : middle - v > bend ? -bend : 0), 0) : 0;
    if (near.length === 0) return middle;
    const best = near[0] + (near.reduce((sum, value) => sum + (value - near[0]), 0) + pull) / near.length;
    return Math.min(Math.max(best, bends[i]), right);
  });
  return [...bends, ...bests].reduce((best, at) => Math.min(best, loss(at)), Number.POSITIVE_INFINITY);
}
