import { compareUtf8 } from "../../core/compare-utf8.js";
import { createRandom } from "../../core/random.js";
import { quantile } from "../../core/statistics.js";
import { bootstrapSums } from "../score/bootstrap-sums.js";

/** Events of a vehicle on both sides. */
export interface VehicleCounts {
  matched: number;
  edgeOnly: number;
  cloudOnly: number;
}

/** Fewer vehicles than these give no interval. */
const LEAST_VEHICLES = 5;
const RESAMPLES = 2000;

/** Share of events that both sides have, with its interval of 95 %. */
export interface Agreement {
  edge: number;
  cloud: number;
  matched: number;
  edge_only: number;
  cloud_only: number;
  /** matched ÷ (matched + edge_only + cloud_only); null without events. */
  agreement: number | null;
  /** Percentiles of the bootstrap over vehicles; null where `reason` says why. */
  lower: number | null;
  upper: number | null;
  /** Vehicles with events: the clusters of the interval. */
  vehicles: number;
  reason: string | null;
}

/** How far two sides agree. @param seed path of the resamples */
export function agreementOf(counts: ReadonlyMap<string, VehicleCounts>, seed: readonly number[]): Agreement {
  const vehicles = [...counts.keys()].sort(compareUtf8).map((id) => counts.get(id) as VehicleCounts);
  const sum = (of: (one: VehicleCounts) => number) => vehicles.reduce((total, one) => total + of(one), 0);
  const matched = sum((one) => one.matched);
  const edgeOnly = sum((one) => one.edgeOnly);
  const cloudOnly = sum((one) => one.cloudOnly);
  const all = matched + edgeOnly + cloudOnly;
  const enough = vehicles.length >= LEAST_VEHICLES;
  const [lower, upper] = enough ? interval(vehicles, seed) : [null, null];
  return {
    edge: matched + edgeOnly,
    cloud: matched + cloudOnly,
    matched,
    edge_only: edgeOnly,
    cloud_only: cloudOnly,
    agreement: all === 0 ? null : matched / all,
    lower,
    upper,
    vehicles: vehicles.length,
    reason: enough ? null : `${vehicles.length} of at least ${LEAST_VEHICLES} vehicles have events`,
  };
}

function interval(vehicles: readonly VehicleCounts[], seed: readonly number[]): [number, number] {
  const columns = [
    vehicles.map((one) => one.matched),
    vehicles.map((one) => one.matched + one.edgeOnly + one.cloudOnly),
  ];
  const [matched, all] = bootstrapSums(columns, createRandom(seed), RESAMPLES);
  // Each vehicle has an event, so that no resample is empty.
  const shares = matched.map((value, k) => value / all[k]);
  return [quantile(shares, 0.025), quantile(shares, 0.975)];
}
