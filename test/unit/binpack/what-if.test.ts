import { beforeAll, describe, expect, it } from "vitest";
import { createCluster, occupy } from "../../../src/binpack/cluster.js";
import type { NodeTable, PodTable } from "../../../src/binpack/types.js";
import { buyNodes, kindsOf } from "../../../src/binpack/what-if/buy-nodes.js";
import { type Catalogue, parseCatalogue } from "../../../src/binpack/what-if/catalogue.js";
import { cheapestExactly } from "../../../src/binpack/what-if/cheapest-exactly.js";
import { extendCluster } from "../../../src/binpack/what-if/extend-cluster.js";
import { fillNode, nodeRoom } from "../../../src/binpack/what-if/fill-node.js";
import { mostWorth } from "../../../src/binpack/what-if/most-worth.js";
import { pooledBound, wholeNodeBound } from "../../../src/binpack/what-if/purchase-bound.js";
import { whatIf } from "../../../src/binpack/what-if/what-if.js";
import { InputError } from "../../../src/core/errors.js";
import { loadHighs } from "../../../src/core/load-highs.js";
import { createRandom, type Random } from "../../../src/core/random.js";
import { bruteForce, nodeTable, onOneNode, podsAt, podTable, randomCase, violations } from "./offline-brute-force.js";

const empty = (nodes: NodeTable, pods: PodTable) => createCluster(nodes, podsAt(pods, []));

function randomCatalogue(rng: Random): Catalogue {
  return parseCatalogue([
    { type: "a2", gpus: 2, model: "A", cpu_milli: 12_000, memory_mib: 16_384, price_hour: 2 + rng.int(3) },
    { type: "b4", gpus: 4, model: "B", cpu_milli: 16_000, memory_mib: 32_768, price_hour: 3 + rng.int(4) },
    { type: "c0", gpus: 0, cpu_milli: 10_000, memory_mib: 16_384, price_hour: 1, max: 1 + rng.int(2) },
  ]);
}

/** The least cost at which all these pods can be placed, by trying every purchase. */
function cheapestByForce(nodes: NodeTable, pods: PodTable, catalogue: Catalogue): number {
  const cluster = empty(nodes, pods);
  let best = Infinity;
  const most = catalogue.map(({ max }) => Math.min(max ?? 4, 4));
  const buy = (counts: number[]) => {
    if (counts.length < catalogue.length) {
      for (let count = 0; count <= most[counts.length]; count++) buy([...counts, count]);
      return;
    }
    const cost = counts.reduce((sum, count, i) => sum + count * catalogue[i].price_hour, 0);
    if (cost >= best) return;
    const { nodes: extended } = extendCluster(cluster, pods, catalogue, counts);
    if (bruteForce(extended, pods).placed === pods.n) best = cost;
  };
  buy([]);
  return best;
}

describe("what-if on small cases", () => {
  it("finds the cheapest purchase (brute force over every purchase, 30 cases)", async () => {
    for (let seed = 0; seed < 30; seed++) {
      const rng = createRandom(1000 + seed);
      const { nodes, pods } = randomCase(rng, 2, 6);
      const catalogue = randomCatalogue(rng);
      const found = await whatIf(empty(nodes, pods), pods, catalogue);
      const stay = new Set(found.unplaced.map(({ pod }) => pod));
      const rest = podsAt(
        pods,
        Array.from(pods.name.keys()).filter((p) => !stay.has(pods.name[p])),
      );
      expect(found.costHour, `seed ${seed}`).toBe(cheapestByForce(nodes, rest, catalogue));
      expect(found.optimal).toBe(true);
      expect(found.boundHour).toBe(found.costHour);
      // What is called impossible fits on no node alone.
      for (const { pod } of found.unplaced) {
        const { nodes: all } = extendCluster(
          empty(nodes, pods),
          pods,
          catalogue,
          catalogue.map(() => 1),
        );
        for (let node = 0; node < all.n; node++)
          expect(onOneNode(all, node, pods, [pods.name.indexOf(pod)])).toBe(false);
      }
    }
  });

  it("by the programme alone stays near the optimum, and its bound below it (50 cases)", async () => {
    const highs = await loadHighs();
    const sums = { exact: 0, programme: 0, bound: 0 };
    for (let seed = 0; seed < 50; seed++) {
      const rng = createRandom(1000 + seed);
      const { nodes, pods } = randomCase(rng, 2, 8);
      const catalogue = randomCatalogue(rng);
      const cluster = empty(nodes, pods);
      const { unplaced } = await whatIf(cluster, pods, catalogue, { rounds: 3 });
      const stay = new Set(unplaced.map(({ pod }) => pod));
      const list = Array.from(pods.name.keys()).filter((p) => !stay.has(pods.name[p]));
      const prices = catalogue.map(({ price_hour }) => price_hour);
      const problem = {
        cluster,
        pending: pods,
        pods: list,
        loose: new Set(list),
        catalogue,
        prices,
        worth: new Float64Array(pods.n).fill(1),
        rounds: 3,
        seed: 1,
      };
      const kinds = kindsOf(problem, list);
      const pooled = pooledBound(kinds);
      const exact = cheapestExactly(problem, pooled.bound);
      if (!exact) continue;
      const { trial, bound } = buyNodes(highs, problem, kinds, pooled);
      expect(bound, `seed ${seed}`).toBeGreaterThanOrEqual(pooled.bound);
      expect(bound, `seed ${seed}`).toBeLessThanOrEqual(exact.cost);
      // The bound holds at any prices.
      const any = Float64Array.from(pooled.prices, () => rng.int(5));
      expect(wholeNodeBound(kinds, any), `seed ${seed}`).toBeLessThanOrEqual(exact.cost);
      expect(trial.cost).toBeGreaterThanOrEqual(trial.unplaced.length > 0 ? 0 : exact.cost);
      sums.exact += exact.cost;
      sums.programme += trial.cost;
      sums.bound += bound;
    }
    expect(sums.exact).toBeGreaterThan(150);
    expect(sums.programme / sums.exact).toBeLessThan(1.04);
    expect(sums.bound / sums.exact).toBeGreaterThan(0.65);
  });
});

