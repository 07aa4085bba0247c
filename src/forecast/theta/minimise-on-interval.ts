const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Place of the least value of a function of one variable: the best of `cells` + 1 evenly spaced points, refined by
 * golden-section search (Kiefer 1953) between its neighbours. Needs no derivative and survives several minima, as long
 * as they are wider than a cell.
 */
export function minimiseOnInterval(
  f: (x: number) => number,
  low: number,
  high: number,
  { cells = 16, tolerance = 1e-7 } = {},
): number {
  const at = (k: number): number => (k === cells ? high : low + (k * (high - low)) / cells);
  let best = 0;
  let least = f(low);
  for (let k = 1; k <= cells; k++) {
    const value = f(at(k));
    if (value < least) [best, least] = [k, value];
  }
  let [a, b] = [at(Math.max(0, best - 1)), at(Math.min(cells, best + 1))];
  let [x1, x2] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let [f1, f2] = [f(x1), f(x2)];
  while (b - a > tolerance) {
    if (f1 <= f2) {
      [b, x2, f2] = [x2, x1, f1];
      x1 = b - GOLDEN * (b - a);
      f1 = f(x1);
    } else {
      [a, x1, f1] = [x1, x2, f2];
      x2 = a + GOLDEN * (b - a);
      f2 = f(x2);
    }
  }
  const [x, value] = f1 <= f2 ? [x1, f1] : [x2, f2];
  return value < least ? x : at(best);
}
