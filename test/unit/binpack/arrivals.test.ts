import { describe, expect, it } from "vitest";
import { arrivals } from "../../../src/binpack/arrivals.js";
import { nodesOf, podsOf } from "./lists.js";

const nodes = nodesOf([
  [1000, 1, 8, "A"],
  [1000, 1, 2, "A"],
]);
const list = () =>
  podsOf(Array.from({ length: 12 }, (_, k) => [1000 + k, 1, k % 4, k % 4 === 1 ? 500 : k % 4 === 0 ? 0 : 1000]));
const asked = ({ gpus, milli }: ReturnType<typeof list>) => gpus.reduce((sum, g, pod) => sum + g * milli[pod], 0);

describe("arrivals", () => {
  it("keeps the order of the file", () => {
    const pods = list();
    expect(arrivals(nodes, pods, { order: "file", seed: 1 })).toBe(pods);
  });

  it("shuffles what stands in the order of the names, whatever the file's order", () => {
    const pods = list();
    const rows = [5, 0, 11, 3, 8, 1, 10, 2, 9, 4, 7, 6];
    const mixed = podsOf(rows.map((k) => [pods.cpu[k], 1, pods.gpus[k], pods.milli[k]]));
    mixed.name = rows.map((k) => pods.name[k]);
    const a = arrivals(nodes, pods, { order: "shuffle", seed: 3 });
    expect(arrivals(nodes, mixed, { order: "shuffle", seed: 3 })).toEqual(a);
    expect([...a.name].sort()).toEqual([...pods.name].sort());
    expect(arrivals(nodes, pods, { order: "shuffle", seed: 4 }).name).not.toEqual(a.name);
    a.name.forEach((name, k) => {
      expect(a.cpu[k]).toBe(1000 + Number(name.slice(1)));
    });
  });

  it("appends copies until the next would exceed, tested with the thousandths of one GPU", () => {
    const pods = list();
    const limit = 3 * 10_000;
    for (let seed = 0; seed < 20; seed++) {
      const all = arrivals(nodes, pods, { order: "file", inflate: 3, seed });
      expect(all.name.slice(0, 12)).toEqual(pods.name);
      const copies = all.name.slice(12);
      expect(copies.length).toBeGreaterThan(3);
      copies.forEach((name, k) => {
        const [, original, i] = /^(.+)-tuned-(\d+)$/.exec(name) ?? [];
        expect(Number(i)).toBe(k);
        expect(all.cpu[12 + k]).toBe(pods.cpu[pods.name.indexOf(original)]);
      });
      // The last copy was let in when its share of one GPU still fitted, though it may ask for three.
      expect(asked(all)).toBeLessThanOrEqual(limit + 2000);
      expect(asked(all)).toBeGreaterThan(limit - 3000);
    }
  });

  it("drops random pods where the list asks for more already", () => {
    const pods = list();
    const few = arrivals(nodes, pods, { order: "file", inflate: 0.5, seed: 9 });
    expect(asked(few)).toBeLessThanOrEqual(5000);
    expect(few.n).toBeLessThan(12);
    expect(few.name).toEqual(pods.name.filter((name) => few.name.includes(name)));
  });

  it("keeps gangs together and copies them whole, under names of their own", () => {
    const pods = podsOf(Array.from({ length: 6 }, () => [1, 1, 1, 1000]));
    pods.group = ["g", "g", "", "h", "h", "h"];
    for (let seed = 0; seed < 20; seed++) {
      const all = arrivals(nodes, pods, { order: "shuffle", inflate: 2, seed });
      expect(new Set(all.name).size).toBe(all.n);
      const runs = all.group?.filter((group, k, groups) => group !== "" && group !== groups[k - 1]) ?? [];
      expect(new Set(runs).size).toBe(runs.length);
      for (const group of runs) {
        expect(all.group?.filter((other) => other === group)).toHaveLength(group.startsWith("g") ? 2 : 3);
      }
    }
  });

  it("copies nothing where nobody asks for a GPU, or there is none", () => {
    const cpuOnly = podsOf([[1, 1, 0, 0]]);
    expect(arrivals(nodes, cpuOnly, { order: "file", inflate: 1.3, seed: 1 }).n).toBe(1);
    expect(arrivals(nodes, podsOf([]), { order: "shuffle", inflate: 1.3, seed: 1 }).n).toBe(0);
  });
});
