import { describe, expect, it } from "vitest";
import {
  buildCsr,
  buildCsrInPlace,
  createCostModel,
  decide,
  decisionSteps,
  dominators,
  exclusiveByRoot,
  explainObject,
  reach,
  rootSummaries,
} from "../../../src/gc-reachability/index.js";
import type { Scenario, Thing } from "./oracle.js";
import { load, verdictsOf } from "./scenario.js";

const AS_OF = Date.UTC(2026, 5, 1);
const [HOUR, DAY] = [3_600_000, 86_400_000];

const thing = (id: string, rest: Partial<Thing> = {}): Thing => ({
  ...{ id, kind: "run", class: "Bronze", size: 10, storage: "STANDARD", created: AS_OF - 400 * DAY },
  ...{ accessed: null, since: null, group: null, metric: null },
  ...rest,
});

/** Old Bronze things, which go, unless something speaks for them. */
function scenario(rest: Partial<Omit<Scenario, "policy">> & { policy?: Partial<Scenario["policy"]> }): Scenario {
  return {
    ...{ things: [], edges: [], protections: [], holds: [], erasures: [], asOf: AS_OF, snapshotAt: AS_OF },
    ...rest,
    policy: {
      ...{ schema_version: 1, grace_hours: 24, erasure_vs_hold: "erase", weak_relations: ["doc_link"] },
      ...{ max_break_even_months: 12, minimal_keep: [], exceptions: [] },
      classes: {
        Bronze: { horizon_days: 30, access_days: 14, on_expire: "delete" },
        Silver: { horizon_days: 30, access_days: 0, on_expire: "transition", transition_to: "GLACIER" },
      },
      storage_classes: {
        STANDARD: { usd_per_gb_month: 0.023 },
        GLACIER: {
          ...{ usd_per_gb_month: 0.0036, min_days: 90, overhead_bytes: 32_768, overhead_standard_bytes: 8192 },
          transition_usd_per_1000: 0.03,
        },
      },
      ...rest.policy,
    },
  };
}

const decided = (s: Scenario) => {
  const { input, policy, ids } = load(s);
  const decision = decide(input, policy, s.asOf, s.snapshotAt);
  return { input, policy, ids, decision, verdicts: verdictsOf(decision, ids) };
};
/** Quicker than `toEqual` on long columns. */
const same = (a: Int32Array, b: ArrayLike<number>): boolean => a.length === b.length && a.every((x, i) => x === b[i]);
const reasons = (s: Scenario) => Object.fromEntries([...decided(s).verdicts].map(([id, v]) => [id, v.reason]));
const hold = (id: string) => ({ id, hold: "H-1", issued: null, released: null });
const protect = (id: string, name = "golden") => ({ id, name, type: "golden_dataset", expires: null });
const erase = (id: string) => ({ id, request: "DSR-1", completed: null });

describe("limits, to the millisecond", () => {
  const reasonOf = (rest: Partial<Thing>, at: Partial<Scenario> = {}) =>
    reasons(scenario({ things: [thing("a", rest)], ...at }))["a"];

  it("an object as old as the horizon may go, one a millisecond younger stays", () => {
    expect(reasonOf({ created: AS_OF - 30 * DAY })).toBe("unreached");
    expect(reasonOf({ created: AS_OF - 30 * DAY + 1 })).toBe("young");
  });

  it("grace is counted back from the snapshot, and its very start is no longer grace", () => {
    const snapshotAt = AS_OF - 100 * DAY;
    expect(reasonOf({ created: snapshotAt - 24 * HOUR }, { snapshotAt })).toBe("unreached");
    expect(reasonOf({ created: snapshotAt - 24 * HOUR + 1 }, { snapshotAt })).toBe("grace");
    expect(reasonOf({ created: AS_OF + DAY })).toBe("grace");
  });

  it("access days count from the last use, or from the creation when that is later", () => {
    expect(reasonOf({ accessed: AS_OF - 14 * DAY })).toBe("unreached");
    expect(reasonOf({ accessed: AS_OF - 14 * DAY + 1 })).toBe("recent_access");
    expect(reasonOf({ accessed: AS_OF + DAY })).toBe("recent_access");
    expect(reasonOf({ created: AS_OF - 31 * DAY, accessed: AS_OF - 500 * DAY })).toBe("unreached");
  });

  it("without a class, with one that the policy lacks or without a time an object stays", () => {
    expect(reasonOf({ class: null })).toBe("unknown");
    expect(reasonOf({ class: "constructor" })).toBe("unknown");
    expect(reasonOf({ created: null })).toBe("unknown");
  });

  it("selectors end at their time and holds start at theirs", () => {
    const things = [thing("a")];
    const until = (expires: number) => reasons(scenario({ things, protections: [{ ...protect("a"), expires }] }))["a"];
    expect([until(AS_OF), until(AS_OF + 1)]).toEqual(["unreached", "protected"]);
    const held = (issued: number, released: number | null) =>
      reasons(scenario({ things, holds: [{ ...hold("a"), issued, released }] }))["a"];
    expect([held(AS_OF, null), held(AS_OF + 1, null)]).toEqual(["legal_hold", "unreached"]);
    expect([held(0, AS_OF), held(0, AS_OF + 1)]).toEqual(["unreached", "legal_hold"]);
  });
});