describe("what-if on larger cases", () => {
  const catalogue = parseCatalogue([
    { type: "big", gpus: 8, model: "A", cpu_milli: 96_000, memory_mib: 393_216, price_hour: 16, spot_price_hour: 5 },
    { type: "small", gpus: 2, model: "B", cpu_milli: 16_000, memory_mib: 122_880, price_hour: 3.5 },
    { type: "cpu", gpus: 0, cpu_milli: 64_000, memory_mib: 262_144, price_hour: 2 },
  ]);
  const rng = createRandom(11);
  const pick = <T>(list: readonly T[]): T => list[rng.int(list.length)];
  const pods = podTable(
    Array.from({ length: 90 }, () => {
      const gpus = pick([0, 1, 1, 1, 1, 1, 2]);
      const milli = gpus === 1 ? pick([1000, 1000, 810, 650, 470, 320, 230]) : gpus && 1000;
      return {
        cpu: pick([3000, 8000, 12_000]),
        memory: pick([8192, 32_768]),
        gpus,
        milli,
        spec: gpus ? pick(["", "", "A"]) : "",
      };
    }),
  );
  const nodes = nodeTable([
    { cpu: 96_000, memory: 393_216, gpus: 8, model: "A" },
    { cpu: 96_000, memory: 393_216, gpus: 8, model: "A" },
  ]);
  let found: Awaited<ReturnType<typeof whatIf>>;
  beforeAll(async () => {
    found = await whatIf(empty(nodes, pods), pods, catalogue);
  });

  it("places every pod within capacity on the nodes that it names, near the bound", () => {
    expect(found.unplaced).toEqual([]);
    expect(found.placements.map(({ pod }) => pod)).toEqual(pods.name);
    const counts = catalogue.map(({ type }) => found.additions.find((one) => one.type === type)?.count ?? 0);
    const { nodes: all } = extendCluster(empty(nodes, pods), pods, catalogue, counts);
    const nodeOf = Int32Array.from(found.placements, ({ node }) => all.name.indexOf(node));
    expect(nodeOf.every((node) => node >= 0)).toBe(true);
    expect(violations(all, pods, { nodeOf, gpusOf: found.placements.map(({ gpus }) => gpus) })).toEqual([]);
    expect(new Set(nodeOf).size).toBe(all.n);
    expect(found.gapPercent).toBeLessThan(9);
    expect(found.onFreeRoom).toBeGreaterThan(0);
  });

  it("adds up its prices", () => {
    const priced = found.additions.map(({ type, count, onDemandHour, spotHour }) => {
      const { price_hour, spot_price_hour } = catalogue.find((one) => one.type === type)!;
      expect(onDemandHour).toBe(count * price_hour);
      expect(spotHour).toBe(spot_price_hour === null ? null : count * spot_price_hour);
      return { onDemandHour, spot: spotHour ?? onDemandHour };
    });
    expect(found.onDemandHour).toBeCloseTo(
      priced.reduce((sum, one) => sum + one.onDemandHour, 0),
      9,
    );
    expect(found.spotHour).toBeCloseTo(
      priced.reduce((sum, one) => sum + one.spot, 0),
      9,
    );
    expect(found.costHour).toBe(found.onDemandHour);
    expect(found.boundHour).toBeLessThanOrEqual(found.costHour);
  });

  it("buys by spot prices when told to, and gives the same answer again", async () => {
    const spot = await whatIf(empty(nodes, pods), pods, catalogue, { pricing: "spot" });
    expect(spot.costHour).toBe(spot.spotHour);
    expect(spot.spotHour).toBeLessThan(found.spotHour);
    expect(await whatIf(empty(nodes, pods), pods, catalogue, { pricing: "spot" })).toEqual(spot);
  });

  it("minds how many can be had, and says who is left for want of more", async () => {
    const scarce = parseCatalogue([{ ...catalogue[0], max: 2 }]);
    const left = await whatIf(empty(nodes, pods), pods, scarce);
    expect(left.additions).toMatchObject([{ type: "big", count: 2 }]);
    expect(left.gapPercent).toBeNull();
    expect(left.unplaced.length + left.placements.length).toBe(pods.n);
    expect(new Set(left.unplaced.map(({ reason }) => reason))).toEqual(new Set(["max"]));
  });
});

