// Scoring of backtests, one thread: how often the bootstrap's intervals hold the truth, how often a canary's guardrails are
// wrong, and what pairing and resampling cost.
//
//   node scripts/bench.mjs backtest-score
//
// Vehicles differ: their rates of alerts are exponential, their precisions uniform from 0.5 to 1. Nothing is tuned on these
// figures. Writes bench/backtest-score.json.
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { DEFAULT_COHORT_OPTIONS } from "../src/backtest/compare/cohort-options.js";
import { checkGuardrails } from "../src/backtest/compare/guardrails.js";
import { type EventTable, type LabelTable, matchEvents } from "../src/backtest/index.js";
import type { ClusterCounts, Clusters } from "../src/backtest/score/clusters.js";
import { percentileInterval } from "../src/backtest/score/metric-interval.js";
import { METRIC_OF, type Metric } from "../src/backtest/score/metrics.js";
import { tallyClusters } from "../src/backtest/score/tally-clusters.js";
import { createRandom, type Random } from "../src/core/random.js";
import { median } from "../src/core/statistics.js";
import { VERSION } from "../src/core/version.js";

const SIMULATIONS = 1000;
const RESAMPLES = 2000;
/** Alerts of a vehicle on average, and kilometres. */
const [RATE, KM] = [4, 100];
const TRUTH: Partial<Record<Metric, number>> = {
  precision: 0.75,
  recall: 0.75,
  f1: 0.75,
  alerts_per_1000km: (1000 * RATE) / KM,
};

function simulate(vehicles: number, rate: number, random: Random): [Clusters, ClusterCounts] {
  const column = () => new Float64Array(vehicles);
  const counts = { events: column(), labels: column(), hits: column(), found: column() };
  const km = Float64Array.from({ length: vehicles }, () => KM * (0.5 + random.uniform()));
  for (let k = 0; k < vehicles; k++) {
    const own = -rate * Math.log(1 - random.uniform());
    const precision = 0.5 + random.uniform() / 2;
    counts.events[k] = random.poisson(own);
    for (let event = 0; event < counts.events[k]; event++) counts.hits[k] += Number(random.uniform() < precision);
    counts.found[k] = counts.hits[k];
    counts.labels[k] = counts.hits[k] + random.poisson(own / 4);
  }
  const vehicleDays = column().fill(1);
  return [{ unit: "vehicle", size: vehicles, vehicles, km, vehicleDays, days: 1, at: () => -1 }, counts];
}

function coverageOf(vehicles: number) {
  const held = new Map<string, number>(Object.keys(TRUTH).map((metric) => [metric, 0]));
  for (let simulation = 0; simulation < SIMULATIONS; simulation++) {
    const random = createRandom([vehicles, simulation]);
    const [clusters, counts] = simulate(vehicles, RATE, random);
    const [{ resampled }] = tallyClusters(clusters, [counts], random.child("clusters"), RESAMPLES);
    for (const [metric, truth] of Object.entries(TRUTH)) {
      const values = Float64Array.from(resampled, METRIC_OF[metric as Metric]);
      const { lower, upper } = percentileInterval(values, 0.95, vehicles);
      if (lower !== null && upper !== null && lower <= truth && truth <= upper)
        held.set(metric, (held.get(metric) ?? 0) + 1);
    }
  }
  return { vehicles, ...Object.fromEntries([...held].map(([metric, count]) => [metric, count / SIMULATIONS])) };
}

function guardrailErrors(vehicles: number, ratio: number) {
  const shares = { pass: 0, fail: 0, hold: 0 };
  for (let simulation = 0; simulation < SIMULATIONS / 2; simulation++) {
    const random = createRandom([vehicles, 10 * ratio, simulation]);
    const [canary, control] = [RATE * ratio, RATE].map((rate, side) => {
      const [clusters, counts] = simulate(vehicles, rate, random);
      return { clusters, tallies: tallyClusters(clusters, [counts, counts], random.child(side), RESAMPLES) };
    });
    const [{ verdict }] = checkGuardrails(canary, control, ["brake"], true, DEFAULT_COHORT_OPTIONS);
    shares[verdict]++;
  }
  const { pass, fail, hold } = shares;
  const share = (count: number) => count / (SIMULATIONS / 2);
  return {
    vehicles_per_cohort: vehicles,
    true_rate_ratio: ratio,
    pass: share(pass),
    fail: share(fail),
    hold: share(hold),
  };
}

function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const medianSeconds = (run: () => void): number => median(Array.from({ length: 5 }, () => cpuSeconds(run)));

/** Events and labels of one vehicle, a second apart on average, so that one chain connects them all. */
function chain(size: number): [EventTable, LabelTable] {
  const random = createRandom(1);
  const times = () => Float64Array.from({ length: size }, () => random.int(1000 * size)).sort();
  const ids = {
    triggerIds: ["brake"],
    trigger: new Int32Array(size),
    vehicleIds: ["v"],
    vehicle: new Int32Array(size),
  };
  const [onsetTs, ts] = [times(), times()];
  const place = { extreme: onsetTs, lat: onsetTs, lon: onsetTs, geofenceIds: [], geofence: ids.trigger };
  return [
    {
      ...ids,
      ...place,
      onsetTs,
      triggerTs: onsetTs,
      endTs: onsetTs,
      closeReason: new Uint8Array(size),
      nSamples: ids.trigger,
    },
    { ...ids, labelIds: new Array<string>(size).fill(""), ts, endTs: ts, severity: null },
  ];
}

const [manyClusters, manyCounts] = simulate(10_000, RATE, createRandom(1));
const [events, labels] = chain(100_000);
const results = {
  versions: { fleetlens: VERSION, node: process.version, cpu: cpus()[0].model },
  coverage_of_95_percent_intervals: { simulations: SIMULATIONS, rows: [10, 20, 50, 100, 200].map(coverageOf) },
  max_rate_ratio_guardrail_at_1_25: {
    simulations: SIMULATIONS / 2,
    rows: [10, 50, 200].flatMap((vehicles) => [1, 1.25, 2].map((ratio) => guardrailErrors(vehicles, ratio))),
  },
  cpu_seconds: {
    resample_10000_vehicles_2000_times: medianSeconds(() =>
      tallyClusters(manyClusters, [manyCounts], createRandom(1), RESAMPLES),
    ),
    match_100000_events_of_one_vehicle: medianSeconds(() => matchEvents(events, labels, 2000)),
    match_100000_events_at_20_seconds: medianSeconds(() => matchEvents(events, labels, 20_000)),
  },
};
console.log(JSON.stringify(results, null, 2));
await writeFile("bench/backtest-score.json", `${JSON.stringify(results, null, 2)}\n`);
