import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binpack,
  formatGpus,
  type NodeTable,
  ONLINE_POLICIES,
  type Placements,
  type PodTable,
} from "../../src/binpack/index.js";
import { checkPlacements, type PlacementRow } from "../unit/binpack/check-placements.js";

const RUNS = { seed: 20_260_801, numRuns: 500 };
const policy = fc.constantFrom(...ONLINE_POLICIES);

interface NodeDraw {
  cpu: number;
  memory: number;
  gpus: number;
  model: string;
  rack: number;
  tainted: boolean;
  nvme: boolean;
}

const node: fc.Arbitrary<NodeDraw> = fc.record({
  cpu: fc.constantFrom(8000, 16_000, 32_000),
  memory: fc.constantFrom(32, 64, 128),
  gpus: fc.constantFrom(0, 1, 2, 4, 8),
  model: fc.constantFrom("A", "B"),
  rack: fc.nat(3),
  tainted: fc.constantFrom(false, false, false, true),
  nvme: fc.boolean(),
});

interface PodDraw {
  cpu: number;
  memory: number;
  gpus: number;
  milli: number;
  spec: string;
  gang: number;
  level: "" | "rack" | "block" | "node";
  selects: boolean;
  tolerates: boolean;
}

const pod: fc.Arbitrary<PodDraw> = fc.record({
  cpu: fc.constantFrom(0, 1000, 4000, 8000),
  memory: fc.constantFrom(0, 4, 16, 40),
  gpus: fc.constantFrom(0, 1, 1, 1, 2, 4),
  milli: fc.constantFrom(1000, 1000, 190, 470, 530, 810),
  spec: fc.constantFrom("", "", "", "A", "B|A", "C"),
  gang: fc.constantFrom(1, 1, 1, 1, 2, 3),
  level: fc.constantFrom("", "", "rack", "block", "node"),
  selects: fc.constantFrom(false, false, false, true),
  tolerates: fc.boolean(),
});

function nodeTable(draws: readonly NodeDraw[], plain = false): NodeTable {
  const table: NodeTable = {
    n: draws.length,
    name: draws.map((_, k) => `n${k}`),
    cpu: Int32Array.from(draws, (d) => d.cpu),
    memory: Int32Array.from(draws, (d) => d.memory),
    gpus: Uint16Array.from(draws, (d) => d.gpus),
    model: draws.map((d) => (d.gpus > 0 ? d.model : "")),
  };
  if (plain) return table;
  return {
    ...table,
    // Racks of one name in two blocks.
    block: draws.map((d) => `b${d.rack >> 1}`),
    rack: draws.map((d) => `r${d.rack & 1}`),
    labels: draws.map((d): Record<string, string> => (d.nvme ? { disk: "nvme" } : {})),
    taints: draws.map((d) => (d.tainted ? [{ key: "team", value: "x" }] : [])),
  };
}

function podTable(draws: readonly PodDraw[], plain = false): PodTable {
  const rows = plain ? draws : draws.flatMap((d, k) => Array.from({ length: d.gang }, () => ({ ...d, k })));
  const table: PodTable = {
    n: rows.length,
    name: rows.map((_, k) => `p${k}`),
    cpu: Int32Array.from(rows, (d) => d.cpu),
    memory: Int32Array.from(rows, (d) => d.memory),
    gpus: Uint16Array.from(rows, (d) => d.gpus),
    milli: Int32Array.from(rows, (d) => (d.gpus === 0 ? 0 : d.gpus > 1 ? 1000 : d.milli)),
    spec: rows.map((d) => d.spec),
  };
  if (plain) return table;
  return {
    ...table,
    group: rows.map((d) => (d.gang > 1 && "k" in d ? `g${d.k}` : "")),
    requiredLevel: rows.map((d) => (d.gang > 1 ? d.level : "")),
    nodeSelector: rows.map((d): Record<string, string> => (d.selects ? { disk: "nvme" } : {})),
    tolerations: rows.map((d) => (d.tolerates ? ["team=x"] : [])),
  };
}

function rowsOf({ cluster, reasons }: Placements): PlacementRow[] {
  const { pods, nodes, nodeOf, gpusOf } = cluster;
  return pods.name.map((name, k) => ({
    seq: k,
    pod: name,
    node: nodeOf[k] < 0 ? null : nodes.name[nodeOf[k]],
    gpu_ids: nodeOf[k] < 0 ? null : formatGpus(gpusOf[k] ?? []),
    status: nodeOf[k] < 0 ? "unschedulable" : "placed",
    reason: reasons[k],
  }));
}