describe("what-if on special cases", () => {
  const nodes = nodeTable([{ cpu: 8000, memory: 8192, gpus: 2, model: "A" }]);
  const one = (over: object = {}) =>
    parseCatalogue([{ type: "a", gpus: 2, model: "A", cpu_milli: 8000, memory_mib: 8192, price_hour: 1, ...over }]);

  it("buys nothing for no pods, nor for pods that fit beside those that run", async () => {
    const none = podTable([]);
    expect(await whatIf(createCluster(nodes, none), none, one())).toMatchObject({
      costHour: 0,
      gapPercent: 0,
      optimal: true,
    });
    const running = podTable([{ cpu: 4000, gpus: 1, milli: 700 }]);
    const cluster = createCluster(nodes, running);
    occupy(cluster, 0, 0, [0]);
    const pending = podTable([
      { gpus: 1, milli: 300 },
      { gpus: 1, milli: 1000 },
    ]);
    const fits = await whatIf(cluster, pending, one());
    expect(fits).toMatchObject({ additions: [], costHour: 0, onFreeRoom: 2 });
    expect(fits.placements).toMatchObject([
      { pod: "p0", node: "n0", gpus: [0] },
      { pod: "p1", node: "n0", gpus: [1] },
    ]);
    const more = await whatIf(cluster, podTable([{ cpu: 5000, gpus: 1, milli: 300 }]), one());
    expect(more.placements).toMatchObject([{ pod: "p0", node: "a+1", gpus: [0] }]);
    // Neither the cluster nor its pods have changed.
    expect(cluster.gpuLeft).toEqual(Int32Array.of(300, 1000));
  });

  it("names what bars a pod from the type that comes closest", async () => {
    const why = async (pods: PodTable, catalogue = one()) =>
      (await whatIf(createCluster(nodes, podTable([])), pods, catalogue)).unplaced.map(({ reason }) => reason);
    expect(await why(podTable([{ cpu: 9000, gpus: 0, milli: 0 }]))).toEqual(["cpu"]);
    expect(await why(podTable([{ memory: 9000, gpus: 1, milli: 1000 }]))).toEqual(["memory"]);
    expect(await why(podTable([{ gpus: 3, milli: 1000 }]))).toEqual(["equipment"]);
    expect(await why(podTable([{ gpus: 1, milli: 1000, spec: "H100" }]))).toEqual(["model"]);
    const selective = { ...podTable([{ gpus: 1, milli: 500 }]), nodeSelector: [{ disk: "nvme" }] };
    expect(await why(selective)).toEqual(["selector"]);
    const gang = {
      ...podTable([
        { gpus: 1, milli: 500 },
        { gpus: 3, milli: 1000 },
      ]),
      group: ["g", "g"],
    };
    expect(await why(gang)).toEqual(["gang", "equipment"]);
    expect(
      await why(
        podTable([
          { gpus: 2, milli: 1000 },
          { gpus: 2, milli: 1000 },
        ]),
        one({ max: 0 }),
      ),
    ).toEqual(["max"]);
  });

  it("keeps gangs in their domain: a bought node is a rack of its own", async () => {
    const rack = { ...nodes, zone: ["z"], block: ["b"], rack: ["r"] };
    const gang = (gpus: number) => ({
      ...podTable(Array.from({ length: 2 }, () => ({ gpus, milli: 1000 }))),
      group: ["g", "g"],
      requiredLevel: ["rack" as const, "rack" as const],
    });
    const busy = createCluster(rack, podTable([{ gpus: 1, milli: 1000 }]));
    occupy(busy, 0, 0, [0]);
    const together = await whatIf(busy, gang(1), one());
    expect(together.placements.map(({ node }) => node)).toEqual(["a+1", "a+1"]);
    const apart = await whatIf(busy, gang(2), one());
    expect(apart).toMatchObject({ additions: [], costHour: 0, gapPercent: null });
    expect(apart.unplaced.map(({ reason }) => reason)).toEqual(["topology", "topology"]);
  });

  it("gives bought nodes names that no node has", async () => {
    const named = { ...nodes, name: ["a+1"], cpu: Int32Array.of(0) };
    const pods = podTable([{ cpu: 1000, gpus: 1, milli: 300 }]);
    const found = await whatIf(createCluster(named, podTable([])), pods, one());
    expect(found.placements[0].node).toBe("a++1");
  });
});

