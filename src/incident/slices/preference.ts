import type { Cell } from "./cells.js";
import type { SliceSpace } from "./slice-space.js";

/**
 * Orders slices that explain equally well: fewer conditions first, then dimensions of fewer values (the general before the
 * particular, where one is a function of the other), then in the order of the table's dimensions and of their values.
 */
export function preference({ dimensions, dimensionOf }: SliceSpace): (a: Cell, b: Cell) => number {
  const values = (slice: readonly number[]): number =>
    slice.reduce((sum, number) => sum + dimensions[dimensionOf[number]].seen, 0);
  return ({ slice: a }, { slice: b }) => {
    const shorter = a.length - b.length || values(a) - values(b);
    const at = a.findIndex((number, i) => number !== b[i]);
    return shorter || (at < 0 ? 0 : a[at] - b[at]);
  };
}

/** A figure without its last digits, so that platforms that round differently agree on what is equal. */
export const rounded = (figure: number): number => Number(figure.toPrecision(12));