describe("what can add a candidate after all, through minimal_keep", () => {
  // The better of two runs is to be erased; the policy keeps the best one that is not.
  const base = (rest: Partial<Scenario>, winner: "erase" | "hold") =>
    scenario({
      things: [thing("a", { metric: 2 }), thing("b", { metric: 1 })],
      policy: {
        erasure_vs_hold: winner,
        minimal_keep: [{ kind: "run", class: null, direction: "max", n: 1 }],
      },
      ...rest,
    });

  it("a hold that saves an object from erasure: it counts again and takes another's place", () => {
    expect(reasons(base({ erasures: [erase("a")] }, "hold"))).toEqual({ a: "erasure", b: "minimal_keep" });
    const held = base({ erasures: [erase("a")], holds: [hold("a")] }, "hold");
    expect(reasons(held)).toEqual({ a: "legal_hold", b: "unreached" });
    // So dropping the hold frees a alone: b, which comes back, is not subtracted.
    const { input, policy, decision } = decided(held);
    expect(rootSummaries(input, policy, decision, AS_OF)).toEqual([
      {
        ...{ table: "holds", row: 0, name: "H-1", type: "legal_hold", active: true, objects: 1 },
        ...{ reachableObjects: 1, reachableBytes: 10n, exclusiveObjects: 1, exclusiveBytes: 10n },
      },
    ]);
  });

  it("the end of an erasure", () => {
    const completed = { ...erase("a"), completed: AS_OF };
    expect(reasons(base({ erasures: [erase("a")] }, "erase"))).toEqual({ a: "erasure", b: "minimal_keep" });
    expect(reasons(base({ erasures: [completed] }, "erase"))).toEqual({ a: "minimal_keep", b: "unreached" });
  });
});

