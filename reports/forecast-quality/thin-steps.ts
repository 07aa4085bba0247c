type Values = readonly (number | null)[];

/** Most points of a line over the steps of the horizon. */
const MOST_POINTS = 340;

/** Steps that one point stands for, so that a line over the horizon keeps to a bounded number of points. */
export function stepsPerPoint(horizon: number): number {
  return Math.ceil(horizon / MOST_POINTS);
}

/** Means over blocks of `size` steps; a block without a value is null. */
export function blockMeans(values: Values, size: number): (number | null)[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, block) => {
    const known = values.slice(block * size, (block + 1) * size).filter((v) => v !== null);
    return known.length ? known.reduce((sum, v) => sum + v, 0) / known.length : null;
  });
}

/** The middle of each block, counted from `first`. */
export function blockPositions(length: number, size: number, first: number): number[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, block) => {
    const from = block * size;
    return first + (from + Math.min(from + size, length) - 1) / 2;
  });
}

/** A sentence for the caption when points stand for more than one step, else nothing. */
export function thinningWords(size: number, step: string): string {
  return size === 1 ? "" : ` One point is the mean of ${size} ${step}s.`;
}
