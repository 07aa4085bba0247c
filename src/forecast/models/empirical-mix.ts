import { quantileSorted } from "../../core/statistics.js";
import type { Model, ModelSetting, QuantileForecast } from "../model.js";

/** Decay of the last value's weight, in seasons of the shortest kind: 2.5 days for hourly data. */
const DECAY_SEASONS = 2.5;

/**
 * Mix of the last value and the recent past's distribution, for queues with level shifts and idle spells:
 * q(h) = a(h)·last + (1 − a(h))·quantile of (last season ∪ last two seasons, so the last one counts twice),
 * a(h) = exp(−h / 60 h) for hourly data with seasons 24 and 168.
 */
function distribution(
  y: Float64Array,
  { horizon, seasons }: ModelSetting,
  probabilities: readonly number[],
): QuantileForecast {
  const longest = seasons.length ? seasons[seasons.length - 1] : Math.min(y.length, 10);
  const decay = DECAY_SEASONS * (seasons.length ? seasons[0] : 4);
  const n = y.length;
  const recent = y.subarray(Math.max(0, n - longest));
  const wide = y.subarray(Math.max(0, n - 2 * longest));
  const pool = new Float64Array(recent.length + wide.length);
  pool.set(recent);
  pool.set(wide, recent.length);
  pool.sort();
  const last = y[n - 1];
  const weights = new Float64Array(horizon);
  for (let h = 0; h < horizon; h++) weights[h] = Math.exp(-(h + 1) / decay);
  const grid: QuantileForecast = [];
  for (const p of probabilities) {
    const q = quantileSorted(pool, p);
    const quantile = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) quantile[h] = weights[h] * last + (1 - weights[h]) * q;
    grid.push(quantile);
  }
  return grid;
}

export const empiricalMix: Model = {
  name: "empirical_mix",
  point: (y, setting) => distribution(y, setting, [0.5])[0],
  distribution,
};