describe("edges", () => {
  const chain = (ids: string[]) => ids.slice(1).map((dst, i) => ({ src: ids[i], dst, rel: null }));

  it("weak ones keep nothing, and an erased object cuts what only it needed", () => {
    const s = scenario({
      things: ["a", "b", "c", "d"].map((id) => thing(id)),
      edges: [...chain(["a", "b", "c"]), { src: "a", dst: "d", rel: "doc_link" }],
      protections: [protect("a")],
      erasures: [erase("b")],
    });
    expect(reasons(s)).toEqual({ a: "protected", b: "erasure", c: "unreached", d: "unreached" });
  });

  it("what a cold object needs stays, whether it moves or not", () => {
    const s = scenario({
      things: [
        thing("big", { class: "Silver", size: 2 ** 40 }),
        thing("small", { class: "Silver", size: 1 }),
        ...[thing("x"), thing("y"), thing("z")],
      ],
      edges: [...chain(["big", "x"]), ...chain(["small", "y"])],
    });
    const { verdicts } = decided(s);
    expect(verdicts.get("big")).toEqual({
      ...{ action: "transition", reason: "unreached", rule: null, depth: -1, root: null, parent: null },
    });
    expect(verdicts.get("small")).toMatchObject({ action: "keep", reason: "uneconomic", depth: 0, root: "small" });
    expect(verdicts.get("x")).toMatchObject({ reason: "referenced", depth: 1, root: "big", parent: "big" });
    expect(verdicts.get("y")).toMatchObject({ reason: "referenced", depth: 1, root: "small" });
    expect(verdicts.get("z")).toMatchObject({ action: "delete", reason: "unreached" });
  });

  it("a chain of 100,000 is walked without recursion, by all algorithms", () => {
    const n = 100_001;
    const from = Int32Array.from({ length: n - 1 }, (_, i) => i);
    const csr = buildCsr(
      n,
      from,
      from.map((i) => i + 1),
    );
    const { depth, parent, root, count } = reach(csr, Int32Array.of(0));
    expect([count, depth[n - 1], parent[n - 1], root[n - 1]]).toEqual([n, n - 1, n - 2, 0]);
    const size = new Float64Array(n).fill(1);
    expect(dominators(csr, Int32Array.of(0), size).retained[1]).toBe(n - 1);
    const rootOf = new Int32Array(n).fill(-1);
    [rootOf[0], rootOf[50_000]] = [0, 1];
    expect([...exclusiveByRoot(csr, rootOf, new Uint8Array(n), size).objects]).toEqual([50_000, 0]);
  });

  it("many levels of many vertices come in the same order as a plain walk gives", () => {
    // A grid: large levels are read off the bits, small ones are sorted.
    const side = 400;
    const ends = Array.from({ length: side * side }, (_, v) => [v + 1, v + side].map((to) => [v, to]))
      .flat()
      .filter(([v, to]) => to < side * side && (to !== v + 1 || to % side !== 0));
    const column = (end: number) => Int32Array.from(ends, (pair) => pair[end]);
    const csr = buildCsr(side * side, column(0), column(1));
    const { depth, parent, root } = reach(csr, Int32Array.of(side * side - side, 0, side - 1));
    const nearest = Array.from({ length: side * side }, (_, v) => {
      const [row, col] = [Math.floor(v / side), v % side];
      const near = [{ tip: 0, far: row + col }];
      if (row === side - 1) near.push({ tip: side * side - side, far: col });
      if (col === side - 1) near.push({ tip: side - 1, far: row });
      near.sort((a, b) => a.far - b.far || a.tip - b.tip);
      return near[0];
    });
    expect(
      same(
        depth,
        nearest.map(({ far }) => far),
      ),
    ).toBe(true);
    expect(
      same(
        root,
        nearest.map(({ tip }) => tip),
      ),
    ).toBe(true);
    expect(parent.every((u, v) => (u < 0 ? depth[v] === 0 : depth[u] === depth[v] - 1 && root[u] === root[v]))).toBe(
      true,
    );
  });

  it("ends that are no vertices, and columns of two lengths, are refused", () => {
    for (const build of [buildCsr, buildCsrInPlace]) {
      expect(() => build(2, Int32Array.of(0, 2), Int32Array.of(1, 1))).toThrow(/edge 1 goes from 2 to 1.*0 to 1/);
      expect(() => build(2, Int32Array.of(0), Int32Array.of(-1))).toThrow(/edge 0 goes from 0 to -1/);
      expect(() => build(2, Int32Array.of(0), Int32Array.of())).toThrow(/as many sources as targets, got 1 and 0/);
      expect(build(0, Int32Array.of(), Int32Array.of())).toEqual({
        offsets: Int32Array.of(0),
        targets: Int32Array.of(),
      });
    }
    const csr = buildCsr(2, Int32Array.of(0), Int32Array.of(1));
    expect(() => reach(csr, Int32Array.of(2))).toThrow(/tip 2 is no vertex/);
    expect(() => dominators(csr, Int32Array.of(-1), new Float64Array(2))).toThrow(/tip -1 is no vertex/);
  });

  it("blocks of sources are put together: 150,000 vertices beside a plain sort", () => {
    const n = 150_000;
    const src = Int32Array.from({ length: 200_000 }, (_, e) => Math.imul(e, 0x9e3779b1) >>> 0).map(
      (x) => (x >>> 0) % n,
    );
    const dst = Int32Array.from(src.keys()).map((e) => e % n);
    const { offsets, targets } = buildCsr(n, src, dst);
    const order = Int32Array.from(src.keys()).sort((a, b) => src[a] - src[b] || a - b);
    expect(
      same(
        targets,
        order.map((e) => dst[e]),
      ),
    ).toBe(true);
    const sources = Int32Array.from(src).sort();
    expect(sources.every((v, k) => offsets[v] <= k && k < offsets[v + 1])).toBe(true);
    const inPlace = buildCsrInPlace(n, src.slice(), dst.slice());
    expect(same(inPlace.offsets, offsets)).toBe(true);
    const sorted = (all: Int32Array) =>
      Int32Array.from(order.keys())
        .sort((a, b) => sources[a] - sources[b] || all[a] - all[b])
        .map((k) => all[k]);
    expect(same(sorted(inPlace.targets), sorted(targets))).toBe(true);
  });
});

