import type { NodeTable, PodTable } from "../../../src/binpack/types.js";
import type { Random } from "../../../src/core/random.js";

export interface NodeRow {
  cpu: number;
  memory: number;
  gpus: number;
  model: string;
}

export interface PodRow {
  cpu?: number;
  memory?: number;
  gpus: number;
  milli: number;
  spec?: string;
}

export function nodeTable(rows: readonly NodeRow[]): NodeTable {
  return {
    n: rows.length,
    name: rows.map((_, k) => `n${k}`),
    cpu: Int32Array.from(rows, (row) => row.cpu),
    memory: Int32Array.from(rows, (row) => row.memory),
    gpus: Uint16Array.from(rows, (row) => row.gpus),
    model: rows.map((row) => row.model),
  };
}

export function podTable(rows: readonly PodRow[]): PodTable {
  return {
    n: rows.length,
    name: rows.map((_, p) => `p${p}`),
    cpu: Int32Array.from(rows, (row) => row.cpu ?? 0),
    memory: Int32Array.from(rows, (row) => row.memory ?? 0),
    gpus: Uint16Array.from(rows, (row) => row.gpus),
    milli: Int32Array.from(rows, (row) => row.milli),
    spec: rows.map((row) => row.spec ?? ""),
  };
}

/** These pods of a table, as a table of their own. */
export function podsAt(pods: PodTable, indices: readonly number[]): PodTable {
  return {
    ...podTable(
      indices.map((p) => ({
        cpu: pods.cpu[p],
        memory: pods.memory[p],
        gpus: pods.gpus[p],
        milli: pods.milli[p],
        spec: pods.spec[p],
      })),
    ),
    name: indices.map((p) => pods.name[p]),
  };
}

/** A small cluster at random in which CPU, memory, models and GPUs all bind now and then. */
export function randomCase(rng: Random, mostNodes: number, mostPods: number): { nodes: NodeTable; pods: PodTable } {
  const pick = <T>(list: readonly T[]): T => list[rng.int(list.length)];
  const node = (): NodeRow => {
    const gpus = pick([0, 1, 2, 2, 4]);
    const model = gpus === 0 ? "" : pick(["A", "B"]);
    return { cpu: pick([4000, 8000, 16000]), memory: pick([8192, 16384, 32768]), gpus, model };
  };
  const pod = (): PodRow => {
    const gpus = pick([0, 1, 1, 1, 1, 2, 3]);
    const milli = gpus === 1 ? pick([1000, 1000, 700, 500, 470, 300, 210]) : gpus && 1000;
    const spec = gpus > 0 ? pick(["", "", "A", "B", "A|B"]) : "";
    return {
      cpu: pick([0, 1000, 2000, 3000, 5000, 8000]),
      memory: pick([0, 1024, 4096, 8192, 12000]),
      gpus,
      milli,
      spec,
    };
  };
  return {
    nodes: nodeTable(Array.from({ length: 1 + rng.int(mostNodes) }, node)),
    pods: podTable(Array.from({ length: 1 + rng.int(mostPods) }, pod)),
  };
}

/** Most GPU milli, then most pods, by trying every subset of the pods on every node. */
export function bruteForce(nodes: NodeTable, pods: PodTable): { milli: number; placed: number } {
  const subsets = 1 << pods.n;
  const members = (mask: number) => Array.from({ length: pods.n }, (_, p) => p).filter((p) => mask & (1 << p));
  const value = Array.from({ length: subsets }, (_, mask) => ({
    milli: members(mask).reduce((sum, p) => sum + pods.gpus[p] * pods.milli[p], 0),
    placed: members(mask).length,
  }));
  let reachable = new Set([0]);
  for (let node = 0; node < nodes.n; node++) {
    const here = Array.from({ length: subsets }, (_, mask) => mask).filter((mask) =>
      onOneNode(nodes, node, pods, members(mask)),
    );
    const next = new Set<number>();
    for (const done of reachable) for (const mask of here) if ((done & mask) === 0) next.add(done | mask);
    reachable = next;
  }
  return [...reachable]
    .map((mask) => value[mask])
    .reduce((a, b) => (b.milli > a.milli || (b.milli === a.milli && b.placed > a.placed) ? b : a));
}

/** Whether these pods fit on one empty node, by trying every GPU for every share. */
export function onOneNode(nodes: NodeTable, node: number, pods: PodTable, list: readonly number[]): boolean {
  const sum = (column: ArrayLike<number>) => list.reduce((total, p) => total + column[p], 0);
  if (sum(pods.cpu) > nodes.cpu[node] || sum(pods.memory) > nodes.memory[node]) return false;
  for (const p of list) {
    if (pods.gpus[p] > 0 && pods.spec[p] !== "" && !pods.spec[p].split("|").includes(nodes.model[node])) return false;
  }
  const whole = list.filter((p) => pods.gpus[p] > 1 || (pods.gpus[p] === 1 && pods.milli[p] === 1000));
  const left = nodes.gpus[node] - whole.reduce((total, p) => total + pods.gpus[p], 0);
  if (left < 0) return false;
  const shares = list.filter((p) => pods.gpus[p] === 1 && pods.milli[p] < 1000);
  const holes = new Array<number>(left).fill(1000);
  const seat = (k: number): boolean => {
    if (k === shares.length) return true;
    for (let g = 0; g < left; g++) {
      if (holes[g] < pods.milli[shares[k]]) continue;
      holes[g] -= pods.milli[shares[k]];
      if (seat(k + 1)) return true;
      holes[g] += pods.milli[shares[k]];
    }
    return false;
  };
  return seat(0);
}

/** What is wrong with a placement, by counting anew; empty when it holds. */
export function violations(
  nodes: NodeTable,
  pods: PodTable,
  { nodeOf, gpusOf }: { nodeOf: Int32Array; gpusOf: readonly (readonly number[] | null)[] },
): string[] {
  const found: string[] = [];
  for (let node = 0; node < nodes.n; node++) {
    const here = Array.from(nodeOf, (at, p) => (at === node ? p : -1)).filter((p) => p >= 0);
    const gpu = new Array<number>(nodes.gpus[node]).fill(0);
    for (const p of here) {
      const used = gpusOf[p] ?? [];
      if (new Set(used).size !== pods.gpus[p]) found.push(`${pods.name[p]} has ${used.length} GPUs`);
      for (const g of used) gpu[g] = (gpu[g] ?? Number.NaN) + pods.milli[p];
      if (pods.gpus[p] > 0 && pods.spec[p] && !pods.spec[p].split("|").includes(nodes.model[node]))
        found.push(`${pods.name[p]} model`);
    }
    if (gpu.some((milli) => !(milli <= 1000))) found.push(`GPU of ${nodes.name[node]}: ${gpu}`);
    if (here.reduce((sum, p) => sum + pods.cpu[p], 0) > nodes.cpu[node]) found.push(`CPU of ${nodes.name[node]}`);
    if (here.reduce((sum, p) => sum + pods.memory[p], 0) > nodes.memory[node])
      found.push(`memory of ${nodes.name[node]}`);
  }
  nodeOf.forEach((node, p) => {
    if (node < 0 !== (gpusOf[p] === null)) found.push(`${pods.name[p]}: GPUs without a node or the reverse`);
  });
  return found;
}
