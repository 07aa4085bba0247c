import { describe, expect, it } from "vitest";
import { parseCluster } from "../../../src/simulate/index.js";

const pool = { name: "p", count: 2, template: { gpus: 8 }, zones: ["a", "b"] };
const cluster = (more: object = {}) => ({ version: 1, pools: [pool], ...more });

describe("the cluster file", () => {
  it("has its defaults filled in", () => {
    const parsed = parseCluster({ version: 1, pools: [{ name: "p", gpus: 4 }], queues: [{ name: "q" }] });
    expect(parsed).toMatchObject({ placement: "pooled", faults: [], queues: [{ name: "q", weight: 1, priority: 0 }] });
    expect(parsed.fairshare).toMatchObject({ half_life_s: 604_800, max_age_s: 604_800 });
  });

  it.each([
    [{ polices: [] }, 'c.yaml: unknown key "polices"; the nearest known key is "pools"'],
    [{ pools: [{ ...pool, cout: 1 }] }, 'pools[0]: unknown key "cout"; the nearest known key is "count"'],
    [
      { pools: [{ ...pool, template: { gpu: 8, gpus: 8 } }] },
      'pools[0].template: unknown key "gpu"; the nearest known key is "gpus"',
    ],
    [{ fairshare: { weights: { ages: 1 } } }, 'fairshare.weights: unknown key "ages"; the nearest known key is "age"'],
    [{ version: 2 }, "version: expected 1"],
    [{ pools: [] }, "pools: Too small"],
    [{ pools: [{ name: "p" }] }, "pools[0]: give either gpus, or count and template"],
    [{ pools: [{ name: "p", count: 3 }] }, "pools[0]: give either gpus, or count and template"],
    [{ pools: [{ name: "p", gpus: 4, price_hour: 2 }] }, "a pool of bare gpus has no price_hour"],
    [{ placement: "nodes", pools: [{ name: "p", gpus: 4 }] }, "placement nodes needs count and template"],
    [{ pools: [pool, pool] }, 'pools[1]: "p" is already in pools[0]; keep one'],
    [{ queues: [{ name: "q" }, { name: "q" }] }, 'queues[1]: "q" is already in queues[0]; keep one'],
    [
      { faults: [{ kind: "zone_outage", zone: ["a", "bb"], at_s: 0, for_s: 1 }] },
      'faults[0].zone: unknown zone "bb"; the nearest zone is "b"',
    ],
    [{ faults: [{ kind: "zone_outage", zone: "a", at_s: 0, for_s: 0 }] }, "faults[0].for_s: Too small"],
  ])("%j: %s", (more, message) => {
    expect(() => parseCluster(cluster(more), "c.yaml")).toThrow(message);
  });
});
