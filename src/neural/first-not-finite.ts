/** Index of the first value from `from` on that is not a finite number; −1 where all are. */
export function firstNotFinite(y: ArrayLike<number>, from = 0): number {
  for (let t = from; t < y.length; t++) if (!Number.isFinite(y[t])) return t;
  return -1;
}
