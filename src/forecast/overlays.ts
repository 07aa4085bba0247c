import { InputError } from "../core/errors.js";
import { createRandom, type Random } from "../core/random.js";
import { HOUR_MS, parseInstant } from "../core/time.js";
import type { Overlay, PathSet, Scenario } from "./types.js";

/** Paths of a scenario, and what its `capacity` overlays change. */
export interface ScenarioPaths {
  paths: PathSet;
  /** Capacity in GPUs that an overlay sets for a queue, per step; NaN where nothing is set. */
  capacity: Record<string, Float64Array>;
  /** Overlays outside the horizon were clipped: one sentence each. */
  warnings: string[];
}

/**
 * Lays scenarios (one, or several for "all together") over baseline paths. Pure: `base` is not changed; queues that no
 * overlay touches share their array with `base`. A scenario with probability p is present in round(p·n) of the paths,
 * chosen by the seed; overlays apply in the order given.
 *
 * @throws InputError for an unknown queue, an impossible time span or a negative size
 */
export function applyScenarios(base: PathSet, scenarios: readonly Scenario[], seed: number): ScenarioPaths {
  const work: Work = {
    paths: { ...base, data: [...base.data] },
    copied: new Set(),
    capacity: {},
    warnings: [],
  };
  for (const scenario of scenarios) {
    const random = createRandom(seed).child(`scenario:${scenario.name}`);
    const present = presentPaths(base.n, scenario.probability ?? 1, random.child("presence"));
    scenario.overlays.forEach((overlay, i) => {
      const where = `scenario "${scenario.name}" overlay ${i + 1} (${overlay.type})`;
      APPLY[overlay.type](work, overlay as never, { present, random: random.child(i), where });
    });
  }
  return { paths: work.paths, capacity: work.capacity, warnings: work.warnings };
}

interface Work {
  paths: PathSet;
  copied: Set<number>;
  capacity: Record<string, Float64Array>;
  warnings: string[];
}

interface Context {
  /** Paths in which the scenario happens. */
  present: Uint32Array;
  random: Random;
  where: string;
}

type Apply<T extends Overlay["type"]> = (work: Work, overlay: Extract<Overlay, { type: T }>, context: Context) => void;

function presentPaths(n: number, probability: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  if (probability >= 1) return order;
  for (let i = n - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.subarray(0, Math.round(probability * n));
}

function queueIndex(work: Work, queue: string, where: string): number {
  const index = work.paths.ids.indexOf(queue);
  if (index < 0) {
    throw new InputError(`${where}: unknown queue "${queue}"; there are: ${work.paths.ids.join(", ")}`, { queue });
  }
  return index;
}

/** The queue's own array to write to; copied from the baseline on first use. */
function writable(work: Work, index: number): Float64Array {
  if (!work.copied.has(index)) {
    work.paths.data[index] = Float64Array.from(work.paths.data[index]);
    work.copied.add(index);
  }
  return work.paths.data[index];
}

/** Shares of the horizon's steps that lie in [from, to) milliseconds. */
function eachStep(paths: PathSet, from: number, to: number, visit: (h: number, share: number) => void): void {
  const { start, stepMs, horizon } = paths;
  const first = Math.max(0, Math.floor((from - start) / stepMs));
  const last = Math.min(horizon - 1, Math.ceil((to - start) / stepMs) - 1);
  for (let h = first; h <= last; h++) {
    const begin = start + h * stepMs;
    const share = (Math.min(to, begin + stepMs) - Math.max(from, begin)) / stepMs;
    if (share > 0) visit(h, share);
  }
}

function warnClipped(work: Work, from: number, to: number, where: string): void {
  const { start, stepMs, horizon } = work.paths;
  const end = start + horizon * stepMs;
  if (to <= start || from >= end) work.warnings.push(`${where} lies outside the forecast horizon and has no effect`);
  else if (from < start || to > end) work.warnings.push(`${where} reaches outside the forecast horizon and is clipped`);
}

function span(overlay: { from: string; to: string }, where: string): [number, number] {
  const from = parseInstant(overlay.from, `${where}: from`);
  const to = parseInstant(overlay.to, `${where}: to`);
  if (!(to > from))
    throw new InputError(`${where}: "to" must lie after "from"`, { from: overlay.from, to: overlay.to });
  return [from, to];
}

/** Adds a block of GPUs over a time span to one path. */
function addBlock(paths: PathSet, data: Float64Array, path: number, from: number, to: number, gpus: number): void {
  eachStep(paths, from, to, (h, share) => {
    data[path * paths.horizon + h] += share * gpus;
  });
}

const hpoWave: Apply<"hpo_wave"> = (work, overlay, { present, where }) => {
  const data = writable(work, queueIndex(work, overlay.queue, where));
  const from = parseInstant(overlay.start, `${where}: start`);
  const to = from + overlay.duration_hours * HOUR_MS;
  warnClipped(work, from, to, where);
  for (const path of present) addBlock(work.paths, data, path, from, to, overlay.gpus);
};

/** z(0.9), to turn a lognormal's median and p90 into its sigma. */
const Z90 = 1.2815515655446004;

function trialHours(hours: number | { median: number; p90: number }, random: Random): number {
  if (typeof hours === "number") return hours;
  const sigma = Math.log(hours.p90 / hours.median) / Z90;
  return hours.median * Math.exp(sigma * random.normal());
}

/** Trials take the slot that frees first; a rung of successive halving starts when the rung before has ended. */
const hpoTrials: Apply<"hpo_trials"> = (work, overlay, { present, random, where }) => {
  const data = writable(work, queueIndex(work, overlay.queue, where));
  const start = parseInstant(overlay.start, `${where}: start`);
  const { eta, rungs } = overlay.successive_halving ?? { eta: 1, rungs: 1 };
  let latest = start;
  for (const path of present) {
    const rng = random.child(path);
    let rungStart = start;
    for (let rung = 0; rung < rungs; rung++) {
      const trials = Math.max(1, Math.floor(overlay.trials / eta ** rung));
      const slots = new Float64Array(Math.min(overlay.parallel, trials)).fill(rungStart);
      for (let trial = 0; trial < trials; trial++) {
        const begin = slots[0];
        const end = begin + trialHours(overlay.hours_per_trial, rng) * eta ** rung * HOUR_MS;
        addBlock(work.paths, data, path, begin, end, overlay.gpus_per_trial);
        replaceLeast(slots, end);
      }
      rungStart = slots.reduce((latestEnd, end) => Math.max(latestEnd, end), rungStart);
    }
    latest = Math.max(latest, rungStart);
  }
  warnClipped(work, start, latest, where);
};

/** Puts a later time in place of the earliest, which stands first: the times are a binary heap. */
function replaceLeast(heap: Float64Array, value: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= value) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = value;
}

