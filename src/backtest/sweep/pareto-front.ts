/**
 * The Pareto front of two costs, e.g. misses and nuisances: the points than which no other is at least as good in both and
 * better in one. Equal points are on it together; a point with an undefined cost (null, NaN) never is.
 *
 * @returns by point, whether it is on the front
 * @example
 * paretoFront([{ miss: 0, nuisance: 9 }, { miss: 2, nuisance: 3 }, { miss: 2, nuisance: 4 }]); // [true, true, false]
 */
export function paretoFront(points: readonly { miss: number | null; nuisance: number | null }[]): boolean[] {
  const cost = points.map(({ miss, nuisance }) => [miss ?? Number.NaN, nuisance ?? Number.NaN] as const);
  const order = [...cost.keys()].filter((i) => !cost[i].some(Number.isNaN));
  order.sort((a, b) => cost[a][0] - cost[b][0] || cost[a][1] - cost[b][1]);
  const front = points.map(() => false);
  let best: readonly [number, number] = [Number.NaN, Number.POSITIVE_INFINITY];
  for (const i of order) {
    const [miss, nuisance] = cost[i];
    if (nuisance < best[1]) best = cost[i];
    front[i] = miss === best[0] && nuisance === best[1];
  }
  return front;
}
