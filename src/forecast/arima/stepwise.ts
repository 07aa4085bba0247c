/** Orders that the search moves in; differencing is settled before. */
export interface Candidate {
  p: number;
  q: number;
  P: number;
  Q: number;
  constant: boolean;
}

export interface SearchBounds {
  p: number;
  q: number;
  P: number;
  Q: number;
  /** Whether models with a constant are looked at. */
  constant: boolean;
}

/** Models tried at most, as in R's auto.arima. */
const MOST_MODELS = 94;

/** Coefficients at most: one more than the largest start model has. */
const MOST_COEFFICIENTS = 7;

/** Steps [p, q, P, Q] to neighbours, in the order in which they are tried. */
const NEIGHBOURS: readonly (readonly [number, number, number, number])[] = [
  [0, 0, -1, 0],
  [0, 0, 0, -1],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
  [0, 0, -1, -1],
  [0, 0, -1, 1],
  [0, 0, 1, -1],
  [0, 0, 1, 1],
  [-1, 0, 0, 0],
  [0, -1, 0, 0],
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [-1, -1, 0, 0],
  [-1, 1, 0, 0],
  [1, -1, 0, 0],
  [1, 1, 0, 0],
];

/**
 * Stepwise search of Hyndman & Khandakar (2008): from the best of a few start models to the first better neighbour, as
 * long as there is one.
 *
 * @param criterion value of a candidate, given the best one before it; Infinity for one that is not admissible
 */
export function stepwiseSearch(
  bounds: SearchBounds,
  criterion: (candidate: Candidate, incumbent: Candidate | null) => number,
): void {
  const seen = new Set<string>();
  let best: Candidate | null = null;
  let least = Number.POSITIVE_INFINITY;
  const tryOut = (candidate: Candidate): boolean => {
    const key = Object.values(candidate).join();
    if (!inside(candidate, bounds) || seen.has(key) || seen.size >= MOST_MODELS) return false;
    seen.add(key);
    const value = criterion(candidate, best);
    if (!(value < least)) return false;
    [best, least] = [candidate, value];
    return true;
  };
  for (const start of startModels(bounds)) tryOut(start);
  let from: Candidate | null = null;
  while (best !== null && best !== from) {
    from = best;
    for (const neighbour of neighbours(best)) if (tryOut(neighbour)) break;
  }
}

function startModels({ constant, ...most }: SearchBounds): Candidate[] {
  const model = (p: number, q: number, P: number, Q: number): Candidate => ({
    p: Math.min(p, most.p),
    q: Math.min(q, most.q),
    P: Math.min(P, most.P),
    Q: Math.min(Q, most.Q),
    constant,
  });
  return [
    model(2, 2, 1, 1),
    model(0, 0, 0, 0),
    model(1, 0, 1, 0),
    model(0, 1, 0, 1),
    { ...model(0, 0, 0, 0), constant: false },
  ];
}

function neighbours(from: Candidate): Candidate[] {
  const moved = NEIGHBOURS.map(([p, q, P, Q]) => ({
    p: from.p + p,
    q: from.q + q,
    P: from.P + P,
    Q: from.Q + Q,
    constant: from.constant,
  }));
  return [...moved, { ...from, constant: !from.constant }];
}

function inside({ p, q, P, Q, constant }: Candidate, most: SearchBounds): boolean {
  return (
    Math.min(p, q, P, Q) >= 0 &&
    p <= most.p &&
    q <= most.q &&
    P <= most.P &&
    Q <= most.Q &&
    p + q + P + Q <= MOST_COEFFICIENTS &&
    (!constant || most.constant)
  );
}