const nodeDraws = fc.array(node, { minLength: 1, maxLength: 8 });
const podDraws = fc.array(pod, { maxLength: 25 });

describe("binpack", () => {
  it("keeps every capacity, gang, level, model, label and taint; the same input gives the same places", () => {
    fc.assert(
      fc.property(nodeDraws, podDraws, policy, fc.nat(9), fc.boolean(), (ns, ps, name, seed, balanced) => {
        const [nodes, pods] = [nodeTable(ns), podTable(ps)];
        const placements = binpack(nodes, pods, { policy: name, seed, balanced });
        expect(checkPlacements(nodes, pods, rowsOf(placements))).toEqual([]);
        expect(rowsOf(binpack(nodes, pods, { policy: name, seed, balanced }))).toEqual(rowsOf(placements));
      }),
      RUNS,
    );
  });

  it("decides on a prefix as if the rest were not there", () => {
    fc.assert(
      fc.property(nodeDraws, podDraws, policy, fc.nat(9), fc.nat(25), (ns, ps, name, seed, cut) => {
        const [nodes, pods, typical] = [nodeTable(ns), podTable(ps), podTable(ps)];
        const first = podTable(ps.slice(0, cut));
        const whole = rowsOf(binpack(nodes, pods, { policy: name, seed, typical }));
        expect(rowsOf(binpack(nodes, first, { policy: name, seed, typical }))).toEqual(whole.slice(0, first.n));
      }),
      RUNS,
    );
  });

  it("turns a pod away only when no node takes it at that moment", () => {
    fc.assert(
      fc.property(nodeDraws, podDraws, policy, fc.nat(9), (ns, ps, name, seed) => {
        const [nodes, pods] = [nodeTable(ns, true), podTable(ps, true)];
        const rows = rowsOf(binpack(nodes, pods, { policy: name, seed }));
        rows.forEach((row, k) => {
          if (row.node !== null) return;
          // Put on any node, with any GPU of it, it breaks a rule.
          const before = rows.map((other, j) => (j < k ? other : { ...other, node: null, gpu_ids: null }));
          for (let n = 0; n < nodes.n; n++) {
            for (const gpus of choices(nodes.gpus[n], pods.gpus[k])) {
              const tried = before.map((other, j) =>
                j === k
                  ? { ...other, node: nodes.name[n], gpu_ids: gpus, status: "placed", reason: null }
                  : asIs(other),
              );
              if (checkPlacements(nodes, pods, tried).length === 0)
                expect.fail(`${row.pod} fits ${nodes.name[n]} ${gpus}`);
            }
          }
        });
      }),
      RUNS,
    );
  });

  it("changes nothing but names when nodes are renamed", () => {
    fc.assert(
      fc.property(nodeDraws, podDraws, policy, fc.nat(9), (ns, ps, name, seed) => {
        const [nodes, pods] = [nodeTable(ns), podTable(ps)];
        const renamed = { ...nodes, name: nodes.name.map((_, k) => `host-${(k * 7) % 11}-${nodes.n - k}`) };
        const a = binpack(nodes, pods, { policy: name, seed });
        const b = binpack(renamed, pods, { policy: name, seed });
        expect([...b.cluster.nodeOf]).toEqual([...a.cluster.nodeOf]);
        expect(b.cluster.gpusOf).toEqual(a.cluster.gpusOf);
        expect(b.reasons).toEqual(a.reasons);
      }),
      RUNS,
    );
  });
});

/** A row with the status that its node tells. */
const asIs = (row: PlacementRow): PlacementRow =>
  row.node === null ? { ...row, status: "unschedulable", reason: "no_fit" } : row;

/** Every set of `wanted` GPUs, for shares every GPU. */
function choices(gpus: number, wanted: number): string[] {
  const sets = (from: number, k: number): number[][] =>
    k === 0
      ? [[]]
      : Array.from({ length: Math.max(0, gpus - from) }, (_, i) => from + i).flatMap((g) =>
          sets(g + 1, k - 1).map((rest) => [g, ...rest]),
        );
  return sets(0, wanted).map((set) => set.join(","));
}
