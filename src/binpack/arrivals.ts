import { createRandom, type Random } from "../core/random.js";
import type { NodeTable, PodTable } from "./types.js";

/** The order in which pods arrive. */
export interface ArrivalOptions {
  /** `file`: as listed. `shuffle`: by name, then shuffled by the seed. Gangs stay together. */
  order: "file" | "shuffle";
  /** Adds copies of random pods, or drops random pods, until this many times the GPUs of the nodes are asked for. */
  inflate?: number;
  seed: number;
}

/**
 * Pods in their order of arrival. With `inflate`, copies of random listed pods (`<name>-tuned-<i>`) follow until the
 * next one would ask for more than `inflate` times all GPUs; if the list asks for more already, random pods are left
 * out until it does not.
 *
 * Source: the protocol of Weng et al. (USENIX ATC 2023).
 */
export function arrivals(nodes: NodeTable, pods: PodTable, options: ArrivalOptions): PodTable {
  const random = createRandom(options.seed).child("order");
  const units = unitsOf(pods);
  if (options.order === "shuffle") {
    units.sort((a, b) => (pods.name[a[0]] < pods.name[b[0]] ? -1 : 1));
    for (let k = units.length - 1; k > 0; k--) {
      const other = random.int(k + 1);
      [units[k], units[other]] = [units[other], units[k]];
    }
  }
  if (options.inflate === undefined) return options.order === "file" ? pods : pickPods(pods, units.flat());
  const limit = options.inflate * 1000 * nodes.gpus.reduce((sum, gpus) => sum + gpus, 0);
  const kept = units.length;
  const copies = tune(pods, units, limit, random);
  const table = pickPods(pods, units.flat());
  const originals = table.n - copies;
  for (let k = originals; k < table.n; k++) table.name[k] += `-tuned-${k - originals}`;
  if (table.group) {
    for (let unit = kept, k = originals; unit < units.length; unit++) {
      for (const _ of units[unit]) {
        if (table.group[k] !== "") table.group[k] += `-tuned-${unit - kept}`;
        k++;
      }
    }
  }
  return table;
}

/** Drops units or appends copies; gives the number of copied pods. */
function tune(pods: PodTable, units: number[][], limit: number, random: Random): number {
  const asked = (unit: readonly number[]) => unit.reduce((sum, p) => sum + pods.gpus[p] * pods.milli[p], 0);
  let total = units.reduce((sum, unit) => sum + asked(unit), 0);
  if (total > limit) {
    while (total > limit) total -= asked(units.splice(random.int(units.length), 1)[0]);
    return 0;
  }
  const originals = units.length;
  let copies = 0;
  // A list without GPUs would be copied for ever.
  if (total === 0) return 0;
  for (;;) {
    const unit = units[random.int(originals)];
    // The published simulator tests with the share of one GPU, though it adds all GPUs of the pod.
    if (total + unit.reduce((sum, p) => sum + pods.milli[p], 0) > limit) return copies;
    total += asked(unit);
    copies += unit.length;
    units.push(unit);
  }
}

/** Pods that arrive together: gangs, and every other pod by itself. */
function unitsOf(pods: PodTable): number[][] {
  const units: number[][] = [];
  for (let pod = 0; pod < pods.n; pod++) {
    const group = pods.group?.[pod] ?? "";
    if (group !== "" && pod > 0 && pods.group?.[pod - 1] === group) units[units.length - 1].push(pod);
    else units.push([pod]);
  }
  return units;
}

/** The rows of a table in the order given; a row may come more than once. */
export function pickPods(pods: PodTable, rows: readonly number[]): PodTable {
  const list = <T>(column: readonly T[] | undefined) => column && rows.map((row) => column[row]);
  return {
    n: rows.length,
    name: rows.map((row) => pods.name[row]),
    cpu: Int32Array.from(rows, (row) => pods.cpu[row]),
    memory: Int32Array.from(rows, (row) => pods.memory[row]),
    gpus: Uint16Array.from(rows, (row) => pods.gpus[row]),
    milli: Int32Array.from(rows, (row) => pods.milli[row]),
    spec: rows.map((row) => pods.spec[row]),
    group: list(pods.group),
    requiredLevel: list(pods.requiredLevel),
    preferredLevel: list(pods.preferredLevel),
    nodeSelector: list(pods.nodeSelector),
    tolerations: list(pods.tolerations),
    nics: pods.nics && Uint16Array.from(rows, (row) => pods.nics?.[row] ?? 0),
    dataZone: list(pods.dataZone),
    priority: pods.priority && Float64Array.from(rows, (row) => pods.priority?.[row] ?? Number.NaN),
    team: list(pods.team),
  };
}
