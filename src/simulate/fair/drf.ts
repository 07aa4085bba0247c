import { InputError } from "../../core/errors.js";

/** What one task of a client needs of every resource, in the units of the capacity. */
export type Demand = ArrayLike<number>;

/** Settings of {@link drfAllocation} and {@link progressiveFilling}, one entry a client. */
export interface DrfOptions {
  /** Weights, > 0; default all 1. A client of weight 2 may hold twice the dominant share. */
  weights?: ArrayLike<number>;
  /** Most tasks of each client; default no limit. */
  tasks?: ArrayLike<number>;
}

/** Largest fraction that a client holds of any resource; resources of capacity 0 do not count. */
export function dominantShare(used: Demand, capacity: Demand): number {
  let share = 0;
  for (let r = 0; r < capacity.length; r++) if (capacity[r] > 0) share = Math.max(share, used[r] / capacity[r]);
  return share;
}

/**
 * Dominant resource fairness for divisible tasks: all clients' weighted dominant shares grow together until a resource
 * is full; those who need it stop there and the others grow on. The outcome is the lexicographic max-min of the
 * weighted dominant shares. It is Pareto efficient and, with equal weights and no limits on tasks, free of envy and
 * never worse than an equal split.
 *
 * @param capacity Amount of each resource.
 * @param demands One vector a client.
 * @returns Tasks of each client, fractional.
 * @throws {InputError} a negative or missing demand, a client that needs nothing, one that needs a resource there is none of, a weight ≤ 0.
 * @see Ghodsi, Zaharia, Hindman, Konwinski, Shenker, Stoica: Dominant Resource Fairness, NSDI 2011.
 * @example
 * drfAllocation([9, 18], [[1, 4], [3, 1]]); // Float64Array [3, 2]: 9 CPUs and 18 GB
 */
export function drfAllocation(capacity: Demand, demands: readonly Demand[], options: DrfOptions = {}): Float64Array {
  checkDemands(capacity, demands, options);
  const perTask = demands.map((demand) => dominantShare(demand, capacity));
  const weight = (i: number) => options.weights?.[i] ?? 1;
  // Dominant share over weight at which a client has all its tasks.
  const limit = (i: number) => ((options.tasks?.[i] ?? Number.POSITIVE_INFINITY) * perTask[i]) / weight(i);
  const tasks = new Float64Array(demands.length);
  const left = Float64Array.from(capacity);
  let growing = demands.map((_, i) => i);
  let level = 0;
  while (growing.length > 0) {
    const rate = (r: number) => growing.reduce((sum, i) => sum + (weight(i) * demands[i][r]) / perTask[i], 0);
    const rates = Float64Array.from(left, (_, r) => rate(r));
    let rise = Math.min(...growing.map(limit)) - level;
    for (let r = 0; r < left.length; r++) if (rates[r] > 0) rise = Math.min(rise, left[r] / rates[r]);
    rise = Math.max(0, rise);
    // What fills up is decided by the same quotient as the rise, not by comparing a rounded remainder with 0.
    const full = rates.map((sum, r) => (sum > 0 && left[r] / sum <= rise ? 1 : 0));
    level += rise;
    for (const i of growing) tasks[i] += (weight(i) * rise) / perTask[i];
    for (let r = 0; r < left.length; r++) left[r] = full[r] ? 0 : left[r] - rates[r] * rise;
    growing = growing.filter((i) => limit(i) > level && !full.some((is, r) => is && demands[i][r] > 0));
  }
  return tasks;
}

/**
 * Progressive filling with whole tasks: again and again the client with the lowest weighted dominant share gets one
 * more task; clients whose task no longer fits are passed over. Ties go to the first client.
 *
 * @param capacity Amount of each resource.
 * @param demands One vector a client.
 * @returns Tasks of each client.
 * @throws {InputError} as {@link drfAllocation}.
 * @example
 * progressiveFilling([9, 18], [[1, 4], [3, 1]]); // Int32Array [3, 2]
 */
export function progressiveFilling(capacity: Demand, demands: readonly Demand[], options: DrfOptions = {}): Int32Array {
  checkDemands(capacity, demands, options);
  const perTask = demands.map((demand, i) => dominantShare(demand, capacity) / (options.weights?.[i] ?? 1));
  const tasks = new Int32Array(demands.length);
  const used = new Float64Array(capacity.length);
  const fits = (i: number) =>
    tasks[i] < (options.tasks?.[i] ?? Number.POSITIVE_INFINITY) &&
    used.every((amount, r) => amount + demands[i][r] <= capacity[r]);
  let open = demands.map((_, i) => i).filter(fits);
  while (open.length > 0) {
    const next = open.reduce((best, i) => (tasks[i] * perTask[i] < tasks[best] * perTask[best] ? i : best));
    tasks[next]++;
    for (let r = 0; r < used.length; r++) used[r] += demands[next][r];
    open = open.filter(fits);
  }
  return tasks;
}

function checkDemands(capacity: Demand, demands: readonly Demand[], { weights }: DrfOptions): void {
  demands.forEach((demand, i) => {
    let needs = false;
    for (let r = 0; r < capacity.length; r++) {
      const amount = demand[r];
      if (!(amount >= 0)) throw new InputError(`client ${i} demands ${amount} of resource ${r}; it must be 0 or more`);
      if (amount > 0 && !(capacity[r] > 0)) {
        throw new InputError(`client ${i} demands resource ${r}, of which there is none`);
      }
      needs ||= amount > 0;
    }
    if (!needs) throw new InputError(`client ${i} demands nothing; leave it out`);
    if (weights && !(weights[i] > 0)) throw new InputError(`client ${i} has weight ${weights[i]}; it must be above 0`);
  });
}
