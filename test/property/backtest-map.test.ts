import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DriveOptions, fixtureDrive, fixtureTown, townPosition } from "../../fixtures/road-city.js";
import { createTraceMatcher } from "../../src/backtest/map/match-trace.js";
import { buildRoadGraph } from "../../src/backtest/map/road-graph.js";
import { createRouter } from "../../src/backtest/map/router.js";

const RUNS = { numRuns: 25, seed: 20_261_128 };
const { nodes, edges } = fixtureTown();
const graph = buildRoadGraph(nodes, edges);
const drive = fc.record<DriveOptions>({
  seconds: fc.constant(120),
  everyMs: fc.constantFrom(500, 1000, 5000),
  sigmaM: fc.constantFrom(0, 3, 8),
  seed: fc.integer({ min: 1, max: 1000 }),
});
const lanes = Array.from(new Set(graph.exits));
const place = fc.tuple(fc.constantFrom(...lanes), fc.double({ min: 0, max: 1, noNaN: true }));

/** A graph with further roads, two kilometres off, before and behind the others. */
const wider = (() => {
  const far = [
    townPosition(-3000, -3000),
    townPosition(-2900, -3000),
    townPosition(5000, 5000),
    townPosition(5000, 5100),
  ];
  const id = ["f0", "f1", "f2", "f3"];
  return buildRoadGraph(
    {
      id: [...id.slice(0, 2), ...nodes.id, ...id.slice(2)],
      lon: [...far.slice(0, 2).map(([lon]) => lon), ...nodes.lon, ...far.slice(2).map(([lon]) => lon)],
      lat: [...far.slice(0, 2).map(([, lat]) => lat), ...nodes.lat, ...far.slice(2).map(([, lat]) => lat)],
    },
    {
      id: ["first", ...edges.id, "last"],
      from: ["f0", ...edges.from, "f2"],
      to: ["f1", ...edges.to, "f3"],
      oneway: [0, ...Array.from(edges.oneway ?? []), 1],
      geometry: [null, ...(edges.geometry ?? []), null],
    },
  );
})();

describe("map matching", () => {
  it("puts noise-free rows on their own edges, but for a few at junctions", () => {
    fc.assert(
      fc.property(drive, (options) => {
        const truth = fixtureDrive(graph, { ...options, sigmaM: 0, everyMs: 1000 });
        const { edge, offset, distance, breaks } = createTraceMatcher(graph)(truth);
        expect(breaks).toEqual([]);
        // Where a drive turns round, rows left out of the search may lie beyond the route between.
        const right = (row: number) => edge[row] === truth.edge[row] && distance[row] < 1e-5;
        let wrong = 0;
        for (let row = 0; row < edge.length; row++) {
          if (right(row)) expect(Math.abs(offset[row] - truth.offset[row])).toBeLessThan(1e-4);
          else wrong++;
        }
        expect(wrong / edge.length).toBeLessThan(0.04);
      }),
      RUNS,
    );
  });

  it("does not change with roads out of reach", () => {
    fc.assert(
      fc.property(drive, (options) => {
        const trace = fixtureDrive(graph, options);
        const [own, more] = [graph, wider].map((roads) => createTraceMatcher(roads)(trace));
        expect(more.edge.map((edge) => edge - 1)).toEqual(own.edge.map((edge) => (edge < 0 ? -2 : edge)));
        expect(more.offset).toEqual(own.offset);
        expect(more.distance).toEqual(own.distance);
        expect(more.breaks).toEqual(own.breaks);
      }),
      RUNS,
    );
  });

  it("is that of the parts where a trace is cut by a gap", () => {
    fc.assert(
      fc.property(drive, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (options, share) => {
        const whole = fixtureDrive(graph, options);
        const cut = Math.floor(whole.ts.length * share);
        for (let row = cut; row < whole.ts.length; row++) whole.ts[row] += 61_000;
        const match = createTraceMatcher(graph);
        const part = (from: number, to: number) =>
          match({
            ts: whole.ts.subarray(from, to),
            lat: whole.lat.subarray(from, to),
            lon: whole.lon.subarray(from, to),
          });
        const [first, second] = [part(0, cut), part(cut, whole.ts.length)];
        const { edge, distance, breaks } = match(whole);
        expect(Array.from(edge)).toEqual([...first.edge, ...second.edge]);
        expect(Array.from(distance)).toEqual([...first.distance, ...second.distance]);
        expect(breaks).toEqual([...first.breaks, { ts: whole.ts[cut], reason: "gap" }, ...second.breaks]);
      }),
      RUNS,
    );
  });

  it("never fails and never leaves the radius, whatever the positions", () => {
    const row = fc.tuple(
      fc.oneof(fc.double({ min: -300, max: 1700, noNaN: true }), fc.constant(Number.NaN)),
      fc.double({ min: -300, max: 1700, noNaN: true }),
      fc.integer({ min: 1, max: 100_000 }),
    );
    const match = createTraceMatcher(graph);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
        const positions = rows.map(([east, north]) => townPosition(east, north));
        let now = 0;
        const ts = rows.map(([, , ms]) => (now += ms));
        const { edge, distance, offset } = match({
          ts,
          lon: positions.map(([lon]) => lon),
          lat: positions.map(([, lat]) => lat),
        });
        for (let i = 0; i < edge.length; i++) {
          expect(edge[i] < 0).toBe(Number.isNaN(distance[i]));
          if (edge[i] < 0) continue;
          expect(distance[i]).toBeLessThan(50 + 2 * 4.07);
          expect(offset[i]).toBeGreaterThanOrEqual(0);
          expect(offset[i]).toBeLessThanOrEqual(graph.length[edge[i]]);
        }
      }),
      { ...RUNS, numRuns: 150 },
    );
  });
});

