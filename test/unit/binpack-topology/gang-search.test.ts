import { describe, expect, it } from "vitest";
import { occupy } from "../../../src/binpack/cluster.js";
import { placeGang } from "../../../src/binpack/topology/place-gang.js";
import type { Level } from "../../../src/binpack/types.js";
import { createRandom } from "../../../src/core/random.js";
import { domainName, domainsUsed, everyPlacement, inDomain, violations } from "./judge.js";
import { lefts, makeWorld, type NodeSpec, type PodSpec, pickOf } from "./world.js";

/** A small cluster with some pods on it, and a gang that may or may not fit. */
function randomCase(seed: number) {
  const random = createRandom([20260601, seed]);
  const gangSize = seed % 10 === 0 ? 6 + random.int(3) : 2 + random.int(4);
  const nodeCount = gangSize > 5 ? 2 + random.int(2) : 2 + random.int(5);
  const nodes: NodeSpec[] = Array.from({ length: nodeCount }, () => ({
    cpu: 2000 + 1000 * random.int(8),
    memory: 2048 + 1024 * random.int(10),
    gpus: random.int(gangSize > 5 ? 3 : 4),
    model: pickOf(random, ["A", "B"]),
    zone: pickOf(random, ["z1", "z1", "z2", ""]),
    block: pickOf(random, ["b1", "b2", ""]),
    rack: pickOf(random, ["r1", "r2", ""]),
    nvlink: pickOf(random, [0, 2]),
    nics: random.int(3),
    labels: pickOf(random, [{}, { disk: "ssd" }]) as Record<string, string>,
    taints: random.int(4) === 0 ? [{ key: "team", value: "x" }] : [],
  }));
  const podOf = (): PodSpec => {
    const kind = random.int(6);
    return {
      cpu: 500 * random.int(6),
      memory: 512 * random.int(6),
      gpus: kind === 0 ? 0 : kind < 5 ? 1 : 2,
      milli: kind < 2 ? 0 : kind < 4 ? pickOf(random, [200, 300, 400, 500, 600]) : 1000,
      spec: pickOf(random, ["", "", "", "A", "A|B"]),
      nics: pickOf(random, [0, 0, 0, 1]),
      nodeSelector: pickOf(random, [{}, {}, {}, { disk: "ssd" }]) as Record<string, string>,
      tolerations: pickOf(random, [[], ["team"], ["team=x"]]),
    };
  };
  const sameKind = podOf();
  const levels: (Level | "")[] = ["zone", "block", "rack", "node", "nvlink"];
  const requiredLevel = pickOf(random, ["", "", "", ...levels]);
  const preferredLevel = pickOf(random, ["", "node", "rack", "node", ...levels]);
  const gang = Array.from({ length: gangSize }, () => ({
    ...(random.int(2) === 0 ? sameKind : podOf()),
    group: "g",
    requiredLevel,
    preferredLevel,
  }));
  for (const pod of gang) if (pod.gpus === 1 && pod.milli === 0) pod.milli = 250;
  const others = Array.from({ length: random.int(5) }, podOf).map((pod) =>
    pod.gpus === 1 && pod.milli === 0 ? { ...pod, milli: 250 } : pod,
  );
  const world = makeWorld(nodes, [...gang, ...others]);
  others.forEach((_, k) => {
    const pod = gangSize + k;
    everyPlacement(
      world.cluster,
      [pod],
      () => true,
      ([[node, gpus]]) => {
        if (random.int(2) === 0) return false;
        occupy(world.cluster, pod, node, gpus);
        return true;
      },
    );
  });
  return { ...world, gang: gang.map((_, k) => k), requiredLevel, preferredLevel };
}

/** Names of all domains of a level. */
function domainNames(cluster: ReturnType<typeof randomCase>["cluster"], level: Level | "cluster"): Set<string> {
  const names = new Set<string>();
  for (let node = 0; node < cluster.nodes.n; node++) {
    for (let g = 0; g < Math.max(1, cluster.nodes.gpus[node]); g++) names.add(domainName(cluster, level, node, g));
  }
  return names;
}

