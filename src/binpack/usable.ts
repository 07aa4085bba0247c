import { allowsModel } from "./gpu-spec.js";
import type { NodeTable } from "./types.js";
import type { TypicalPods } from "./typical-pods.js";

/**
 * How much of a node's free GPUs the typical pods can use, which is the other side of fragmentation:
 * F = T − usable ÷ S, where T is the sum of the lefts and S the number of typical pods.
 *
 * A GPU with `g` left serves every typical share that fits in `g`, so it adds g × (pods of such kinds); `w` whole free
 * GPUs add 1000 w × (pods of the kinds with 2 to w GPUs). Kinds that need more CPU than is left, or another model, add
 * nothing. All of it is integer, so that sums do not depend on their order.
 */
export interface Usable {
  /** S: the number of typical pods, at least 1. */
  readonly pods: number;
  /** Tables of each node, by its model. */
  readonly tableOf: Int32Array;
  /** Row in the tables when this much CPU is left. */
  row(table: number, cpuLeft: number): number;
  /** `share[row * 1001 + g]`: pods of the kinds with one GPU that fit in `g` thousandths. */
  readonly share: Int32Array;
  /** `whole[row * wholeSteps + w]`: pods of the kinds with 2 to `w` whole GPUs. */
  readonly whole: Int32Array;
  /** One more than any node has GPUs. */
  readonly wholeSteps: number;
}

/** Entries of a row of `share`, one a thousandth. */
export const SHARE_STEPS = 1001;

/** Tables of what typical pods can use of these nodes. */
export function tabulateUsable(typical: TypicalPods, nodes: NodeTable): Usable {
  const levels = [...new Set(typical.cpu)].sort((a, b) => a - b);
  const stride = levels.length + 1;
  // Models that the same kinds accept share their tables, which keeps them in the processor's cache.
  const tables = new Map<string, number>();
  const tableOfModel = new Map<string, number>();
  const accepted: boolean[][] = [];
  for (const model of new Set(nodes.model)) {
    const accepts = typical.spec.map((spec) => allowsModel(spec, model));
    const key = accepts.map(Number).join("");
    if (!tables.has(key)) tables.set(key, accepted.push(accepts) - 1);
    tableOfModel.set(model, tables.get(key) as number);
  }
  const wholeSteps = nodes.gpus.reduce((most, gpus) => Math.max(most, gpus), 0) + 1;
  const rows = accepted.length * stride;
  const share = new Int32Array(rows * SHARE_STEPS);
  const whole = new Int32Array(rows * wholeSteps);
  for (let row = 0; row < rows; row++) {
    const accepts = accepted[Math.floor(row / stride)];
    const cpu = levels[(row % stride) - 1] ?? -1;
    for (let kind = 0; kind < typical.n; kind++) {
      const gpus = typical.gpus[kind];
      if (gpus === 0 || !accepts[kind] || typical.cpu[kind] > cpu || gpus >= wholeSteps) continue;
      if (gpus === 1) share[row * SHARE_STEPS + typical.milli[kind]] += typical.count[kind];
      else whole[row * wholeSteps + gpus] += typical.count[kind];
    }
    accumulate(share.subarray(row * SHARE_STEPS, (row + 1) * SHARE_STEPS));
    accumulate(whole.subarray(row * wholeSteps, (row + 1) * wholeSteps));
  }
  return {
    pods: Math.max(
      1,
      typical.count.reduce((sum, count) => sum + count, 0),
    ),
    tableOf: Int32Array.from(nodes.model, (model) => tableOfModel.get(model) as number),
    row(table, cpuLeft) {
      let [low, high] = [0, levels.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (levels[middle] <= cpuLeft) low = middle + 1;
        else high = middle;
      }
      return table * stride + low;
    },
    share,
    whole,
    wholeSteps,
  };
}

function accumulate(row: Int32Array): void {
  for (let k = 1; k < row.length; k++) row[k] += row[k - 1];
}
