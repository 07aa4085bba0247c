/** Where a search ended. */
export interface Minimum {
  x: Float64Array;
  value: number;
  evaluations: number;
}

export interface MinimiseOptions {
  /** First edge of the simplex along each axis; a number for all. Default 0.1. */
  step?: number | readonly number[];
  /** Stops when the values at the simplex' corners differ by less than this, relative to their size; default 1e-10. */
  tolerance?: number;
  /** Default 400 per dimension. */
  maxEvaluations?: number;
}

interface Corner {
  x: Float64Array;
  value: number;
}

/**
 * Nelder & Mead (1965) with the dimension-adaptive coefficients of Gao & Han (2012): a minimum without derivatives.
 *
 * The function may return Infinity or NaN outside its domain; such points lose against all others. Deterministic.
 *
 * @param f function to be made small; must not keep its argument, which is used again
 * @param start a point where `f` is finite
 */
export function minimise(
  f: (x: Float64Array) => number,
  start: ArrayLike<number>,
  options: MinimiseOptions = {},
): Minimum {
  const d = start.length;
  const { step = 0.1, tolerance = 1e-10, maxEvaluations = 400 * d } = options;
  let evaluations = 0;
  const corner = (x: Float64Array): Corner => {
    evaluations++;
    const value = f(x);
    return { x, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value };
  };
  const origin = Float64Array.from(start);
  const simplex = [corner(origin)];
  for (let i = 0; i < d; i++) {
    const x = Float64Array.from(origin);
    x[i] += typeof step === "number" ? step : step[i];
    simplex.push(corner(x));
  }
  const [expand, contract, shrink] = [1 + 2 / d, 0.75 - 1 / (2 * d), 1 - 1 / Math.max(2, d)];
  const ascending = (a: Corner, b: Corner): number => (a.value === b.value ? 0 : a.value < b.value ? -1 : 1);
  simplex.sort(ascending);
  while (d > 0 && evaluations < maxEvaluations) {
    const [best, worst] = [simplex[0], simplex[d]];
    if (worst.value - best.value <= tolerance * (Math.abs(best.value) + tolerance)) break;
    const centre = new Float64Array(d);
    for (let k = 0; k < d; k++) for (let i = 0; i < d; i++) centre[i] += simplex[k].x[i] / d;
    const along = (t: number): Corner => corner(centre.map((c, i) => c + t * (worst.x[i] - c)));
    const reflected = along(-1);
    let next: Corner | null = reflected;
    if (reflected.value < best.value) {
      const further = along(-expand);
      if (further.value < reflected.value) next = further;
    } else if (!(reflected.value < simplex[d - 1].value)) {
      const outside = reflected.value < worst.value;
      const nearer = along(outside ? -contract : contract);
      next = nearer.value < (outside ? reflected.value : worst.value) ? nearer : null;
    }
    if (next) simplex[d] = next;
    else {
      for (let k = 1; k <= d; k++) {
        simplex[k] = corner(simplex[k].x.map((v, i) => best.x[i] + shrink * (v - best.x[i])));
      }
    }
    simplex.sort(ascending);
  }
  return { ...simplex[0], evaluations };
}