describe("routes", () => {
  const router = createRouter(graph, 16);
  const endOf = (lane: number) => (lane % 2 === 0 ? graph.length[lane >> 1] : 0);
  const startOf = (lane: number) => (lane % 2 === 0 ? 0 : graph.length[lane >> 1]);
  const nodes = (lane: number) => {
    const ends = [graph.from[lane >> 1], graph.to[lane >> 1]];
    return lane % 2 === 0 ? ends : ends.reverse();
  };
  /** Lanes by which a vehicle goes on, turning round only where it must. */
  const onward = (lane: number): number[] => {
    const exits = lanes.filter((other) => nodes(other)[0] === nodes(lane)[1]);
    return exits.length === 1 ? exits : exits.filter((other) => other >> 1 !== lane >> 1);
  };
  const after = new Map(lanes.map((lane) => [lane, onward(lane)]));
  /** Metres from the end of a lane to the start of every other, by looking at all lanes over and over. */
  const slow = (lane: number): Map<number, number> => {
    const metres = new Map(onward(lane).map((first) => [first, 0]));
    for (let changed = true; changed; ) {
      changed = false;
      for (const [over, distance] of Array.from(metres))
        for (const to of after.get(over) ?? []) {
          if (distance + graph.length[over >> 1] >= (metres.get(to) ?? Number.POSITIVE_INFINITY)) continue;
          metres.set(to, distance + graph.length[over >> 1]);
          changed = true;
        }
    }
    return metres;
  };

  it("are the shortest that do not turn round, as slow search finds them", () => {
    fc.assert(
      fc.property(place, fc.array(place, { minLength: 1, maxLength: 5 }), ([lane, a], ends) => {
        const offset = a * graph.length[lane >> 1];
        const targets = { lane: ends.map(([to]) => to), offset: ends.map(([to, b]) => b * graph.length[to >> 1]) };
        const out = new Float64Array(ends.length);
        router.distances(lane, offset, targets, 5000, out);
        const metres = slow(lane);
        for (const [t, to] of targets.lane.entries()) {
          const over = metres.get(to) ?? Number.POSITIVE_INFINITY;
          const around = Math.abs(endOf(lane) - offset) + over + Math.abs(targets.offset[t] - startOf(to));
          const ahead = (targets.offset[t] - offset) * (lane % 2 === 0 ? 1 : -1);
          const shortest = to === lane && ahead >= -16 ? Math.min(around, Math.max(0, ahead)) : around;
          if (shortest > 5000) expect(out[t]).toBe(Number.POSITIVE_INFINITY);
          else expect(out[t]).toBeCloseTo(shortest, 6);
        }
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  it("are as long as their stretches, and hold together", () => {
    fc.assert(
      fc.property(place, place, ([from, a], [to, b]) => {
        const [start, end] = [a * graph.length[from >> 1], b * graph.length[to >> 1]];
        const out = new Float64Array(1);
        router.distances(from, start, { lane: [to], offset: [end] }, 5000, out);
        const pieces = router.route(from, start, to, end, 5000);
        expect(pieces === null).toBe(out[0] === Number.POSITIVE_INFINITY);
        if (!pieces) return;
        const ahead = pieces.map((piece) => (piece.to - piece.from) * (piece.lane % 2 === 0 ? 1 : -1));
        expect(ahead.reduce((sum, metres) => sum + Math.max(0, metres), 0)).toBeCloseTo(out[0], 6);
        expect([pieces[0].lane, pieces[0].from]).toEqual([from, start]);
        expect([pieces[pieces.length - 1].lane, pieces[pieces.length - 1].to]).toEqual([to, end]);
        for (let k = 1; k < pieces.length; k++) {
          const before = pieces[k - 1];
          expect([before.to, pieces[k].from]).toEqual([endOf(before.lane), startOf(pieces[k].lane)]);
          expect(onward(before.lane)).toContain(pieces[k].lane);
        }
      }),
      { ...RUNS, numRuns: 300 },
    );
  });
});
