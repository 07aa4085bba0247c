import { describe, expect, it } from "vitest";
import { type Cluster, copyCluster, occupy, vacate } from "../../../src/binpack/cluster.js";
import { planDefrag } from "../../../src/binpack/defrag/plan-defrag.js";
import type { Level } from "../../../src/binpack/types.js";
import { createRandom } from "../../../src/core/random.js";
import { followPlan } from "./follow-plan.js";
import { everyPlacement, violations } from "./judge.js";
import { randomCluster, randomPod } from "./random-cluster.js";
import { type NodeSpec, pickOf } from "./world.js";

function smallCase(seed: number, forceGreedy = false) {
  const random = createRandom([20260602, seed]);
  const nodes: NodeSpec[] = Array.from({ length: 2 + random.int(2) }, (_, k) => ({
    cpu: 5000 + 1000 * random.int(5),
    memory: 6144 + 1024 * random.int(4),
    gpus: 1 + random.int(2),
    model: pickOf(random, ["A", "A", "A", "B"]),
    rack: k < 2 ? "r1" : "r2",
  }));
  const preferredLevel: Level | "" = forceGreedy ? "zone" : "";
  const running = Array.from({ length: 3 + random.int(3) }, () => ({ ...randomPod(random), preferredLevel }));
  const pending = Array.from({ length: 1 + random.int(3) }, () => randomPod(random));
  return { ...randomCluster(random, nodes, running, pending), migrations: 1 + random.int(2) };
}

/** The best worth of all states that at most so many moves of single pods lead to, by plain recursion. */
function bestWorth(cluster: Cluster, migrations: number, worth: (state: Cluster) => number): number {
  let best = worth(cluster);
  if (migrations === 0) return best;
  for (let pod = 0; pod < cluster.pods.n; pod++) {
    const node = cluster.nodeOf[pod];
    if (node < 0) continue;
    const gpus = cluster.gpusOf[pod] ?? [];
    const places: [number, number[]][] = [];
    vacate(cluster, pod);
    everyPlacement(
      cluster,
      [pod],
      () => true,
      ([place]) => {
        places.push([place[0], [...place[1]]]);
        return false;
      },
    );
    for (const [to, on] of places) {
      occupy(cluster, pod, to, on);
      best = Math.max(best, bestWorth(cluster, migrations - 1, worth));
      vacate(cluster, pod);
    }
    occupy(cluster, pod, node, gpus);
  }
  return best;
}

/** The most GPU thousandths of pending pods that fit at once: every subset, every placement. */
function mostPending(cluster: Cluster, pending: number[]): number {
  let best = 0;
  for (let set = 0; set < 1 << pending.length; set++) {
    const chosen = pending.filter((_, k) => set & (1 << k));
    const milli = chosen.reduce((sum, pod) => sum + cluster.pods.gpus[pod] * cluster.pods.milli[pod], 0);
    if (
      milli > best &&
      everyPlacement(
        cluster,
        chosen,
        () => true,
        () => true,
      )
    )
      best = milli;
  }
  return best;
}

const emptyNodes = (state: Cluster) => state.nodes.n - new Set(state.nodeOf.filter((node) => node >= 0)).size;

function emptyRacks(state: Cluster): number {
  const used = new Set([...state.nodeOf].filter((node) => node >= 0).map((node) => state.nodes.rack?.[node]));
  return new Set(state.nodes.rack).size - used.size;
}

describe("defragmentation of tiny clusters against brute force", () => {
  it("makes room for the most pending GPU", () => {
    let gains = 0;
    for (let seed = 0; seed < 120; seed++) {
      const { cluster, pending, migrations } = smallCase(seed);
      const before = JSON.stringify(cluster);
      const plan = planDefrag(cluster, pending, { migrations });
      expect(JSON.stringify(cluster)).toBe(before);
      expect(plan.before, `case ${seed}`).toBe(mostPending(cluster, pending));
      const brute = bestWorth(copyCluster(cluster), migrations, (state) => mostPending(state, pending));
      expect(plan.after, `case ${seed}`).toBe(brute);
      expect(plan.migrations.length).toBeLessThanOrEqual(migrations);
      if (plan.after === plan.before) expect(plan.migrations).toEqual([]);
      else gains++;
      const { state, wrong } = followPlan(cluster, plan);
      expect(wrong, `case ${seed}`).toEqual([]);
      const placed = plan.placements.map(({ pod }) => pod);
      expect(placed.reduce((sum, pod) => sum + cluster.pods.gpus[pod] * cluster.pods.milli[pod], 0)).toBe(plan.after);
      expect(violations(state)).toEqual([]);
    }
    expect(gains).toBeGreaterThan(15);
  });

  it.each([
    ["empty-nodes", emptyNodes],
    ["empty-racks", emptyRacks],
  ] as const)("frees the most for %s", (goal, count) => {
    let gains = 0;
    for (let seed = 1000; seed < 1120; seed++) {
      const { cluster, migrations } = smallCase(seed);
      const plan = planDefrag(cluster, [], { migrations, goal });
      expect(plan.before).toBe(count(cluster));
      expect(plan.after, `case ${seed}`).toBe(bestWorth(copyCluster(cluster), migrations, count));
      const { state, wrong } = followPlan(cluster, plan);
      expect(wrong).toEqual([]);
      expect(count(state)).toBe(plan.after);
      if (plan.after > plan.before) gains++;
    }
    expect(gains).toBeGreaterThan(5);
  });

  it("is close to the best where it does not search completely", () => {
    let [got, best, gotEmpty, bestEmpty, before] = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 120; seed++) {
      const { cluster, pending, migrations } = smallCase(seed, true);
      const plan = planDefrag(cluster, pending, { migrations });
      const { wrong } = followPlan(cluster, plan);
      expect(wrong, `case ${seed}`).toEqual([]);
      before += plan.before;
      got += plan.after;
      best += planDefrag(smallCase(seed).cluster, pending, { migrations }).after;
      gotEmpty += planDefrag(cluster, [], { migrations, goal: "empty-nodes" }).after;
      bestEmpty += planDefrag(smallCase(seed).cluster, [], { migrations, goal: "empty-nodes" }).after;
    }
    expect(got - before).toBeGreaterThanOrEqual(0.7 * (best - before));
    expect(gotEmpty).toBeGreaterThanOrEqual(0.97 * bestEmpty);
  });
});