describe("the walks of a decision can be made elsewhere", () => {
  it("asks for three walks, none from nowhere, and takes what is written to its arrays", () => {
    const s = scenario({
      things: [thing("a"), thing("b"), thing("c", { created: AS_OF }), thing("d", { class: "Silver" })],
      edges: [{ src: "a", dst: "b", rel: null }],
      protections: [protect("a")],
    });
    const { input, policy } = load(s);
    const steps = decisionSteps(input, policy, AS_OF);
    const asked: { tips: number[]; blocked: number[] }[] = [];
    let step = steps.next();
    for (; !step.done; step = steps.next()) {
      const { tips, blocked, into } = step.value;
      asked.push({ tips: [...tips], blocked: [...blocked] });
      reach(input.csr, tips, { blocked, into });
    }
    expect(asked).toEqual([
      { tips: [0], blocked: [0, 0, 0, 0] },
      { tips: [2], blocked: [1, 1, 0, 0] },
      { tips: [3], blocked: [1, 1, 1, 0] },
    ]);
    expect(step.value).toEqual(decide(input, policy, AS_OF));
    const none = scenario({ things: [thing("a")] });
    expect(decisionSteps(load(none).input, load(none).policy, AS_OF).next().done).toBe(true);
  });
});

describe("conflicts", () => {
  it("lists 10,000 and counts all, whoever wins", () => {
    const things = Array.from({ length: 6000 }, (_, i) => thing(`s3://b/${String(i).padStart(5, "0")}`));
    for (const winner of ["erase", "hold"] as const) {
      const { decision } = decided(
        scenario({
          things,
          holds: [
            { prefix: "s3://b/", hold: "H-1", issued: null, released: null },
            { prefix: "s3://", hold: "H-2", issued: null, released: null },
          ],
          erasures: [{ prefix: "s3://b/", request: "DSR-1", completed: null }],
          policy: { erasure_vs_hold: winner },
        }),
      );
      expect([decision.conflicts.length, decision.conflictCount]).toEqual([10_000, 12_000]);
      expect(decision.conflicts.slice(0, 3)).toEqual([
        { object: 0, hold: 0, erasure: 0 },
        { object: 0, hold: 1, erasure: 0 },
        { object: 1, hold: 0, erasure: 0 },
      ]);
    }
  });
});

describe("costs", () => {
  const gib = 2 ** 30;
  const costOf = (rest: Partial<Thing>) => {
    const s = scenario({ things: [thing("a", rest)] });
    const { input, policy } = load(s);
    return createCostModel(input, policy, AS_OF).of(0);
  };

  it("a GiB in STANDARD costs its price; moving it pays back in its first day", () => {
    const cost = costOf({ class: "Silver", size: gib, created: AS_OF - 400 * DAY });
    expect(cost.monthlyUsd).toBe(0.023);
    expect(cost.earlyDeletionUsd).toBe(0);
    const after = (1 + 32_768 / gib) * 0.0036 + (8192 / gib) * 0.023;
    expect(cost.breakEvenMonths).toBeCloseTo(0.00003 / (0.023 - after), 12);
    expect(cost.ageDays).toBe(400);
  });

  it("GLACIER charges the rest of its 90 days from when the object came there", () => {
    const month = (1 + 32_768 / gib) * 0.0036 + (8192 / gib) * 0.023;
    const early = (rest: Partial<Thing>) => costOf({ storage: "GLACIER", size: gib, ...rest }).earlyDeletionUsd;
    expect(early({ since: AS_OF - 60 * DAY })).toBeCloseTo(month, 12);
    expect(early({ created: AS_OF - 30 * DAY })).toBeCloseTo(2 * month, 12);
    expect(early({ since: AS_OF - 90 * DAY })).toBe(0);
    expect(early({ created: null })).toBe(0);
  });

  it("without a price nothing is known, and nothing pays for moving what 40 KiB of overhead outweigh", () => {
    expect(costOf({ class: "Silver", storage: "ODD" })).toEqual({
      ...{ ageDays: 400, monthlyUsd: null, earlyDeletionUsd: null, breakEvenMonths: null },
    });
    expect(costOf({ class: "Silver", size: 1000 }).breakEvenMonths).toBeNull();
  });
});

