import { describe, expect, it } from "vitest";
import { occupy } from "../../../src/binpack/cluster.js";
import { consolidate } from "../../../src/binpack/defrag/consolidate.js";
import { type DefragOptions, planDefrag } from "../../../src/binpack/defrag/plan-defrag.js";
import { followPlan } from "./follow-plan.js";
import { makeWorld, type NodeSpec, type PodSpec, times } from "./world.js";

type Running = PodSpec & { at: [node: number, gpus: number[]] };

function world(nodes: NodeSpec[], running: Running[], pending: PodSpec[] = []) {
  const { cluster } = makeWorld(nodes, [...running, ...pending]);
  running.forEach(({ at: [node, gpus] }, pod) => {
    occupy(cluster, pod, node, gpus);
  });
  return { cluster, pending: pending.map((_, k) => running.length + k) };
}

function plan(nodes: NodeSpec[], running: Running[], pending: PodSpec[], options: Partial<DefragOptions>) {
  const made = world(nodes, running, pending);
  const out = planDefrag(made.cluster, made.pending, options);
  expect(followPlan(made.cluster, out).wrong).toEqual([]);
  return { ...out, moves: out.migrations.map(({ pod, to }) => [pod, to.node]) };
}

/** Enough nodes that are full to make a complete search too large. */
const full = (from: number, count: number): Running[] =>
  Array.from({ length: count }, (_, k) => ({ gpus: 8, at: [from + k, [0, 1, 2, 3, 4, 5, 6, 7]] }));

describe("planDefrag", () => {
  const share = (node: number, g: number, milli: number): Running => ({ gpus: 1, milli, at: [node, [g]] });

  it("moves the one share that keeps a large pod out", () => {
    const nodes = times(12, { gpus: 8 });
    const running = [share(0, 0, 300), share(1, 3, 600), ...full(2, 10)];
    const one = plan(nodes, running, [{ gpus: 8 }], { migrations: 5 });
    expect([one.before, one.after, one.moves]).toEqual([0, 8000, [[0, 1]]]);
    expect(one.placements).toEqual([{ pod: 12, to: { node: 0, gpus: [0, 1, 2, 3, 4, 5, 6, 7] } }]);
  });

  it("pushes one pod on to make room for another", () => {
    // The share of 600 goes where the one of 300 is, which goes to the last GPU; the one of 320 must stay.
    const nodes = [{ gpus: 1 }, { gpus: 1, model: "B" }, { gpus: 1 }, ...times(10, { gpus: 8 })];
    const fixed: Running = { ...share(1, 0, 320), spec: "B" };
    const running = [share(0, 0, 600), share(1, 0, 300), fixed, share(2, 0, 650), ...full(3, 10)];
    const out = plan(nodes, running, [{ gpus: 1 }], { migrations: 2 });
    expect([out.before, out.after, out.moves]).toEqual([
      0,
      1000,
      [
        [1, 2],
        [0, 1],
      ],
    ]);
    expect(plan(nodes, running, [{ gpus: 1 }], { migrations: 1 }).moves).toEqual([]);
  });

  it("does not swap pods for which no slot is free", () => {
    const nodes = [
      { gpus: 1, model: "A" },
      { gpus: 1, model: "B" },
    ];
    const running: Running[] = [
      { gpus: 1, milli: 700, at: [0, [0]] },
      { gpus: 1, milli: 600, at: [1, [0]] },
    ];
    const out = plan(nodes, running, [{ gpus: 1, milli: 400, spec: "A" }], { migrations: 4 });
    expect([out.after, out.moves]).toEqual([0, []]);
  });

  it("moves gangs whole, within the migrations allowed, and keeps their level", () => {
    const rack = (name: string): NodeSpec => ({ gpus: 4, zone: "z", block: "b", rack: name });
    const nodes = [...times(2, rack("r1")), ...times(2, rack("r2")), ...times(2, rack("r3"))];
    const gang = (node: number): Running => ({ gpus: 2, group: "g", requiredLevel: "rack", at: [node, [0, 1]] });
    const pending: PodSpec[] = times(2, { gpus: 4, group: "h", requiredLevel: "rack" as const });
    const running = [gang(0), gang(1), ...[2, 3, 4].map((node) => ({ gpus: 1, at: [node, [0]] }) as Running)];
    const gangMoves = plan(nodes, running, pending, { migrations: 2 });
    expect(gangMoves.after).toBe(8000);
    expect(gangMoves.migrations.length).toBeLessThanOrEqual(2);
    const alone = plan(nodes.slice(0, 4), running.slice(0, 4), pending, { migrations: 2 });
    expect(alone.after).toBe(8000);
    expect(new Set(alone.migrations.filter(({ pod }) => pod < 2).map(({ step }) => step)).size).toBeLessThanOrEqual(1);
  });

  it("frees whole racks", () => {
    const nodes = ["r1", "r1", "r2", "r2"].map((rack) => ({ gpus: 4, rack }));
    const running: Running[] = [0, 1, 2, 3].map((node) => ({ gpus: 1, at: [node, [0]] }));
    const out = plan(nodes, running, [], { goal: "empty-racks", migrations: 2 });
    expect([out.before, out.after, out.migrations.length]).toEqual([0, 1, 2]);
    expect(plan(nodes, running, [], { goal: "empty-racks", migrations: 1 })).toMatchObject({
      after: 0,
      migrations: [],
    });
  });

  it("refuses what it cannot mean", () => {
    const { cluster } = world([{ gpus: 1 }], [share(0, 0, 500)]);
    expect(() => planDefrag(cluster, [0])).toThrow(/pod "p0" is not pending/);
    expect(() => planDefrag(cluster, [], { migrations: 1.5 })).toThrow(/migrations must be a whole number/);
  });
});

describe("consolidate", () => {
  it("brings pods together on as few nodes as hold them", () => {
    const nodes = times(12, { gpus: 8 });
    const running: Running[] = Array.from({ length: 12 }, (_, node) => ({ gpus: 2, at: [node, [0, 1]] }));
    const { cluster } = world(nodes, running);
    const { nodesBefore, nodesAfter, freed, plan } = consolidate(cluster);
    expect([nodesBefore, nodesAfter, freed.length, plan.migrations.length]).toEqual([12, 3, 9, 9]);
    expect(followPlan(cluster, plan).wrong).toEqual([]);
  });
});
