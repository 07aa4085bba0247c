import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binpack } from "../../src/binpack/binpack.js";
import { type Cluster, copyCluster } from "../../src/binpack/cluster.js";
import { createEligibility } from "../../src/binpack/constraints/eligibility.js";
import { consolidate } from "../../src/binpack/defrag/consolidate.js";
import { type DefragGoal, planDefrag } from "../../src/binpack/defrag/plan-defrag.js";
import { explain } from "../../src/binpack/explain.js";
import { createTopology } from "../../src/binpack/topology/domains.js";
import { placeGang } from "../../src/binpack/topology/place-gang.js";
import { replaceNode } from "../../src/binpack/topology/replace-node.js";
import { LEVELS, type Level } from "../../src/binpack/types.js";
import { brokenGangs, followPlan } from "../unit/binpack-topology/follow-plan.js";
import { domainName, domainsUsed, everyPlacement, violations } from "../unit/binpack-topology/judge.js";
import { firstFit, makeNodes, makePods, type NodeSpec, type PodSpec } from "../unit/binpack-topology/world.js";

const RUNS = { seed: 20260603, numRuns: 250 };
const level = fc.constantFrom<(Level | "")[]>("", "", ...LEVELS);

const node: fc.Arbitrary<NodeSpec> = fc.record({
  cpu: fc.integer({ min: 4, max: 16 }).map((cores) => 1000 * cores),
  memory: fc.integer({ min: 8, max: 32 }).map((gib) => 1024 * gib),
  gpus: fc.constantFrom(0, 2, 4, 8),
  model: fc.constantFrom("A", "B"),
  zone: fc.constantFrom("y", "z", ""),
  block: fc.constantFrom("b1", "b2", ""),
  rack: fc.constantFrom("r1", "r2", "r3", ""),
  nvlink: fc.constantFrom(0, 2, 4),
  taints: fc.constantFrom<{ key: string; value: string }[][]>([], [], [{ key: "team", value: "x" }]),
});

const pod: fc.Arbitrary<PodSpec> = fc
  .record({
    cpu: fc.integer({ min: 0, max: 4 }).map((halves) => 500 * halves),
    memory: fc.integer({ min: 0, max: 4 }).map((gib) => 1024 * gib),
    gpus: fc.constantFrom(0, 1, 1, 1, 2, 4),
    milli: fc.constantFrom(200, 300, 500, 700, 1000, 1000),
    spec: fc.constantFrom("", "", "A", "A|B"),
    tolerations: fc.constantFrom<string[][]>([], ["team"]),
    dataZone: fc.constantFrom("", "", "z"),
  })
  .map((spec) => (spec.gpus >= 2 ? { ...spec, milli: 1000 } : spec));

/** Pods of their own and gangs of up to 6 like or different pods, each with levels. */
const unit = fc
  .record({
    pods: fc.array(pod, { minLength: 1, maxLength: 6 }),
    like: fc.boolean(),
    required: level,
    preferred: level,
  })
  .map(({ pods, like, required, preferred }) =>
    pods.map((spec) => ({ ...(like ? pods[0] : spec), requiredLevel: required, preferredLevel: preferred })),
  );

const world = fc
  .record({
    nodes: fc.array(node, { minLength: 3, maxLength: 10 }),
    units: fc.array(unit, { minLength: 2, maxLength: 14 }),
    policy: fc.constantFrom("bestfit" as const, "random" as const, "fgd" as const),
  })
  .map(({ nodes, units, policy }) => {
    const pods = units.flatMap((list, k) => list.map((spec) => ({ ...spec, group: list.length > 1 ? `g${k}` : "" })));
    return { nodes: makeNodes(nodes), pods: makePods(pods), policy };
  });

function gangs({ pods }: Cluster): number[][] {
  const out = new Map<string, number[]>();
  for (let p = 0; p < pods.n; p++) {
    const key = pods.group?.[p] || `single ${p}`;
    out.set(key, [...(out.get(key) ?? []), p]);
  }
  return [...out.values()];
}

const stateOf = ({ cpuLeft, memoryLeft, gpuLeft, nodeOf, gpusOf }: Cluster) =>
  JSON.stringify([[...cpuLeft], [...memoryLeft], [...gpuLeft], [...nodeOf], gpusOf]);

