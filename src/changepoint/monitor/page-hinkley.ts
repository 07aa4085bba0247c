/** Page–Hinkley test since its last alarm. Plain data, so that it can be stored as JSON. */
export interface PageHinkley {
  n: number;
  mean: number;
  up: number;
  down: number;
}

export const newPageHinkley = (): PageHinkley => ({ n: 0, mean: 0, up: 0, down: 0 });

/** Change of the mean, in standard deviations, that is let pass. */
export const PAGE_HINKLEY_TOLERANCE = 0.25;
/** The mean counts as that of so many observations at the expected level at least. */
const PRIOR = 50;

/**
 * Page–Hinkley test (Page 1954, Hinkley 1971), two-sided, of standardised observations about their own running mean;
 * gives the larger of the two distances from the least (largest) cumulative sum, with the sign of its side.
 */
export function updatePageHinkley(test: PageHinkley, z: number): number {
  test.n++;
  test.mean += (z - test.mean) / (test.n + PRIOR);
  const deviation = z - test.mean;
  test.up = Math.max(0, test.up + deviation - PAGE_HINKLEY_TOLERANCE);
  test.down = Math.max(0, test.down - deviation - PAGE_HINKLEY_TOLERANCE);
  return test.up >= test.down ? test.up : -test.down;
}
