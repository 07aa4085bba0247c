import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packOffline } from "../../src/binpack/offline/pack-offline.js";
import type { Level, NodeTable, PodTable } from "../../src/binpack/types.js";
import { nodeTable, podTable, violations } from "../unit/binpack/offline-brute-force.js";

const RUNS = { seed: 20_261_127, numRuns: 60 };

const nodeRow = fc.record({
  cpu: fc.constantFrom(4000, 16_000, 32_000),
  memory: fc.constantFrom(16_384, 65_536),
  gpus: fc.constantFrom(0, 1, 2, 4, 8),
  model: fc.constantFrom("A", "B"),
  rack: fc.constantFrom("r0", "r1"),
  block: fc.constantFrom("b0", "b1"),
});

const podRow = fc.record({
  cpu: fc.integer({ min: 0, max: 9000 }),
  memory: fc.integer({ min: 0, max: 20_000 }),
  gpus: fc.constantFrom(0, 1, 1, 1, 2, 4),
  share: fc.integer({ min: 1, max: 1000 }),
  spec: fc.constantFrom("", "", "A", "A|B", "C"),
});

const gang = fc.record({
  pods: fc.array(podRow, { minLength: 1, maxLength: 4 }),
  group: fc.boolean(),
  level: fc.constantFrom<Level | "">("", "", "node", "rack", "block"),
});

const instance = fc.record({
  nodes: fc.array(nodeRow, { minLength: 1, maxLength: 20 }),
  gangs: fc.array(gang, { minLength: 1, maxLength: 40 }),
});

function tables({ nodes, gangs }: typeof instance extends fc.Arbitrary<infer T> ? T : never) {
  const rows = gangs.flatMap(({ pods, group, level }, g) =>
    pods.map((pod) => ({ ...pod, group: group ? `g${g}` : "", level: group ? level : ("" as const) })),
  );
  const nodeColumns: NodeTable = {
    ...nodeTable(nodes.map((row) => ({ ...row, model: row.gpus > 0 ? row.model : "" }))),
    zone: nodes.map(() => "z"),
    block: nodes.map(({ block }) => block),
    rack: nodes.map(({ rack }) => rack),
  };
  const podColumns: PodTable = {
    ...podTable(rows.map((row) => ({ ...row, milli: row.gpus === 1 ? row.share : row.gpus && 1000 }))),
    group: rows.map(({ group }) => group),
    requiredLevel: rows.map(({ level }) => level),
  };
  return { nodes: nodeColumns, pods: podColumns };
}

describe("offline packing", () => {
  it("exceeds no capacity and no bound, splits no gang and keeps the levels", () => {
    fc.assert(
      fc.property(instance, (drawn) => {
        const { nodes, pods } = tables(drawn);
        const { cluster, gpuMilli, placed, bound } = packOffline(nodes, pods, { rounds: 4 });
        expect(violations(nodes, pods, cluster)).toEqual([]);
        expect(gpuMilli).toBeLessThanOrEqual(bound.lp);
        expect(bound.lp).toBeLessThanOrEqual(bound.cuttingStock);
        expect(cluster.nodeOf.filter((node) => node >= 0).length).toBe(placed);
        for (const name of new Set(pods.group)) {
          if (name === "") continue;
          const members = Array.from(pods.name.keys()).filter((p) => pods.group?.[p] === name);
          const at = members.map((p) => cluster.nodeOf[p]);
          expect(at.every((node) => node >= 0) || at.every((node) => node < 0)).toBe(true);
          const level = pods.requiredLevel?.[members[0]];
          const domain = (node: number) =>
            [nodes.block?.[node], level === "block" ? "" : nodes.rack?.[node], level === "node" ? node : ""].join();
          if (level) expect(new Set(at.map((node) => (node < 0 ? "none" : domain(node)))).size).toBe(1);
        }
      }),
      RUNS,
    );
  });

  it("changes nothing but names when the nodes are named otherwise", () => {
    fc.assert(
      fc.property(instance, (drawn) => {
        const { nodes, pods } = tables(drawn);
        const renamed = { ...nodes, name: nodes.name.map((_, k) => `x${nodes.n - k}`) };
        const [a, b] = [nodes, renamed].map((table) => packOffline(table, pods, { rounds: 3 }).cluster);
        expect(b.nodeOf).toEqual(a.nodeOf);
        expect(b.gpusOf).toEqual(a.gpusOf);
      }),
      { ...RUNS, numRuns: 20 },
    );
  });
});
