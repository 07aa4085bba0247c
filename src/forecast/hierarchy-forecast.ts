import { InputError } from "../core/errors.js";
import { quantileSorted } from "../core/statistics.js";
import { commonErrors } from "./common-errors.js";
import type { Hierarchy, ReconcileMethod } from "./hierarchy.js";
import { reconcile } from "./reconcile.js";
import type { Forecast } from "./types.js";

/** Which bounds and quantiles a forecast made from paths shall have. */
export interface Wanted {
  levels: readonly number[];
  quantiles: readonly number[];
}

/** So that the bound of a level and the quantile of the same probability are one number. */
const rounded = (p: number): number => Math.round(p * 1e12) / 1e12;

/**
 * The forecast that joint paths amount to: bounds and quantiles are those of the paths at each step, drawn apart where
 * needed to hold the point forecast between them.
 *
 * @param point point forecast
 * @param data paths, `data[path * horizon + h]`
 */
function forecastOfPaths(
  id: string,
  model: string,
  point: Float64Array,
  data: Float64Array,
  { levels, quantiles }: Wanted,
): Forecast {
  const horizon = point.length;
  const n = data.length / horizon;
  const bounds = levels.flatMap((level) => [0.5 - level / 200, 0.5 + level / 200].map(rounded));
  const asked = [...bounds, ...quantiles];
  const found = asked.map(() => new Float64Array(horizon));
  const values = new Float64Array(n);
  for (let h = 0; h < horizon; h++) {
    for (let path = 0; path < n; path++) values[path] = data[path * horizon + h];
    values.sort();
    asked.forEach((p, i) => {
      const value = quantileSorted(values, p);
      found[i][h] = p < 0.5 ? Math.min(value, point[h]) : p > 0.5 ? Math.max(value, point[h]) : point[h];
    });
  }
  const named = (names: readonly number[], at: (i: number) => number) =>
    Object.fromEntries(names.map((name, i) => [name, found[at(i)]]));
  return {
    id,
    mean: point,
    lo: named(levels, (i) => 2 * i),
    hi: named(levels, (i) => 2 * i + 1),
    quantiles: named(quantiles, (i) => bounds.length + i),
    model,
    weights: {},
    warnings: [],
    paths: { n, data },
  };
}

/**
 * Sums of leaves that come one after the other, so that their paths need not be in memory together (bottom-up). The
 * point forecast of a sum is the sum of the leaves'; its bounds come from the summed paths.
 */
export function nodeSums(hierarchy: Hierarchy, paths: number, horizon: number) {
  const sums = Object.entries(hierarchy.nodes).map(([name, leaves]) => ({
    name,
    leaves: new Set(leaves),
    point: new Float64Array(horizon),
    data: new Float64Array(paths * horizon),
  }));
  return {
    add(leaf: Forecast, data: Float64Array): void {
      for (const sum of sums) {
        if (!sum.leaves.has(leaf.id)) continue;
        for (let h = 0; h < horizon; h++) sum.point[h] += leaf.mean[h];
        for (let i = 0; i < data.length; i++) sum.data[i] += data[i];
      }
    },
    forecasts: (wanted: Wanted): Forecast[] =>
      sums.map(({ name, point, data }) => forecastOfPaths(name, "bu", point, data, wanted)),
  };
}

/**
 * Forecasts of a panel made by `panelWithSums`, reconciled: point forecasts and paths of all leaves and nodes add up,
 * and bounds come from the reconciled paths.
 *
 * @param forecasts base forecasts with paths, and with errors for `mint`
 * @throws InputError when a forecast has no paths, or no common errors for `mint`
 */
export function reconcileForecasts(
  forecasts: readonly Forecast[],
  hierarchy: Hierarchy,
  method: ReconcileMethod,
  wanted: Wanted,
): Forecast[] {
  const horizon = forecasts[0].mean.length;
  const n = forecasts[0].paths?.n ?? 0;
  // The point forecast goes through reconciliation as one more path.
  const data = forecasts.map(({ id, mean, paths }) => {
    if (!paths || paths.n !== n) throw new InputError(`forecast of "${id}" must carry the same paths as all`, { id });
    const both = new Float64Array((n + 1) * horizon);
    both.set(paths.data);
    both.set(mean, n * horizon);
    return both;
  });
  const base = { ids: forecasts.map(({ id }) => id), n: n + 1, horizon, start: 0, stepMs: 1, data };
  const errors = method === "mint" ? commonErrors(forecasts) : undefined;
  const whole = reconcile(base, hierarchy, method, errors);
  const byId = new Map(forecasts.map((forecast) => [forecast.id, forecast]));
  return whole.ids.map((id, i) => {
    const values = whole.data[i];
    const leaf = Object.hasOwn(hierarchy.nodes, id) ? undefined : byId.get(id);
    const made = forecastOfPaths(
      id,
      leaf?.model ?? method,
      values.slice(n * horizon),
      values.subarray(0, n * horizon),
      wanted,
    );
    return { ...made, weights: leaf?.weights ?? {}, warnings: byId.get(id)?.warnings ?? [] };
  });
}
