import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeRca } from "../../../fixtures/generate.js";
import { rcaCase } from "../../../fixtures/rca.js";
import { rcaExample } from "../../../fixtures/rca-tables.js";
import { firstBad, rankEvents, searchSlices } from "../../../src/incident/index.js";

const SMALL = { days: 5 } as const;

describe("generated incidents", () => {
  it("are the same for the same seed and others for another", () => {
    const text = (seed: number): string => JSON.stringify(rcaCase(seed, SMALL));
    const first = text(5);
    expect(text(5) === first).toBe(true);
    expect(text(6) === first).toBe(false);
  });

  it("hold in their slices what the KPI says", () => {
    const { kpi, slices } = rcaCase(8, { ...SMALL, kpi: "errors", missing: 0 });
    const sum = (column: Float64Array): number => column.reduce((total, v) => total + v, 0);
    expect(sum(slices.weight)).toBe(sum(kpi.requests!));
    expect(sum(slices.value)).toBeCloseTo(
      kpi.values.reduce((total, value, i) => total + value * kpi.requests![i], 0),
      6,
    );
  });

  it("have the incident they tell of, and no other", () => {
    const { kpi, truth, slices } = rcaCase(9, { ...SMALL, kpi: "errors", incident: "step", root: "rate", effect: 8 });
    const mean = (from: number, end: number): number => {
      const values = kpi.values.slice(from, end).filter((value) => !Number.isNaN(value));
      return values.reduce((total, value) => total + value, 0) / values.length;
    };
    const end = truth.recoveredIndex ?? kpi.times.length;
    expect(mean(truth.firstBadIndex! + 1, end)).toBeGreaterThan(1.5 * mean(0, truth.firstBadIndex!));
    expect(kpi.times[truth.firstBadIndex!]).toBeLessThanOrEqual(truth.onset!);
    expect(kpi.times[truth.firstBadIndex! + 1]).toBeGreaterThan(truth.onset!);
    for (const [name, value] of Object.entries(truth.where)) {
      expect(slices.dimensions.find((d) => d.name === name)!.values).toContain(value);
    }
    const quiet = rcaCase(9, { ...SMALL, incident: "none" });
    expect(quiet.truth).toMatchObject({ quiet: true, onset: null, firstBadIndex: null, eventId: null, excessBad: 0 });
  });

  it("list the event that did it, before the onset, unless it is to be left out", () => {
    for (const seed of [11, 12, 13]) {
      const { events, truth } = rcaCase(seed, SMALL);
      expect(events.find(({ eventId }) => eventId === truth.eventId)!.time).toBeLessThan(truth.onset!);
      expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort((a, b) => a - b));
      expect(rcaCase(seed, { ...SMALL, listed: false }).truth.eventId).toBeNull();
    }
  });
});

describe("the incident that is checked in", () => {
  it("is what the generator makes, byte for byte", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fleetlens-rca-"));
    try {
      await writeRca(folder);
      const names = (await readdir(folder)).sort();
      expect(names).toEqual(["events.csv", "kpi.csv", "replay.csv", "samples.csv", "slices.csv"]);
      for (const name of names) {
        const same = (await readFile(join(folder, name))).equals(await readFile(join("fixtures/rca", name)));
        if (!same) expect.fail(`fixtures/rca/${name} is stale: run node scripts/fixtures.mjs`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("is explained: when, by what, where", () => {
    const { kpi, events, slices, truth } = rcaExample();
    const fb = firstBad(kpi)!;
    expect(fb.timeLow).toBeLessThanOrEqual(truth.onset!);
    expect(fb.timeHigh).toBeGreaterThanOrEqual(truth.onset!);
    const [slice] = searchSlices(slices, fb);
    expect(slice.where).toEqual(truth.where);
    const [cause] = rankEvents(fb, events, { where: slice.where }).events;
    expect(cause.eventId).toBe(truth.eventId);
    expect(cause.posterior).toBeGreaterThan(0.8);
  });
});
