import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/core/random.js";
import {
  ACTION,
  buildCsr,
  buildCsrInPlace,
  type Csr,
  checkIntegrity,
  createCostModel,
  decide,
  dominators,
  exclusiveByRoot,
  reach,
  rootSummaries,
  tallies,
} from "../../src/gc-reachability/index.js";
import {
  activeErasures,
  activeHolds,
  activeProtections,
  breakEven,
  byBytes,
  early,
  isErased,
  judge,
  monthly,
  nearest,
  type Scenario,
  selects,
  strongEdges,
} from "../unit/gc-reachability/oracle.js";
import { load, makeScenario, verdictsOf } from "../unit/gc-reachability/scenario.js";

const RUNS = { seed: 20_261_127 };
const property = (numRuns: number, check: (rng: Random) => void): void =>
  fc.assert(
    fc.property(fc.nat(1_000_000_000), (seed) => check(createRandom(seed))),
    { ...RUNS, numRuns },
  );
const decided = (s: Scenario, rng?: Random) => {
  const { input, policy, ids } = load(s, rng);
  return { input, policy, ids, decision: decide(input, policy, s.asOf, s.snapshotAt) };
};
const shuffled = <T>(rng: Random, values: readonly T[]): T[] =>
  values
    .map((value) => ({ value, place: rng.uniform() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);

describe("the decision beside its slow oracle", () => {
  it("agrees on every object: action, reason, rule, depth, root and parent; and on all conflicts", () => {
    const seen = new Map<string, number>();
    property(2400, (rng) => {
      const s = makeScenario(rng);
      const { decision, ids } = decided(s, rng);
      const expected = judge(s);
      const got = verdictsOf(decision, ids);
      for (const id of ids) expect([id, got.get(id)]).toEqual([id, expected.get(id)]);
      for (const { action, reason, depth } of got.values()) {
        const what = `${action} ${reason}${depth > 1 ? ", far" : ""}`;
        seen.set(what, (seen.get(what) ?? 0) + 1);
      }
      const conflicts = ids.flatMap((id, object) =>
        activeHolds(s, id).flatMap((hold) =>
          activeErasures(s, id).map((erasure) => {
            return { object, hold: s.holds.indexOf(hold), erasure: s.erasures.indexOf(erasure) };
          }),
        ),
      );
      expect(decision.conflicts).toEqual(conflicts);
      expect(decision.conflictCount).toBe(conflicts.length);
    });
    // Every row of the table was met often, walks over several edges too.
    expect([...seen.keys()].sort()).toEqual([
      ...["delete erasure", "delete unreached", "keep class_keep", "keep exception", "keep grace", "keep legal_hold"],
      ...["keep minimal_keep", "keep protected", "keep reachable", "keep reachable, far", "keep recent_access"],
      ...["keep referenced", "keep referenced, far", "keep uneconomic", "keep unknown", "keep young"],
      "transition unreached",
    ]);
    expect(Math.min(...seen.values())).toBeGreaterThan(30);
  });

  it("costs agree to the last bit", () => {
    property(300, (rng) => {
      const s = makeScenario(rng);
      const { input, policy, ids } = load(s, rng);
      const cost = createCostModel(input, policy, s.asOf);
      for (const thing of s.things) {
        const { monthlyUsd, earlyDeletionUsd, breakEvenMonths, ageDays } = cost.of(ids.indexOf(thing.id));
        expect(monthlyUsd).toBe(monthly(s, thing, thing.storage));
        expect(earlyDeletionUsd).toBe(early(s, thing));
        expect(breakEvenMonths).toBe(breakEven(s, thing));
        expect(ageDays).toBe(thing.created === null ? null : (s.asOf - thing.created) / 86_400_000);
      }
    });
  });
});

describe("invariants of a decision", () => {
  it("each object has one fate, no kept one needs a deleted one, and what needs an erased one is tainted", () => {
    property(500, (rng) => {
      const s = makeScenario(rng);
      const { input, decision, ids } = decided(s, rng);
      const { keptToDeleted, tainted } = checkIntegrity(input.csr, decision);
      expect(keptToDeleted).toEqual([]);
      const stays = (id: string) => decision.action[ids.indexOf(id)] !== ACTION.delete;
      const needing = strongEdges({ ...s, erasures: [] }).filter(({ src, dst }) => stays(src) && isErased(s, dst));
      expect(Array.from(tainted, (i) => ids[i])).toEqual([...new Set(needing.map(({ src }) => src))].sort(byBytes));
      ids.forEach((_, i) => {
        const kept = decision.action[i] === ACTION.keep;
        expect(decision.depth[i] >= 0).toBe(kept);
        expect(decision.root[i] >= 0).toBe(kept);
        // Following the parents leads to the root in as many steps as the depth says.
        let at = i;
        for (let step = 0; step < decision.depth[i]; step++) at = decision.parent[at];
        if (kept) expect([at, decision.parent[at]]).toEqual([decision.root[i], -1]);
      });
    });
  });

  it("does not depend on the order of objects and edges", () => {
    property(300, (rng) => {
      const s = makeScenario(rng);
      const other = { ...s, things: shuffled(rng, s.things), edges: shuffled(rng, s.edges) };
      const [a, b] = [decided(s), decided(other, rng)];
      expect(verdictsOf(b.decision, b.ids)).toEqual(verdictsOf(a.decision, a.ids));
      expect(tallies(b.input, b.decision, b.policy, s.asOf)).toEqual(tallies(a.input, a.decision, a.policy, s.asOf));
    });
  });

  it("another protection or strong edge never adds a candidate", () => {
    property(800, (rng) => {
      const s = makeScenario(rng);
      const candidates = ({ decision, ids }: ReturnType<typeof decided>) =>
        new Set(ids.filter((_, i) => decision.action[i] !== ACTION.keep));
      const pick = () => s.things[rng.int(s.things.length)].id;
      const more =
        rng.int(2) === 0
          ? { ...s, edges: [...s.edges, { src: pick(), dst: pick(), rel: null }] }
          : { ...s, protections: [...s.protections, { id: pick(), name: "new", type: "custom", expires: null }] };
      const before = candidates(decided(s));
      for (const id of candidates(decided(more))) expect(before.has(id)).toBe(true);
    });
  });
});

describe("roots", () => {
  it("dropping one row frees exactly its exclusive objects and bytes, and its reach is what it keeps", () => {
    let [freeing, shielding] = [0, 0];
    property(1000, (rng) => {
      const s = makeScenario(rng, 9);
      // More that can be freed.
      for (const thing of s.things)
        if (rng.int(2) === 0) Object.assign(thing, { class: "Bronze", created: 0, accessed: null });
      // And holds on what is to be erased.
      if (s.erasures.length > 0 && s.holds.length > 0) {
        const { id, prefix } = s.holds[0];
        Object.assign(s.erasures[0], { id, prefix });
        s.policy.erasure_vs_hold = rng.int(4) === 0 ? "erase" : "hold";
      }
      const { input, policy, ids, decision } = decided(s, rng);
      const deleted = (verdicts: ReturnType<typeof judge>) =>
        s.things.filter(({ id }) => verdicts.get(id)?.action === "delete");
      const before = deleted(judge(s));
      const roots = rootSummaries(input, policy, decision, s.asOf, s.snapshotAt);
      expect(roots).toHaveLength(s.holds.length + s.protections.length);
      for (const root of roots) {
        const row = s[root.table][root.row];
        const without = { ...s, [root.table]: s[root.table].filter((other) => other !== row) } as Scenario;
        const freed = deleted(judge(without)).filter((thing) => !before.includes(thing));
        const size = (things: typeof freed) => things.reduce((sum, thing) => sum + BigInt(thing.size), 0n);
        expect([root.exclusiveObjects, root.exclusiveBytes]).toEqual([freed.length, size(freed)]);
        if (freed.length > 0) freeing++;
        if (freed.some(({ id }) => isErased(without, id))) shielding++;
        const matched = s.things.filter(({ id }) => selects(row, id));
        const active = (id: string) =>
          (root.table === "holds" ? activeHolds(s, id) : activeProtections(s, id)).includes(row as never);
        const tips = matched.filter(({ id }) => active(id) && !isErased(s, id)).map(({ id }) => id);
        const found = nearest(tips, strongEdges(s), (id) => !isErased(s, id));
        const reached = s.things.filter(({ id }) => found.has(id));
        expect([root.objects, root.reachableObjects, root.reachableBytes]).toEqual([
          matched.length,
          reached.length,
          size(reached),
        ]);
      }
      expect(ids).toHaveLength(s.things.length);
    });
    expect(freeing).toBeGreaterThan(100);
    expect(shielding).toBeGreaterThan(50);
  });
});

/** Random directed graph with loops, parallel edges and cycles. */
function randomGraph(rng: Random, most: number): { n: number; csr: Csr; src: Int32Array; dst: Int32Array } {
  const n = 1 + rng.int(most);
  const m = rng.int(3 * n);
  const ends = () => Int32Array.from({ length: m }, () => rng.int(n));
  const [src, dst] = [ends(), ends()];
  return { n, src, dst, csr: buildCsr(n, src, dst) };
}
const subset = (rng: Random, n: number, share: number) =>
  Int32Array.from(Array.from({ length: n }, (_, v) => v).filter(() => rng.uniform() < share));

describe("walks", () => {
  it("build the same rows in place as aside, but for the order of a vertex's edges", () => {
    property(300, (rng) => {
      const { n, csr, src, dst } = randomGraph(rng, 40);
      const inPlace = buildCsrInPlace(n, src.slice(), dst.slice());
      expect(inPlace.offsets).toEqual(csr.offsets);
      const rows = ({ offsets, targets }: Csr) =>
        Array.from({ length: n }, (_, v) => [...targets.slice(offsets[v], offsets[v + 1])]);
      expect(rows(inPlace).map((row) => row.sort())).toEqual(rows(csr).map((row) => row.sort()));
      expect(rows(csr)).toEqual(Array.from({ length: n }, (_, v) => [...dst.filter((_to, e) => src[e] === v)]));
    });
  });

  it("find nearest tips and paths by definition, whatever is blocked", () => {
    property(500, (rng) => {
      const { n, csr, src, dst } = randomGraph(rng, 14);
      const tips = subset(rng, n, 0.3);
      const blocked = Uint8Array.from({ length: n }, () => Number(rng.int(5) === 0));
      // Names in the order of numbers.
      const name = (v: number) => String(v).padStart(3, "0");
      const edges = Array.from(src, (from, e) => ({ src: name(from), dst: name(dst[e]), rel: null }));
      const expected = nearest(Array.from(tips, name), edges, (id) => blocked[Number(id)] === 0);
      const twice = Int32Array.from([...tips, ...tips].reverse());
      const got = reach(csr, twice, { blocked });
      expect(got.count).toBe(expected.size);
      const queue = new Int32Array(Math.max(n, twice.length));
      queue.set(twice);
      expect(reach(csr, queue.subarray(0, twice.length), { blocked, queue })).toEqual(got);
      for (let v = 0; v < n; v++) {
        const found = expected.get(name(v));
        const wanted = [found?.depth ?? -1, Number(found?.root ?? -1), Number(found?.parent ?? -1)];
        expect([got.depth[v], got.root[v], got.parent[v]]).toEqual(wanted);
      }
    });
  });

  it("exclusive vertices are those that one row alone reaches", () => {
    property(500, (rng) => {
      const { n, csr } = randomGraph(rng, 14);
      const rows = 1 + rng.int(4);
      const rootOf = Int32Array.from({ length: n }, () => (rng.int(3) === 0 ? rng.int(rows) : -1));
      const shared = Uint8Array.from({ length: n }, () => Number(rng.int(10) === 0));
      const blocked = Uint8Array.from({ length: n }, () => Number(rng.int(10) === 0));
      const size = Float64Array.from({ length: n }, () => rng.int(100));
      const reaches = (isTip: (v: number) => boolean) => {
        const tips = Int32Array.from(
          Array.from({ length: n }, (_, v) => v).filter((v) => isTip(v) && blocked[v] === 0),
        );
        return reach(csr, tips, { blocked }).depth;
      };
      const kept = reaches((v) => shared[v] === 1);
      const byRow = Array.from({ length: rows }, (_, row) => reaches((v) => rootOf[v] === row));
      const label = Int32Array.from({ length: n }, (_, v) => {
        const found = byRow.flatMap((depth, row) => (depth[v] >= 0 ? [row] : []));
        if (kept[v] >= 0 || found.length > 1) return -2;
        return found[0] ?? -1;
      });
      const got = exclusiveByRoot(csr, rootOf, shared, size, { blocked });
      expect(got.label).toEqual(label);
      got.bytes.forEach((bytes, row) => {
        expect(bytes).toBe(size.reduce((sum, s, v) => sum + (label[v] === row ? s : 0), 0));
        expect(got.objects[row]).toBe(label.filter((l) => l === row).length);
      });
    });
  });

  it("what a vertex retains is what is no longer reached without it, and its dominator is the last such", () => {
    property(500, (rng) => {
      const { n, csr } = randomGraph(rng, 12);
      const tips = subset(rng, n, 0.25);
      const blocked = Uint8Array.from({ length: n }, (_, v) => Number(rng.int(8) === 0 && !tips.includes(v)));
      const size = Float64Array.from({ length: n }, () => rng.int(100));
      const { idom, retained } = dominators(csr, tips, size, { blocked });
      const all = reach(csr, tips, { blocked }).depth;
      /** Vertices that hang on v. */
      const held = Array.from({ length: n }, (_, v) => {
        const without = blocked.slice();
        without[v] = 1;
        const { depth } = reach(
          csr,
          tips.filter((tip) => tip !== v),
          { blocked: without },
        );
        return Array.from({ length: n }, (_, w) => w).filter((w) => all[w] >= 0 && depth[w] < 0);
      });
      for (let v = 0; v < n; v++) {
        if (all[v] < 0) {
          expect([idom[v], retained[v]]).toEqual([-2, 0]);
          continue;
        }
        expect(retained[v]).toBe(held[v].reduce((sum, w) => sum + size[w], 0));
        const above = Array.from({ length: n }, (_, u) => u).filter((u) => u !== v && held[u].includes(v));
        // The nearest is the one that all the others hold.
        const last = above.filter((u) => above.every((w) => w === u || held[w].includes(u)));
        expect([idom[v]]).toEqual(last.length === 0 ? [-1] : last);
      }
    });
  });
});
