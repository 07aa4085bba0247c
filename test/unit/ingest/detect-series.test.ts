import { describe, expect, it } from "vitest";
import { detect } from "../../../src/changepoint/index.js";
import { createRandom } from "../../../src/core/index.js";
import { type DetectTask, detectSeries } from "../../../src/ingest/index.js";

function shifted(seed: number, index: number): Float64Array {
  const rng = createRandom(seed);
  return Float64Array.from({ length: 60 }, (_, i) => (i < index ? 0 : 6) + rng.normal());
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("detectSeries", () => {
  const tasks: DetectTask[] = Array.from({ length: 150 }, (_, s) => ({ values: [shifted(s + 1, 20 + (s % 20))] }));

  it("gives what detect gives, in the order of the tasks, and tells how far it is", async () => {
    const told: [number, number, string][] = [];
    const run = { threads: 1, onProgress: (...now: [number, number, string]) => void told.push(now) };
    const found = await all(detectSeries(tasks, { model: "mean" }, run));
    expect(found).toEqual(tasks.map(({ values }) => detect(values[0], { model: "mean" })));
    expect(told.at(-1)).toEqual([150, 150, "detecting"]);
    expect(told.length).toBeGreaterThan(1);
  });

  it("hands on several columns, exposure and times", async () => {
    const values = [shifted(1, 30), shifted(2, 30)];
    const [joint] = await all(detectSeries([{ values }], {}, { threads: 1 }));
    expect(joint).toEqual(detect(values));
    const rng = createRandom(3);
    const exposure = Float64Array.from({ length: 80 }, () => 500 + rng.int(500));
    const counts = exposure.map((total, i) => rng.poisson(total * (i < 40 ? 0.01 : 0.05)));
    const times = counts.map((_, i) => i * 3_600_000);
    const [rate] = await all(
      detectSeries([{ values: [counts], exposure, times }], { model: "poisson" }, { threads: 1 }),
    );
    expect(rate).toEqual(detect(counts, { model: "poisson", exposure, times }));
    expect(rate.changes).toHaveLength(1);
  });

  it("is nothing for no task, and stops when it is told to", async () => {
    expect(await all(detectSeries([], {}, { threads: 4 }))).toEqual([]);
    const abort = new AbortController();
    abort.abort(new Error("enough"));
    await expect(all(detectSeries(tasks, {}, { threads: 1, signal: abort.signal }))).rejects.toThrow("enough");
  });
});