describe("gangs against brute force on up to 6 nodes, 500 seeded cases", () => {
  const counts = { placed: 0, unplaced: 0, spread: 0 };
  for (let block = 0; block < 10; block++) {
    it(`cases ${block * 50} to ${block * 50 + 49}`, () => {
      for (let seed = block * 50; seed < block * 50 + 50; seed++) {
        const { cluster, topology, eligibility, placer, gang, requiredLevel, preferredLevel } = randomCase(seed);
        expect(violations(cluster)).toEqual([]);
        const fitsIn = (level: Level | "cluster", name: string) =>
          everyPlacement(
            cluster,
            gang,
            (_, node, g) => inDomain(cluster, level, node, g, name),
            () => true,
          );
        const fitting = (level: Level | "cluster") =>
          [...domainNames(cluster, level)].filter((name) => fitsIn(level, name));
        const widest = requiredLevel === "" ? "cluster" : requiredLevel;
        const possible = fitting(widest).length > 0;
        const inPreferred = preferredLevel === "" ? [] : fitting(preferredLevel);
        const order: (Level | "cluster" | "")[] = ["cluster", "zone", "block", "rack", "node", "nvlink"];
        const narrower = preferredLevel !== "" && order.indexOf(preferredLevel) > order.indexOf(widest);
        const fewest = new Map<string, number>();
        const before = snapshot(cluster);
        if (possible && narrower && inPreferred.length === 0 && preferredLevel !== "nvlink" && gang.length <= 5) {
          // Fewest domains of the preferred level in the narrowest domain that has room.
          const level = order
            .slice(0, order.indexOf(preferredLevel))
            .reverse()
            .find((l) => fitting(l as Level).length > 0);
          for (const name of fitting(level as Level)) {
            const inside = (_: number, node: number, g: number) => inDomain(cluster, level as Level, node, g, name);
            everyPlacement(cluster, gang, inside, (places) => {
              const used = new Set(places.map(([node]) => domainName(cluster, preferredLevel as Level, node))).size;
              fewest.set(name, Math.min(fewest.get(name) ?? 99, used));
              return used === 2;
            });
          }
        }
        const reasons = placeGang(cluster, topology, eligibility, gang, placer);
        expect(violations(cluster), `case ${seed}`).toEqual([]);
        expect(reasons === null, `case ${seed}`).toBe(possible);
        if (reasons) {
          counts.unplaced++;
          expect(reasons).toHaveLength(gang.length);
          expect(snapshot(cluster)).toEqual(before);
          const anyhow = fitsIn("cluster", "all");
          expect(reasons.every((reason) => reason === "topology")).toBe(anyhow);
          continue;
        }
        counts.placed++;
        if (requiredLevel !== "") expect(domainsUsed(cluster, gang, requiredLevel).size, `case ${seed}`).toBe(1);
        if (inPreferred.length > 0) expect(domainsUsed(cluster, gang, preferredLevel as Level).size).toBe(1);
        if (fewest.size > 0) {
          counts.spread++;
          const used = domainsUsed(cluster, gang, preferredLevel as Level).size;
          expect([...fewest.values()], `case ${seed}`).toContain(used);
        }
      }
    });
  }

  it("saw enough of each kind", () => {
    expect(counts.placed).toBeGreaterThan(100);
    expect(counts.unplaced).toBeGreaterThan(100);
    expect(counts.spread).toBeGreaterThan(20);
  });
});

function snapshot(cluster: ReturnType<typeof randomCase>["cluster"]) {
  return {
    cpu: [...cluster.cpuLeft],
    memory: [...cluster.memoryLeft],
    nics: [...(cluster.nicsLeft ?? [])],
    gpus: Array.from({ length: cluster.nodes.n }, (_, node) => lefts(cluster, node)),
    nodeOf: [...cluster.nodeOf],
    gpusOf: [...cluster.gpusOf],
  };
}