describe("placement with topology", () => {
  it("never breaks a rule, and gangs come whole and in one domain of their required level", () => {
    fc.assert(
      fc.property(world, ({ nodes, pods, policy }) => {
        const { cluster, reasons } = binpack(nodes, pods, { policy });
        expect(violations(cluster)).toEqual([]);
        expect(brokenGangs(cluster)).toEqual([]);
        reasons.forEach((reason, p) => {
          expect(reason === null).toBe(cluster.nodeOf[p] >= 0);
        });
      }),
      RUNS,
    );
  });

  it("takes the feasible domain with the least free GPU, and leaves the cluster as it was when there is none", () => {
    let several = 0;
    fc.assert(
      fc.property(world, fc.constantFrom<Level[]>("zone", "block", "rack", "node"), (input, required) => {
        const { nodes, pods, policy } = input;
        const { cluster } = binpack(nodes, pods, { policy });
        const gang = gangs(cluster).find((list) => list.length > 1 && list.length <= 4);
        if (!gang || gang.every((p) => pods.gpus[p] === 0)) return;
        const state = without(cluster, gang);
        for (const p of gang) {
          (state.pods.requiredLevel as (Level | "")[])[p] = required;
          (state.pods.preferredLevel as (Level | "")[])[p] = "";
          (state.pods.dataZone as string[])[p] = "";
        }
        const free = new Map<string, number>();
        for (let n = 0; n < nodes.n; n++) {
          const name = domainName(state, required, n);
          const left = state.gpuLeft.subarray(state.gpuStart[n], state.gpuStart[n + 1]);
          free.set(name, (free.get(name) ?? 0) + left.reduce((sum, milli) => sum + milli, 0));
        }
        const feasible = [...free.keys()].filter((name) =>
          everyPlacement(
            state,
            gang,
            (_, n) => domainName(state, required, n) === name,
            () => true,
          ),
        );
        if (feasible.length > 1) several++;
        const before = stateOf(state);
        const eligibility = createEligibility(nodes, state.pods);
        const why = placeGang(state, createTopology(nodes), eligibility, gang, firstFit(state));
        expect(why === null).toBe(feasible.length > 0);
        if (why) expect(stateOf(state)).toBe(before);
        else {
          const [used] = domainsUsed(state, gang, required);
          expect(free.get(used)).toBe(Math.min(...feasible.map((name) => free.get(name) as number)));
        }
      }),
      RUNS,
    );
    expect(several).toBeGreaterThan(30);
  });
});