describe("root rows", () => {
  it("a row that has run out matches but keeps nothing, and what two rows match is of neither alone", () => {
    const s = scenario({
      things: [thing("a"), thing("b"), thing("c")],
      edges: [{ src: "b", dst: "c", rel: null }],
      protections: [
        protect("a"),
        protect("a", "twice"),
        protect("b", "model"),
        { ...protect("c", "old"), expires: AS_OF },
      ],
    });
    const { input, policy, decision } = decided(s);
    const rows = rootSummaries(input, policy, decision, AS_OF);
    expect(rows.map((r) => [r.name, r.active, r.objects, r.reachableObjects, r.exclusiveObjects])).toEqual([
      ["golden", true, 1, 1, 0],
      ["twice", true, 1, 1, 0],
      ["model", true, 1, 2, 2],
      ["old", false, 1, 0, 0],
    ]);
  });

  it("more rows than bits in a word", () => {
    const things = Array.from({ length: 70 }, (_, i) => thing(`t${String(i).padStart(2, "0")}`));
    const edges = things.slice(1).map(({ id }, i) => ({ src: things[i].id, dst: id, rel: null }));
    const { input, policy, decision } = decided(
      scenario({ things, edges, protections: things.map(({ id }) => protect(id, id)) }),
    );
    const rows = rootSummaries(input, policy, decision, AS_OF);
    expect(rows.map((r) => r.reachableObjects)).toEqual(things.map((_, i) => 70 - i));
    expect(rows.map((r) => r.exclusiveObjects)).toEqual(things.map((_, i) => Number(i === 0)));
  });

  it("bytes beyond 2^53 are exact", () => {
    const big = 2 ** 53 - 1;
    const things = [thing("a", { size: big }), thing("b", { size: big }), thing("c", { size: 3 })];
    const edges = [
      { src: "a", dst: "b", rel: null },
      { src: "b", dst: "c", rel: null },
    ];
    const { input, policy, decision } = decided(scenario({ things, edges, protections: [protect("a")] }));
    const [row] = rootSummaries(input, policy, decision, AS_OF);
    expect([row.reachableBytes, row.exclusiveBytes]).toEqual([2n ** 54n + 1n, 2n ** 54n + 1n]);
  });
});

describe("explanations", () => {
  const s = scenario({
    things: [
      ...[thing("a"), thing("b"), thing("c"), thing("d"), thing("e", { created: AS_OF }), thing("f", { class: null })],
      ...[thing("g", { class: "Silver" }), thing("h", { class: "Silver", size: 2 ** 40 }), thing("i")],
    ],
    edges: [
      { src: "a", dst: "b", rel: null },
      { src: "b", dst: "c", rel: null },
    ],
    holds: [{ ...hold("a") }],
    erasures: [erase("a"), erase("i")],
    policy: { erasure_vs_hold: "hold" },
  });
  const { input, decision, ids } = decided(s);
  const explain = (id: string) => explainObject(input, decision, ids.indexOf(id));

  it("tells the way to what keeps an object, and a sentence", () => {
    expect(explain("c")).toEqual({
      ...{ action: "keep", reason: "reachable", rule: "H-1", path: [2, 1, 0] },
      words: "Stays: it is needed, 2 steps away, by an object that is under legal hold H-1.",
    });
    expect(explain("a").words).toBe(
      "Stays: it is under legal hold H-1. The erasure request DSR-1 has to wait: the policy lets holds win.",
    );
    expect(explain("i").words).toMatch(/^Goes: the erasure request DSR-1 names it/);
    expect(explain("d").words).toMatch(/^Goes: its class has expired/);
    expect(explain("e").words).toMatch(/^Stays: it was made within the grace/);
    expect(explain("f").words).toMatch(/^Stays: it has no class/);
    expect(explain("g").words).toMatch(/^Stays: it is not worth moving to cold storage/);
    expect(explain("h").words).toMatch(/^Moves to cold storage/);
    expect(() => explainObject(input, decision, 9)).toThrow(/there is no object 9/);
  });
});