describe("catalogue", () => {
  const type = { type: "a", gpus: 1, model: "A", cpu_milli: 1, memory_mib: 1, price_hour: 1 };

  it("fills in what may be left out", () => {
    expect(parseCatalogue([{ ...type, gpus: 0, model: undefined }])).toEqual([
      { ...type, gpus: 0, model: "", spot_price_hour: null },
    ]);
  });

  it("names the file, the place and the mistake", () => {
    expect(() => parseCatalogue([{ ...type, price: 3 }], "c.json")).toThrow(/^c\.json: \[0\]: unknown key "price"/);
    expect(() => parseCatalogue([{ ...type, price_hour: 0 }])).toThrow(/\[0\]\.price_hour/);
    expect(() => parseCatalogue([{ ...type, gpus: -1 }])).toThrow(InputError);
    expect(() => parseCatalogue([type, type])).toThrow(/\[1\]\.type: "a" appears twice/);
    expect(() => parseCatalogue([{ ...type, model: "" }])).toThrow(/\[0\]\.model: name the model/);
    expect(() => parseCatalogue([])).toThrow(InputError);
    expect(() => parseCatalogue({})).toThrow(InputError);
  });
});

describe("best fill of a node", () => {
  it("is feasible and near the best by brute force, and none is worth more than the bound (100 cases)", () => {
    const sums = { best: 0, found: 0 };
    for (let seed = 0; seed < 100; seed++) {
      const rng = createRandom(seed);
      const { nodes, pods } = randomCase(rng, 1, 7);
      const worth = Float64Array.from({ length: pods.n }, () => 1 + rng.int(9));
      const kinds = {
        unit: 10,
        nodes: [
          {
            nodes: [0],
            cpu: nodes.cpu[0],
            memory: nodes.memory[0],
            holes: nodes.gpus[0] > 0 ? [{ size: 100, count: nodes.gpus[0] }] : [],
            offer: { price: 1, most: 1 },
          },
        ],
        pods: Array.from(pods.name.keys(), (p) => ({
          pods: [p],
          cpu: pods.cpu[p],
          memory: pods.memory[p],
          gpus: pods.gpus[p],
          size: pods.gpus[p] > 0 ? pods.milli[p] / 10 : 0,
          allowed: Uint8Array.of(Number(onOneNode(nodes, 0, pods, [p]))),
        })),
      };
      let best = 0;
      for (let mask = 0; mask < 1 << pods.n; mask++) {
        const list = Array.from(pods.name.keys()).filter((p) => mask & (1 << p));
        if (onOneNode(nodes, 0, pods, list))
          best = Math.max(
            best,
            list.reduce((sum, p) => sum + worth[p], 0),
          );
      }
      expect(mostWorth(kinds, 0, worth), `seed ${seed}`).toBeGreaterThanOrEqual(best);
      const parts = fillNode(kinds, nodeRoom(kinds, 0), worth, new Float64Array(pods.n).fill(1));
      const used = parts.flatMap((part) => part.pods);
      expect(new Set(used).size, `seed ${seed}`).toBe(used.length);
      expect(onOneNode(nodes, 0, pods, used), `seed ${seed}`).toBe(true);
      sums.best += best;
      sums.found += used.reduce((sum, p) => sum + worth[p], 0);
      for (const { gpus, pods: list } of parts) {
        if (gpus === 1) expect(list.reduce((sum, p) => sum + pods.milli[p], 0)).toBeLessThanOrEqual(1000);
      }
    }
    expect(sums.found / sums.best).toBeGreaterThan(0.97);
  });
});
