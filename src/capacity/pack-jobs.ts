import { binpack, type NodeTable, type PodTable } from "../binpack/index.js";
import { createRandom, type Random } from "../core/random.js";
import type { PlanJobs } from "./types.js";

/** Sets of running jobs that are drawn and packed, and how many nodes' worth of GPUs each asks for. */
const DRAWS = 16;
const NODES_PER_DRAW = 100;

/** What a history of jobs says of how full nodes can get. */
export interface PackedJobs {
  /** Share of the GPUs of the nodes in use that jobs hold, 0 to 1. */
  efficiency: number;
  /** Jobs of the history that were drawn from. */
  jobs: number;
}

/**
 * How full nodes get with the job sizes of the history. Sets of jobs are drawn as a look at the cluster would find them
 * running (a job as often as it runs long), and placed one by one on-line, each on the node that it leaves tightest. What
 * is free on the nodes in use, but for the emptiest one, no job of the set could take: that is lost. A job larger than a
 * node takes whole nodes and the rest of one; part of a GPU is a share, which does not span GPUs.
 *
 * @param queues positions of the queues whose jobs count
 * @param size GPUs of a node
 * @returns null when no such job has run
 */
export function packJobs(jobs: PlanJobs, queues: ReadonlySet<number>, size: number, seed: number): PackedJobs | null {
  const mix = runningMix(jobs, queues);
  if (mix.gpus.length === 0) return null;
  const random = createRandom(seed).child("pack-jobs");
  let [asked, lost] = [0, 0];
  for (let draw = 0; draw < DRAWS; draw++) {
    const set = drawJobs(mix, size * NODES_PER_DRAW, random.child(draw));
    asked += set.reduce((sum, gpus) => sum + gpus, 0);
    lost += lostGpus(set, size, seed);
  }
  return { efficiency: asked / (asked + lost), jobs: mix.gpus.length };
}

/** Jobs that have run: their GPUs, and the sums of the times that they ran up to each. */
function runningMix(jobs: PlanJobs, queues: ReadonlySet<number>): { gpus: number[]; until: number[] } {
  const gpus: number[] = [];
  const until: number[] = [];
  let total = 0;
  for (let i = 0; i < jobs.queue.length; i++) {
    const ran = jobs.end[i] - jobs.start[i];
    if (!queues.has(jobs.queue[i]) || !(ran > 0) || !(jobs.gpus[i] > 0)) continue;
    total += ran;
    gpus.push(jobs.gpus[i]);
    until.push(total);
  }
  return { gpus, until };
}

/** Jobs drawn by the time that they ran until they ask for `wanted` GPUs. */
function drawJobs({ gpus, until }: { gpus: number[]; until: number[] }, wanted: number, random: Random): number[] {
  const total = until[until.length - 1];
  const drawn: number[] = [];
  for (let asked = 0; asked < wanted; ) {
    const at = random.uniform() * total;
    let [low, high] = [0, until.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (until[middle] > at) high = middle;
      else low = middle + 1;
    }
    drawn.push(gpus[low]);
    asked += gpus[low];
  }
  return drawn;
}

/** GPUs (in parts) that stay free on the nodes in use, but for the emptiest of them, which the next jobs would fill. */
function lostGpus(set: readonly number[], size: number, seed: number): number {
  const pods = podsOf(set, size);
  // Any two nodes in use hold more than one node's worth, or the later of them would not be in use.
  const nodes = emptyNodes(2 * Math.ceil(pods.gpus.reduce((sum, n) => sum + n, 0) / size) + 1, size);
  const { cluster } = binpack(nodes, pods, { policy: "bestfit", order: "file", seed });
  const used = new Set(cluster.nodeOf);
  let [free, most] = [0, 0];
  for (const node of used) {
    let left = 0;
    for (let g = cluster.gpuStart[node]; g < cluster.gpuStart[node + 1]; g++) left += cluster.gpuLeft[g];
    free += left;
    most = Math.max(most, left);
  }
  // Whole GPUs of jobs that ask for a fraction more than whole ones are lost within the pods.
  const within = pods.gpus.reduce((sum, n, i) => sum + n * pods.milli[i], 0) - 1000 * set.reduce((a, b) => a + b, 0);
  return Math.max(0, free - most + within) / 1000;
}

function podsOf(set: readonly number[], size: number): PodTable {
  const gpus: number[] = [];
  const milli: number[] = [];
  for (const job of set) {
    let left = Math.ceil(job);
    for (; left > size; left -= size) {
      gpus.push(size);
      milli.push(1000);
    }
    gpus.push(left);
    milli.push(job < 1 ? Math.ceil(1000 * job) : 1000);
  }
  const n = gpus.length;
  return {
    n,
    name: gpus.map((_, i) => `pod-${i}`),
    cpu: new Int32Array(n),
    memory: new Int32Array(n),
    gpus: Uint16Array.from(gpus),
    milli: Int32Array.from(milli),
    spec: new Array<string>(n).fill(""),
  };
}

function emptyNodes(n: number, size: number): NodeTable {
  return {
    n,
    name: Array.from({ length: n }, (_, k) => `node-${k}`),
    cpu: new Int32Array(n),
    memory: new Int32Array(n),
    gpus: new Uint16Array(n).fill(size),
    model: new Array<string>(n).fill("gpu"),
  };
}
