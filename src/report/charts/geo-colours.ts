import { LIGHT } from "../palette.js";

/** Classes of colour: their limits, and one colour more than limits. */
export interface ColourClasses {
  limits: number[];
  colours: readonly string[];
}

/** Two significant digits: limits that a legend can show and a reader can remember. */
const tidy = (value: number): number => Number(value.toPrecision(2));

const quantile = (sorted: readonly number[], p: number): number => sorted[Math.floor(p * (sorted.length - 1))] ?? 0;

const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

/** Classes of about as many cells each, low to high: rates of regions are skewed, and equal steps would show one colour. */
export function sequentialClasses(values: readonly number[]): ColourClasses {
  const sorted = [...values].sort((a, b) => a - b);
  const limits = distinct([0.2, 0.4, 0.6, 0.8, 0.95].map((p) => tidy(quantile(sorted, p)))).filter(
    (limit) => limit > (sorted[0] ?? 0) && limit <= (sorted.at(-1) ?? 0),
  );
  const shades = LIGHT.heat.slice(1);
  const step = limits.length === 0 ? 0 : (shades.length - 1) / limits.length;
  return { limits, colours: Array.from({ length: limits.length + 1 }, (_, i) => shades[Math.round(i * step)]) };
}

/** Classes around 0 that are alike on both sides: the greater the change, the stronger the colour. */
export function divergingClasses(values: readonly number[]): ColourClasses {
  const sizes = values.map(Math.abs).filter((size) => size > 0);
  sizes.sort((a, b) => a - b);
  // Of no change at all there is one class on each side, which nothing is in.
  const steps = sizes.length === 0 ? [1] : distinct([0.35, 0.7, 0.95].map((p) => tidy(quantile(sizes, p))));
  const middle = (LIGHT.diverging.length - 1) / 2;
  const place = (i: number) => Math.round(((i + 1) * middle) / steps.length);
  return {
    limits: [...steps.map((step) => -step).reverse(), ...steps],
    colours: [
      ...steps.map((_, i) => LIGHT.diverging[middle - place(i)]).reverse(),
      LIGHT.diverging[middle],
      ...steps.map((_, i) => LIGHT.diverging[middle + place(i)]),
    ],
  };
}