const retrain: Apply<"retrain"> = (work, overlay, { present, random, where }) => {
  const data = writable(work, queueIndex(work, overlay.queue, where));
  const { start, stepMs, horizon } = work.paths;
  const end = start + horizon * stepMs;
  const first = parseInstant(overlay.start, `${where}: start`);
  const every = overlay.every_hours === undefined ? null : overlay.every_hours * HOUR_MS;
  const length = overlay.duration_hours * HOUR_MS;
  const jitter = (overlay.jitter_hours ?? 0) * HOUR_MS;
  // Runs that ended before the horizon are left out at once: a cadence may have begun long ago.
  const over = every === null ? 0 : Math.max(0, Math.floor((start - first - length - jitter) / every));
  // A cadence or a rate goes on to the end of the horizon.
  warnClipped(work, first, Math.max(end, first + length), where);
  for (const path of present) {
    const rng = random.child(path);
    for (let run = over; every !== null && first + run * every < end; run++) {
      const at = first + run * every + (jitter > 0 ? (2 * rng.uniform() - 1) * jitter : 0);
      addBlock(work.paths, data, path, at, at + length, overlay.gpus);
    }
    if (!overlay.trigger_rate_per_week) continue;
    const gap = (168 * HOUR_MS) / overlay.trigger_rate_per_week;
    // An alarm shortly before the horizon may still be at work in it.
    for (let at = Math.max(first, start - length); ; ) {
      at -= gap * Math.log(1 - rng.uniform());
      if (at >= end) break;
      addBlock(work.paths, data, path, at, at + length, overlay.gpus);
    }
  }
};

const scale: Apply<"scale"> = (work, overlay, { present, where }) => {
  const data = writable(work, queueIndex(work, overlay.queue, where));
  const [from, to] = span(overlay, where);
  warnClipped(work, from, to, where);
  eachStep(work.paths, from, to, (h, share) => {
    const factor = 1 + share * (overlay.factor - 1);
    for (const path of present) data[path * work.paths.horizon + h] *= factor;
  });
};

const shift: Apply<"shift"> = (work, overlay, { present, where }) => {
  const source = writable(work, queueIndex(work, overlay.queue, where));
  const target = writable(work, queueIndex(work, overlay.to_queue, where));
  const [from, to] = span(overlay, where);
  warnClipped(work, from, to, where);
  if (source === target) return;
  eachStep(work.paths, from, to, (h, share) => {
    for (const path of present) {
      const at = path * work.paths.horizon + h;
      const moved = source[at] * overlay.fraction * share;
      source[at] -= moved;
      target[at] += moved;
    }
  });
};

const capacity: Apply<"capacity"> = (work, overlay, { present, where }) => {
  queueIndex(work, overlay.queue, where);
  const [from, to] = span(overlay, where);
  warnClipped(work, from, to, where);
  if (present.length < work.paths.n) {
    work.warnings.push(`${where} changes the capacity in every path, also where the scenario does not happen`);
  }
  work.capacity[overlay.queue] ??= new Float64Array(work.paths.horizon).fill(Number.NaN);
  eachStep(work.paths, from, to, (h) => {
    work.capacity[overlay.queue][h] = overlay.gpus;
  });
};

const APPLY: { [T in Overlay["type"]]: Apply<T> } = {
  hpo_wave: hpoWave,
  hpo_trials: hpoTrials,
  retrain,
  scale,
  shift,
  capacity,
};
