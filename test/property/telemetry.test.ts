import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aggregateHours, hourlySumColumns, readTelemetry } from "../../src/ingest/index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const HOUR = 3_600_000;
const MINUTE = 60_000;

interface Sample {
  queue: string;
  t: number;
  running: number | null;
  pending: number | null;
}

/** The same integral as plainly as it can be said: one sample and one hour at a time. */
function oracle(samples: readonly Sample[], maxGapMs: number) {
  const result = new Map<string, { used: number; asked: number; seen: number }>();
  const kept = samples.filter(({ running, pending }) => running !== null && pending !== null);
  for (const queue of new Set(kept.map((sample) => sample.queue))) {
    const own = kept.filter((sample) => sample.queue === queue).sort((a, b) => a.t - b.t);
    const spacings = own
      .slice(1)
      .map((sample, i) => sample.t - own[i].t)
      .sort((a, b) => a - b);
    const median = spacings.length ? spacings[Math.ceil(spacings.length / 2) - 1] : maxGapMs;
    own.forEach((sample, i) => {
      const hold = Math.min(maxGapMs, i + 1 < own.length ? own[i + 1].t - sample.t : median);
      for (let hour = Math.floor(sample.t / HOUR); hour * HOUR < sample.t + hold; hour++) {
        const ms = Math.min(sample.t + hold, (hour + 1) * HOUR) - Math.max(sample.t, hour * HOUR);
        const key = `${queue} ${hour}`;
        const sum = result.get(key) ?? { used: 0, asked: 0, seen: 0 };
        sum.used += sample.running! * ms;
        sum.asked += (sample.running! + sample.pending!) * ms;
        sum.seen += ms;
        result.set(key, sum);
      }
    });
  }
  return result;
}

const samples = fc
  .uniqueArray(
    fc.record({
      queue: fc.constantFrom("a", "b", "ü"),
      // Around 1970 and at millisecond places, so that hours are cut everywhere.
      t: fc.oneof(
        fc.integer({ min: -5 * HOUR, max: 5 * HOUR }),
        fc.integer({ min: -300, max: 300 }).map((m) => m * MINUTE),
      ),
      running: fc.option(
        fc.integer({ min: 0, max: 40 }).map((n) => n / 8),
        { freq: 8 },
      ),
      pending: fc.option(fc.integer({ min: 0, max: 9 }), { freq: 8 }),
    }),
    { minLength: 1, maxLength: 60, selector: ({ queue, t }) => `${queue} ${t}` },
  )
  .filter(
    (all) =>
      all.some(({ running }) => running !== null) &&
      all.some(({ running, pending }) => running !== null && pending !== null),
  );

describe("step-function integration in SQL", () => {
  it("equals a plain loop on random irregular samples, whatever their order and number of files", async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.integer({ min: 1, max: 200 }), async (all, maxGapMinutes) => {
        const text = (some: readonly Sample[]) =>
          `queue,time,running,pending\n${some.map(({ queue, t, running, pending }) => `${queue},${new Date(t).toISOString()},${running ?? ""},${pending ?? ""}\n`).join("")}`;
        const half = all.length >> 1;
        const files = [join(folder, "1.csv"), join(folder, "2.csv")];
        // An exact duplicate may not matter.
        await writeFile(files[0], text([...all.slice(half), all[0]]));
        await writeFile(files[1], text(all.slice(0, half)));
        const columns = { queue: "queue", time: "time", running: "running", pending: "pending" };
        const { hourly, quality } = await readTelemetry({ files, columns, maxGapMinutes });
        const expected = oracle(all, maxGapMinutes * MINUTE);
        const known = all.filter(({ running, pending }) => running !== null && pending !== null);
        expect(quality.duplicates + quality.missing).toBe(all.length + 1 - known.length);
        let cells = 0;
        hourly.queues.forEach((queue, q) => {
          for (let h = 0; h < hourly.hours; h++) {
            const sum = expected.get(`${queue} ${hourly.start / HOUR + h}`);
            expect(hourly.observed[q][h]).toBe((sum?.seen ?? 0) / HOUR);
            if (!sum) {
              expect(hourly.usage[q][h]).toBeNaN();
              continue;
            }
            cells++;
            expect(hourly.usage[q][h]).toBeCloseTo(sum.used / sum.seen, 9);
            expect(hourly.demand[q][h]).toBeCloseTo(sum.asked / sum.seen, 9);
          }
        });
        expect(cells).toBe(expected.size);
      }),
      { seed: 20200501, numRuns: 40 },
    );
  });
});

describe("aggregate shards", () => {
  it("add up to the whole, for every number of shards from 1 to 16", async () => {
    const queues = ["a", "b", "", "ü", "vc6YE", "x;y", "q7", "long name of a queue"];
    const rows = Array.from(
      { length: 400 },
      (_, i) => `"${queues[i % queues.length]}",${i * 1700 + 1_588_291_200},${i % 9}`,
    );
    const input = join(folder, "shards.csv");
    await writeFile(input, `q,t,v\n${rows.join("\n")}\n`);
    const options = { input, queueColumn: "q", timeColumn: "t", valueColumn: "v", sampleSeconds: 60 };
    const table = (sums: Awaited<ReturnType<typeof aggregateHours>>) => {
      const columns = hourlySumColumns(sums);
      return Array.from(sums.queue, (_, i) => columns.map(({ data }) => String(data[i])).join());
    };
    const whole = table(await aggregateHours(options));
    expect(whole.length).toBeGreaterThan(300);
    for (let count = 1; count <= 16; count++) {
      const parts = await Promise.all(
        Array.from({ length: count }, async (_, index) =>
          table(await aggregateHours({ ...options, shard: { index, count } })),
        ),
      );
      expect(parts.flat().sort()).toEqual([...whole].sort());
    }
  });
});
