import type { NodeTable, PodTable } from "../../../src/binpack/types.js";

/** A row of the placements as written. */
export interface PlacementRow {
  seq: number;
  pod: string;
  node: string | null;
  gpu_ids: string | null;
  status: string;
  reason: string | null;
}

/**
 * Judges placements by the lists alone: nothing of the engine is called, the rules are written a second time.
 *
 * @param pods in their order of arrival
 * @returns what is wrong, one sentence each
 */
export function checkPlacements(nodes: NodeTable, pods: PodTable, rows: readonly PlacementRow[]): string[] {
  const wrong: string[] = [];
  if (rows.length !== pods.n) wrong.push(`${rows.length} rows for ${pods.n} pods`);
  const used = nodes.name.map((_, node) => ({
    cpu: 0,
    memory: 0,
    nics: 0,
    gpu: new Array<number>(nodes.gpus[node]).fill(0),
  }));
  rows.forEach((row, seq) => {
    if (row.seq !== seq || row.pod !== pods.name[seq]) wrong.push(`row ${seq} is ${row.seq} ${row.pod}`);
    const placed = row.status === "placed";
    if (!placed && row.status !== "unschedulable") wrong.push(`${row.pod}: status ${row.status}`);
    if (placed !== (row.node !== null) || placed !== (row.gpu_ids !== null) || placed !== (row.reason === null)) {
      wrong.push(`${row.pod}: ${row.status} with node ${row.node}, GPUs ${row.gpu_ids}, reason ${row.reason}`);
    }
    if (row.node === null) return;
    const node = nodes.name.indexOf(row.node);
    if (node < 0) {
      wrong.push(`${row.pod}: no node ${row.node}`);
      return;
    }
    const gpus = parseGpus(row.gpu_ids ?? "");
    if (gpus.length !== pods.gpus[seq] || new Set(gpus).size !== gpus.length)
      wrong.push(`${row.pod}: GPUs ${row.gpu_ids}`);
    used[node].cpu += pods.cpu[seq];
    used[node].memory += pods.memory[seq];
    used[node].nics += pods.nics?.[seq] ?? 0;
    for (const g of gpus) {
      if (!(g >= 0 && g < nodes.gpus[node])) wrong.push(`${row.pod}: ${row.node} has no GPU ${g}`);
      used[node].gpu[g] += pods.gpus[seq] >= 2 ? 1000 : pods.milli[seq];
    }
    if (!mayRunOn(nodes, pods, seq, node)) wrong.push(`${row.pod} may not run on ${row.node}`);
  });
  used.forEach(({ cpu, memory, nics, gpu }, node) => {
    if (cpu > nodes.cpu[node]) wrong.push(`${nodes.name[node]}: CPU ${cpu}`);
    if (memory > nodes.memory[node]) wrong.push(`${nodes.name[node]}: memory ${memory}`);
    if (nics > (nodes.nics?.[node] ?? 0)) wrong.push(`${nodes.name[node]}: NICs ${nics}`);
    if (gpu.some((milli) => milli > 1000)) wrong.push(`${nodes.name[node]}: GPUs ${gpu}`);
  });
  return [...wrong, ...checkGangs(nodes, pods, rows)];
}

function checkGangs(nodes: NodeTable, pods: PodTable, rows: readonly PlacementRow[]): string[] {
  const wrong: string[] = [];
  const gangs = new Map<string, number[]>();
  pods.name.forEach((name, pod) => {
    const key = pods.group?.[pod] ? `gang ${pods.group[pod]}` : `pod ${name}`;
    gangs.set(key, [...(gangs.get(key) ?? []), pod]);
  });
  for (const [name, gang] of gangs) {
    const placed = gang.filter((pod) => rows[pod].node !== null);
    if (placed.length > 0 && placed.length < gang.length)
      wrong.push(`${name}: ${placed.length} of ${gang.length} placed`);
    for (const level of new Set(gang.map((pod) => pods.requiredLevel?.[pod] ?? ""))) {
      if (level === "" || placed.length === 0) continue;
      const domains = new Set(placed.flatMap((pod) => domainsOf(nodes, level, rows[pod])));
      if (domains.size > 1) wrong.push(`${name}: several domains of ${level}: ${[...domains].join(" ")}`);
    }
  }
  return wrong;
}

function mayRunOn(nodes: NodeTable, pods: PodTable, pod: number, node: number): boolean {
  const models = pods.spec[pod].split("|");
  if (pods.gpus[pod] > 0 && pods.spec[pod] !== "" && !models.includes(nodes.model[node])) return false;
  const labels = Object.entries(pods.nodeSelector?.[pod] ?? {});
  if (!labels.every(([key, value]) => nodes.labels?.[node][key] === value)) return false;
  const borne = pods.tolerations?.[pod] ?? [];
  return (nodes.taints?.[node] ?? []).every(
    ({ key, value }) => borne.includes(key) || borne.includes(`${key}=${value}`),
  );
}

function domainsOf(nodes: NodeTable, level: string, { node, gpu_ids }: PlacementRow): string[] {
  const k = nodes.name.indexOf(node ?? "");
  const path = [nodes.zone?.[k] ?? "", nodes.block?.[k] ?? "", nodes.rack?.[k] ?? "", nodes.name[k]];
  const depth = ["zone", "block", "rack", "node"].indexOf(level);
  // A node that names no domain of the level is in none but its own.
  if (depth >= 0) return [path[depth] === "" ? nodes.name[k] : path.slice(0, depth + 1).join("/")];
  const size = nodes.nvlink?.[k] || nodes.gpus[k];
  return parseGpus(gpu_ids ?? "").map((g) => `${nodes.name[k]} island ${Math.floor(g / size)}`);
}

/** `0-1,4` is 0, 1 and 4. */
export function parseGpus(text: string): number[] {
  if (text === "") return [];
  return text.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
}
