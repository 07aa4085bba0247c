import { describe, expect, it } from "vitest";
import { createDeriver } from "../../src/backtest/replay/derive.js";
import { replay } from "../../src/backtest/replay/replay.js";
import { signalsOfTrigger } from "../../src/backtest/replay/signals-of.js";
import { matchEvents } from "../../src/backtest/score/match-events.js";
import { createSweeper } from "../../src/backtest/sweep/create-sweeper.js";
import { sweep } from "../../src/backtest/sweep/sweep.js";
import { sweepParameters } from "../../src/backtest/sweep/sweep-parameters.js";
import { mergeTallies } from "../../src/backtest/sweep/sweep-tally.js";
import { createThresholdMachines } from "../../src/backtest/sweep/threshold-machines.js";
import { withThreshold } from "../../src/backtest/sweep/with-threshold.js";
import { CLOSE_REASONS, type ColumnarLog } from "../../src/backtest/types.js";
import { replayReference } from "../reference/replay-reference.js";
import { type RandomCase, randomCase } from "../unit/backtest/sweep/random-case.js";

type Event = [vehicle: string, onset: number, trigger: number, end: number, reason: number, n: number];

/** All events of all thresholds, as the machines of the sweep give them. */
function eventsOfSweep({ policy, log, target }: RandomCase): Event[][] {
  const parameters = sweepParameters(policy, target);
  const events: Event[][] = Array.from(parameters.values, () => []);
  let vehicle = "";
  const machines = createThresholdMachines(parameters, policy.geofences, (value, ...rest) => {
    events[value].push([vehicle, ...rest]);
  });
  const names = signalsOfTrigger(parameters.trigger);
  const columns = createDeriver(policy, names, parameters.trigger.parameters.max_gap_ms).push(log);
  machines.bind({ ...log, signals: new Map(names.map((name, i) => [name, columns[i]])) });
  for (let from = 0, to = 0; from < log.ts.length; from = to) {
    vehicle = log.vehicleIds[log.vehicle[from]];
    while (to < log.ts.length && log.vehicle[to] === log.vehicle[from]) to++;
    machines.run(from, to);
    machines.end();
  }
  return events;
}

function eventsOfReplays({ policy, log, target }: RandomCase): Event[][] {
  return Array.from(sweepParameters(policy, target).values, (value) => {
    const table = replay(withThreshold(policy, target, value), log);
    return Array.from(
      table.onsetTs,
      (onset, row): Event => [
        table.vehicleIds[table.vehicle[row]],
        onset,
        table.triggerTs[row],
        table.endTs[row],
        table.closeReason[row],
        table.nSamples[row],
      ],
    );
  });
}

/** Rows `from` to `to` of a log. */
function piece(log: ColumnarLog, from: number, to: number): ColumnarLog {
  const signals = Object.entries(log.signals).map(([name, column]) => [name, column.slice(from, to)]);
  return {
    vehicleIds: log.vehicleIds,
    vehicle: log.vehicle.slice(from, to),
    ts: log.ts.slice(from, to),
    lat: log.lat.slice(from, to),
    lon: log.lon.slice(from, to),
    signals: Object.fromEntries(signals),
  };
}

describe("sweep", () => {
  it("has the events of separate replays", () => {
    let count = 0;
    for (let seed = 0; seed < 600; seed++) {
      const one = randomCase(seed);
      const expected = eventsOfReplays(one);
      expect(eventsOfSweep(one), `seed ${seed}`).toEqual(expected);
      count += expected.flat().length;
    }
    expect(count).toBeGreaterThan(10_000);
  });

  it("has the events of the slow reference", () => {
    for (let seed = 3000; seed < 3150; seed++) {
      const one = randomCase(seed);
      const { policy, log, target } = one;
      const expected = Array.from(sweepParameters(policy, target).values, (value) =>
        replayReference(withThreshold(policy, target, value), log).map(
          (e): Event => [e.vehicle, e.onsetTs, e.triggerTs, e.endTs, CLOSE_REASONS.indexOf(e.closeReason), e.nSamples],
        ),
      );
      expect(eventsOfSweep(one), `seed ${seed}`).toEqual(expected);
    }
  });

  it("scores as separate replays that are matched one by one", () => {
    let pairs = 0;
    for (let seed = 1000; seed < 1200; seed++) {
      const { policy, log, labels, target } = randomCase(seed);
      const own = labels.trigger.reduce((sum, code) => sum + Number(labels.triggerIds[code] === "t.1"), 0);
      for (const { value, events, tp, fp, fn } of sweep(policy, log, target, labels, { toleranceMs: 500 })) {
        const table = replay(withThreshold(policy, target, value), log);
        const hits = matchEvents(table, labels, 500).labelOfEvent.reduce((sum, label) => sum + Number(label >= 0), 0);
        const count = table.onsetTs.length;
        expect({ events, tp, fp, fn }, `seed ${seed}`).toEqual({
          ...{ events: count, tp: hits, fp: count - hits, fn: own - hits },
        });
        pairs += hits;
      }
    }
    expect(pairs).toBeGreaterThan(500);
  });

  it("does not depend on how rows are cut, nor on which sweeper takes which vehicle", () => {
    for (let seed = 2000; seed < 2060; seed++) {
      const { policy, log, labels, target } = randomCase(seed);
      const run = (logs: ColumnarLog[]) => {
        const sweeper = createSweeper(policy, target, labels);
        for (const part of logs) sweeper.push(part);
        return sweeper.finish();
      };
      const whole = run([log]);
      for (const size of [1, 7, 2048]) {
        const cuts = Array.from({ length: Math.ceil(log.ts.length / size) }, (_, i) => i * size);
        expect(run(cuts.map((from) => piece(log, from, from + size))), `seed ${seed}`).toEqual(whole);
      }
      const starts = [...log.vehicleIds.keys()].map((code) => log.vehicle.indexOf(code)).filter((row) => row >= 0);
      const apart = starts.map((from, i) => run([piece(log, from, starts[i + 1] ?? log.ts.length)]));
      if (apart.length > 0) expect(mergeTallies(apart.reverse()), `seed ${seed}`).toEqual(whole);
    }
  });
});