describe("changes to a running cluster", () => {
  it("plans migrations of which every intermediate state is feasible", () => {
    let useful = 0;
    const goals = fc.constantFrom<DefragGoal[]>("pending", "empty-nodes", "empty-racks");
    fc.assert(
      fc.property(world, goals, fc.nat({ max: 12 }), ({ nodes, pods, policy }, goal, migrations) => {
        const { cluster } = binpack(nodes, pods, { policy });
        const pending = [...cluster.nodeOf.keys()].filter((p) => cluster.nodeOf[p] < 0);
        const before = stateOf(cluster);
        const plan = planDefrag(cluster, pending, { goal, migrations });
        expect(stateOf(cluster)).toBe(before);
        expect(plan.migrations.length).toBeLessThanOrEqual(migrations);
        expect(plan.after).toBeGreaterThanOrEqual(plan.before);
        if (plan.after === plan.before) expect(plan.migrations).toEqual([]);
        else if (plan.migrations.length > 0) useful++;
        const { state, wrong } = followPlan(cluster, plan);
        expect(wrong).toEqual([]);
        if (goal === "pending") {
          const milli = plan.placements.reduce((sum, { pod: p }) => sum + pods.gpus[p] * pods.milli[p], 0);
          expect(milli).toBe(plan.after);
          return;
        }
        const inUse = (of: (n: number) => string) => new Set([...state.nodeOf].filter((n) => n >= 0).map(of)).size;
        const name = (n: number) => domainName(state, goal === "empty-nodes" ? "node" : "rack", n);
        const all = new Set(Array.from({ length: nodes.n }, (_, n) => name(n))).size;
        expect(plan.after).toBe(all - inUse(name));
      }),
      RUNS,
    );
    expect(useful).toBeGreaterThan(25);
  });

  it("consolidates onto no more nodes than before, all of the pods kept", () => {
    fc.assert(
      fc.property(world, ({ nodes, pods, policy }) => {
        const { cluster } = binpack(nodes, pods, { policy });
        const { nodesBefore, nodesAfter, freed, plan } = consolidate(cluster);
        const { state, wrong } = followPlan(cluster, plan);
        expect(wrong).toEqual([]);
        expect(nodesAfter).toBe(nodesBefore - plan.after + plan.before);
        for (const n of freed) expect(state.nodeOf.includes(n)).toBe(false);
        expect(state.nodeOf.filter((n) => n >= 0).length).toBe(cluster.nodeOf.filter((n) => n >= 0).length);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it("replaces the pods of a failed node and no others", () => {
    fc.assert(
      fc.property(world, fc.nat(), ({ nodes, pods, policy }, which) => {
        const { cluster } = binpack(nodes, pods, { policy });
        const failed = which % nodes.n;
        const before = cluster.nodeOf.slice();
        const placer = firstFit(cluster);
        const out = replaceNode(cluster, createTopology(nodes), createEligibility(nodes, pods), failed, placer);
        expect(out.map(({ pod: p }) => p).sort((a, b) => a - b)).toEqual(
          [...before.keys()].filter((p) => before[p] === failed),
        );
        expect(violations(cluster)).toEqual([]);
        expect(brokenGangs(cluster).filter((what) => !what.endsWith("torn"))).toEqual([]);
        before.forEach((n, p) => {
          if (n !== failed) expect(cluster.nodeOf[p]).toBe(n);
        });
        for (const { pod: p, to, reason, within } of out) {
          expect(to).not.toBe(failed);
          expect(reason === null).toBe(to >= 0);
          if (within) expect(domainName(cluster, within, to)).toBe(domainName(cluster, within, failed));
          // A single pod leaves the rack only when no node of it has room.
          if (to >= 0 && within !== "rack" && !pods.group?.[p] && out.length === 1) {
            const rack = domainName(cluster, "rack", failed);
            const state = without(cluster, [p]);
            const inRack = (_: number, n: number) => n !== failed && domainName(state, "rack", n) === rack;
            const islands = pods.requiredLevel?.[p] === "nvlink" && pods.gpus[p] > 1;
            if (!islands) expect(everyPlacement(state, [p], inRack, () => true)).toBe(false);
          }
        }
      }),
      RUNS,
    );
  });

  it("explains every pending pod in numbers that fit the cluster", () => {
    fc.assert(
      fc.property(world, ({ nodes, pods, policy }) => {
        const { cluster, reasons } = binpack(nodes, pods, { policy });
        for (let p = 0; p < pods.n; p++) {
          if (reasons[p] === null) continue;
          const { counts, fitting, sentence } = explain(p, cluster);
          const able = Array.from({ length: nodes.n }, (_, n) =>
            everyPlacement(
              cluster,
              [p],
              (_, at) => at === n,
              () => true,
            ),
          ).filter((fits) => fits).length;
          expect(fitting + counts.topology).toBe(able);
          if (!pods.group?.[p] && pods.requiredLevel?.[p] !== "nvlink") expect(able).toBe(0);
          for (const count of Object.values(counts)) expect(count).toBeLessThanOrEqual(nodes.n);
          expect(sentence.startsWith(pods.name[p])).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 80 },
    );
  });
});

/** The cluster with these pods off their nodes, and tables of its own. */
function without(cluster: Cluster, gone: readonly number[]): Cluster {
  const { pods } = cluster;
  const state = copyCluster({
    ...cluster,
    pods: {
      ...pods,
      requiredLevel: [...(pods.requiredLevel ?? [])],
      preferredLevel: [...(pods.preferredLevel ?? [])],
      dataZone: [...(pods.dataZone ?? [])],
    },
  });
  for (const p of gone) {
    const n = state.nodeOf[p];
    if (n < 0) continue;
    state.cpuLeft[n] += pods.cpu[p];
    state.memoryLeft[n] += pods.memory[p];
    for (const g of state.gpusOf[p] ?? []) state.gpuLeft[state.gpuStart[n] + g] += pods.milli[p];
    state.nodeOf[p] = -1;
    (state.gpusOf as (readonly number[] | null)[])[p] = null;
  }
  return state;
}
