import { describe, expect, it } from "vitest";
import { createReplayer } from "../../../src/backtest/replay/create-replayer.js";
import { type EventRow, eventRows } from "../../../src/backtest/replay/events.js";
import { replay } from "../../../src/backtest/replay/replay.js";
import { signalsOf } from "../../../src/backtest/replay/signals-of.js";
import type { Condition, Policy, Trigger, TriggerParameters } from "../../../src/backtest/types.js";
import { InputError } from "../../../src/core/errors.js";
import { BASE, logOf, policyOf, seriesOf, triggerOf } from "../../reference/replay-cases.js";
import { replayReference } from "../../reference/replay-reference.js";

const _ = Number.NaN;

/** "onset trigger end reason n extreme" of each event of one series; the slow reference must say the same. */
function run(parameters: Partial<TriggerParameters>, x: readonly number[], ts?: readonly number[]): string[] {
  const policy = policyOf([triggerOf("t", parameters)]);
  const log = seriesOf(x, ts);
  const events = eventRows(replay(policy, log));
  expect(events).toEqual(replayReference(policy, log));
  return events.map(shown);
}

const shown = (e: EventRow): string =>
  [e.onsetTs, e.triggerTs, e.endTs, e.closeReason, e.nSamples, e.extreme].join(" ");
const condition = (rest: Partial<Condition>): Condition[] => [{ ...BASE.conditions[0], ...rest }];

describe("1. gap", () => {
  it("is none at exactly max_gap_ms", () => {
    expect(run({}, [1, 1], [0, 10])).toEqual(["0 0 10 end_of_data 2 1"]);
  });
  it("closes an event one ms later, and the row goes on", () => {
    expect(run({}, [1, 2], [0, 11])).toEqual(["0 0 0 gap 1 1", "11 11 11 end_of_data 1 2"]);
  });
  it("closes a releasing event, whose end stays the last true row", () => {
    expect(run({ release_ms: 100 }, [1, 0, 0], [0, 5, 16])).toEqual(["0 0 0 gap 1 1"]);
  });
  it("drops a pending one, without cooldown, and the row begins another", () => {
    expect(run({ min_samples: 2, cooldown_ms: 1000 }, [1, 1, 1], [0, 11, 12])).toEqual(["11 12 12 end_of_data 2 1"]);
  });
  it("obeys the cooldown of what it closed", () => {
    expect(run({ cooldown_ms: 12 }, [1, 1, 1], [0, 11, 12])).toEqual(["0 0 0 gap 1 1", "12 12 12 end_of_data 1 1"]);
  });
  it("is measured from the latest row that was used: a long run of NaN is one", () => {
    expect(run({}, [1, _, _, 1], [0, 5, 10, 11])).toEqual(["0 0 0 gap 1 1", "11 11 11 end_of_data 1 1"]);
    expect(run({}, [1, _, _, 1], [0, 5, 9, 10])).toEqual(["0 0 10 end_of_data 2 1"]);
  });
  it("is seen at an unknown row too, which then is skipped", () => {
    expect(run({ cooldown_ms: 5 }, [1, _, 1], [0, 11, 12])).toEqual(["0 0 0 gap 1 1", "12 12 12 end_of_data 1 1"]);
  });
  it("is measured from a false row in an event that releases", () => {
    expect(run({ release_ms: 50 }, [1, 0, 0, 1], [0, 9, 18, 27])).toEqual(["0 0 27 end_of_data 2 1"]);
  });
});

describe("2. parameters", () => {
  const square = (x: number, y: number, side: number): [number, number][] => [
    ...[[x, y] as const, [x + side, y] as const, [x + side, y + side] as const, [x, y + side] as const].map(
      ([a, b]) => [a, b] as [number, number],
    ),
    [x, y],
  ];
  const fences = [
    { id: "low", priority: 1, polygon: square(0, 0, 4) },
    { id: "high", priority: 2, polygon: square(2, 2, 4) },
    { id: "beside", priority: 1, polygon: square(4, 0, 4) },
    { id: "unused", priority: 9, polygon: square(-9, -9, 99) },
  ];
  const override = (geofence: string, rest: Partial<TriggerParameters>): Trigger["overrides"][number] => ({
    geofence,
    parameters: { ...BASE, ...rest },
  });
  /** Geofence at each onset; every row is an event of its own. */
  function places(points: readonly (readonly [number, number])[], overrides: Trigger["overrides"]): (string | null)[] {
    const rows = points.map(([lon, lat], i) => ({ vehicle: "v", ts: 100 * i, lon, lat, values: { x: 1 } }));
    const policy = policyOf([triggerOf("t", {}, { overrides })], { geofences: fences });
    const log = logOf(rows, ["x"]);
    const events = eventRows(replay(policy, log));
    expect(events).toEqual(replayReference(policy, log));
    return events.map(({ geofence }) => geofence);
  }

  it("are those of the highest priority that has an override, boundary and corners included", () => {
    const all = [override("low", {}), override("high", {})];
    expect(
      places(
        [
          [1, 1],
          [3, 3],
          [2, 3],
          [2, 2],
          [4, 4],
          [6, 6],
          [0, 0],
          [4, 1],
          [6, 6.5],
          [5, 1],
        ],
        all,
      ),
    ).toEqual(["low", "high", "high", "high", "high", "high", "low", "low", null, null]);
  });
  it("are those of the first listed where equal priorities share a boundary", () => {
    expect(
      places(
        [
          [4, 1],
          [4, 0],
          [5, 1],
        ],
        [override("low", {}), override("beside", {})],
      ),
    ).toEqual(["low", "low", "beside"]);
    expect(
      places(
        [
          [4, 1],
          [4, 0],
          [3, 1],
        ],
        [override("beside", {}), override("low", {})],
      ),
    ).toEqual(["beside", "beside", "low"]);
  });
  it("are the base without position, also where half of it is missing", () => {
    expect(
      places(
        [
          [_, 1],
          [1, _],
          [_, _],
        ],
        [override("low", {})],
      ),
    ).toEqual([null, null, null]);
  });
  it("are latched at onset: an event belongs to the fence where it began", () => {
    const overrides = [override("low", { dwell_ms: 2, release_ms: 5 }), override("beside", { disabled: true })];
    const trigger = triggerOf("t", { cooldown_ms: 7 }, { overrides });
    const rows = [1, 1, 1, 0, 0].map((x, i) => ({
      vehicle: "v",
      ts: 3 * i,
      lat: 1,
      lon: i === 0 ? 1 : 5,
      values: { x },
    }));
    const log = logOf(rows, ["x"]);
    const policy = policyOf([trigger], { geofences: fences });
    const events = eventRows(replay(policy, log));
    expect(events).toEqual(replayReference(policy, log));
    expect(events.map((e) => [shown(e), e.geofence, e.lat, e.lon])).toEqual([["0 3 6 end_of_data 3 1", "low", 1, 1]]);
  });
  it("of a disabled place never begin an event", () => {
    expect(
      places(
        [
          [1, 1],
          [5, 1],
          [9, 9],
        ],
        [override("beside", { disabled: true })],
      ),
    ).toEqual([null, null]);
  });
  it("are read again at the next row after a pending event came to nothing", () => {
    const trigger = triggerOf("t", { min_samples: 3 }, { overrides: [override("low", { min_samples: 1 })] });
    const rows = [1, 0, 1].map((x, i) => ({ vehicle: "v", ts: i, lat: 1, lon: i === 0 ? 9 : 1, values: { x } }));
    const events = eventRows(replay(policyOf([trigger], { geofences: fences }), logOf(rows, ["x"])));
    expect(events.map((e) => [shown(e), e.geofence])).toEqual([["2 2 2 end_of_data 1 1", "low"]]);
  });
  it("may have thresholds of their own, on both sides of the base's", () => {
    const set = (enter: number): Partial<TriggerParameters> => ({ conditions: condition({ enter, exit: enter }) });
    const trigger = triggerOf("t", set(5), { overrides: [override("low", set(1)), override("beside", set(9))] });
    const rows = [
      [1, 2],
      [5, 2],
      [9, 2],
      [1, 6],
      [5, 6],
      [9, 6],
      [5, 9],
    ].map(([lon, x], i) => ({
      ...{ vehicle: "v", ts: 100 * i, lat: 1, lon, values: { x } },
    }));
    const policy = policyOf([trigger], { geofences: fences });
    const events = eventRows(replay(policy, logOf(rows, ["x"])));
    expect(events).toEqual(replayReference(policy, logOf(rows, ["x"])));
    expect(events.map((e) => e.onsetTs)).toEqual([0, 300, 500, 600]);
  });
  it("may not name a geofence that is not there", () => {
    const policy = policyOf([triggerOf("t", {}, { overrides: [override("nowhere", {})] })]);
    expect(() => createReplayer(policy)).toThrow(/no geofence "nowhere"/);
  });
});

describe("3. condition", () => {
  it("enters at enter and leaves at exit", () => {
    const hysteresis = { conditions: condition({ op: "<=", enter: -0.25, exit: -0.2 }) };
    expect(run(hysteresis, [-0.24, -0.25, -0.2, -0.3, -0.19, -0.2])).toEqual(["1 1 3 exit 3 -0.3"]);
  });
  it.each([
    ["<", [true, false, false]],
    ["<=", [true, true, false]],
    [">", [false, false, true]],
    [">=", [false, true, true]],
  ] as const)("compares by %s", (op, expected) => {
    expect([0, 1, 2].map((x) => run({ conditions: condition({ op }) }, [x]).length > 0)).toEqual(expected);
  });
  it("compares FLOAT columns as float64: -0.2 there is below -0.2", () => {
    const policy = policyOf([triggerOf("t", { conditions: condition({ op: "<", enter: -0.2, exit: -0.2 }) })]);
    const rows = [{ vehicle: "v", ts: 0, lat: _, lon: _, values: { x: -0.2 } }];
    expect(eventRows(replay(policy, logOf(rows, ["x"])))).toEqual([]);
    expect(eventRows(replay(policy, logOf(rows, ["x"], ["x"]))).map(({ extreme }) => extreme)).toEqual([
      Math.fround(-0.2),
    ]);
  });

  /** 1 true, 0 false, NaN unknown; y and z beside x ≥ 1. A skipped row lets the event go on, a false one ends it. */
  function truth(parameters: Partial<TriggerParameters>, values: Record<string, number>): "true" | "false" | "unknown" {
    const rows = [{ x: 1, y: 1, z: 1 }, values, { x: 1, y: 1, z: 1 }].map((own, ts) => ({
      ...{ vehicle: "v", ts, lat: _, lon: _, values: own as Record<string, number> },
    }));
    const log = logOf(rows, ["x", "y", "z"]);
    const policy = policyOf([triggerOf("t", parameters)]);
    const events = eventRows(replay(policy, log));
    expect(events).toEqual(replayReference(policy, log));
    return events.length > 1 ? "false" : events[0].nSamples === 3 ? "true" : "unknown";
  }
  const two = (["x", "y"] as const).map((signal) => ({ ...BASE.conditions[0], name: signal, signal }));

  it.each([
    [1, 1, "true", "true"],
    [1, 0, "false", "true"],
    [0, 1, "false", "true"],
    [0, 0, "false", "false"],
    [1, _, "unknown", "true"],
    [_, 1, "unknown", "true"],
    [0, _, "false", "unknown"],
    [_, 0, "false", "unknown"],
    [_, _, "unknown", "unknown"],
  ])("follows Kleene: %f and %f", (x, y, all, any) => {
    expect(truth({ mode: "all", conditions: two }, { x, y, z: 1 })).toBe(all);
    expect(truth({ mode: "any", conditions: two }, { x, y, z: 1 })).toBe(any);
  });

  const guard = (signal: string, action: "suppress" | "hold"): TriggerParameters["guards"][number] => ({
    ...{ signal, op: ">=" as const, value: 1, action },
  });
  it.each([
    ["true with a good guard", [guard("y", "suppress")], { x: 1, y: 1, z: _ }, "true"],
    ["false by suppress", [guard("y", "suppress")], { x: 1, y: 0, z: _ }, "false"],
    ["false by suppress, missing", [guard("y", "suppress")], { x: 1, y: _, z: _ }, "false"],
    ["unknown by hold", [guard("y", "hold")], { x: 1, y: 0, z: _ }, "unknown"],
    ["unknown by hold, missing", [guard("y", "hold")], { x: 1, y: _, z: _ }, "unknown"],
    ["unknown by hold, though false", [guard("y", "hold")], { x: 0, y: 0, z: _ }, "unknown"],
    ["false by suppress, though unknown", [guard("y", "suppress")], { x: _, y: 0, z: _ }, "false"],
    ["false where suppress comes first", [guard("y", "suppress"), guard("z", "hold")], { x: 1, y: 0, z: 0 }, "false"],
    ["false where hold comes first", [guard("z", "hold"), guard("y", "suppress")], { x: 1, y: 0, z: _ }, "false"],
  ] as const)("is %s", (_name, guards, values, expected) => {
    expect(truth({ guards }, values)).toBe(expected);
  });
  it("is false where the trigger is disabled, also where it is unknown", () => {
    expect(run({ disabled: true }, [1, _, 1])).toEqual([]);
    const policy = policyOf([triggerOf("t", {}, { enabled: false })]);
    expect(eventRows(replay(policy, seriesOf([1, 1])))).toEqual([]);
  });
});

describe("4. unknown", () => {
  it("is skipped by hold, and false by false", () => {
    expect(run({}, [1, _, 1])).toEqual(["0 0 2 end_of_data 2 1"]);
    expect(run({ on_missing: "false" }, [1, _, 1])).toEqual(["0 0 0 exit 1 1", "2 2 2 end_of_data 1 1"]);
  });
  it("counts as a used row by false: no gap grows", () => {
    const parameters = { on_missing: "false", release_ms: 100 } as const;
    expect(run(parameters, [1, _, 1], [0, 9, 18])).toEqual(["0 0 18 end_of_data 2 1"]);
    expect(run({ release_ms: 100 }, [1, _, 1], [0, 9, 18])).toEqual(["0 0 0 gap 1 1", "18 18 18 end_of_data 1 1"]);
  });
  it("keeps a pending event, without counting, by hold", () => {
    expect(run({ min_samples: 2 }, [1, _, 1])).toEqual(["0 2 2 end_of_data 2 1"]);
    expect(run({ min_samples: 2, on_missing: "false" }, [1, _, 1, 1])).toEqual(["2 3 3 end_of_data 2 1"]);
  });
  it("does not look at the limit of a skipped row", () => {
    expect(run({ max_event_ms: 2 }, [1, 1, _, 1, 1], [0, 1, 2, 3, 4])).toEqual([
      "0 0 3 max_duration 3 1",
      "4 4 4 end_of_data 1 1",
    ]);
  });
});

describe("5. transition", () => {
  it("is active at once without dwell, also where min_samples is 1", () => {
    expect(run({}, [0, 1, 0])).toEqual(["1 1 1 exit 1 1"]);
  });
  it("meets the dwell to the ms", () => {
    expect(run({ dwell_ms: 5 }, [1, 1, 1, 0], [0, 4, 5, 6])).toEqual(["0 5 5 exit 3 1"]);
    expect(run({ dwell_ms: 5 }, [1, 1, 0], [0, 4, 5])).toEqual([]);
    expect(run({ dwell_ms: 1 }, [1])).toEqual([]);
  });
  it("needs dwell and min_samples", () => {
    expect(run({ dwell_ms: 2, min_samples: 2 }, [1, 1, 1, 1])).toEqual(["0 2 3 end_of_data 4 1"]);
    expect(run({ dwell_ms: 1, min_samples: 3 }, [1, 1, 1, 1])).toEqual(["0 2 3 end_of_data 4 1"]);
    expect(run({ min_samples: 3 }, [1, 1, 0, 1, 1, 1])).toEqual(["3 5 5 end_of_data 3 1"]);
  });
  it("compares with enter while pending", () => {
    const hysteresis = { conditions: condition({ enter: 2, exit: 1 }), dwell_ms: 2 };
    expect(run(hysteresis, [2, 1, 2, 2, 2, 1, 0])).toEqual(["2 4 5 exit 4 2"]);
  });
  it("does not use a row twice that ends a pending event", () => {
    expect(run({ dwell_ms: 1, cooldown_ms: 100 }, [1, 0, 1, 1])).toEqual(["2 3 3 end_of_data 2 1"]);
  });
  it("releases to the ms, from the first false row", () => {
    expect(run({ release_ms: 3 }, [1, 0, 0, 0, 1], [0, 1, 3, 4, 5])).toEqual([
      "0 0 0 exit 1 1",
      "5 5 5 end_of_data 1 1",
    ]);
    expect(run({ release_ms: 3 }, [1, 0, 0, 1, 0], [0, 1, 3, 4, 5])).toEqual(["0 0 4 end_of_data 2 1"]);
  });
  it("measures a later release anew", () => {
    expect(run({ release_ms: 2 }, [1, 0, 1, 0, 0, 0])).toEqual(["0 0 2 exit 2 1"]);
  });
  it("begins again at the very end of the cooldown, counted from the last true row", () => {
    expect(run({ cooldown_ms: 4 }, [1, 1, 0, 1, 1, 1])).toEqual(["0 0 1 exit 2 1", "5 5 5 end_of_data 1 1"]);
    expect(run({ cooldown_ms: 5 }, [1, 1, 0, 1, 1, 1])).toEqual(["0 0 1 exit 2 1"]);
  });
  it("takes the extreme of the first condition over the true rows only", () => {
    expect(run({ release_ms: 9, conditions: condition({ enter: 1, exit: -1 }) }, [1, 3, -5, 2])).toEqual([
      "0 0 3 end_of_data 3 3",
    ]);
    const any = {
      mode: "any",
      conditions: [...condition({ op: "<", signal: "x" }), ...condition({ op: ">", enter: 0, exit: 0 })],
    };
    expect(run(any as Partial<TriggerParameters>, [5, -2, 3])).toEqual(["0 0 2 end_of_data 3 -2"]);
  });
  it("has no extreme where the first condition's signal is missing throughout", () => {
    const conditions = (["x", "y"] as const).map((signal) => ({ ...BASE.conditions[0], name: signal, signal }));
    const rows = [0, 1].map((ts) => ({ vehicle: "v", ts, lat: _, lon: _, values: { x: _, y: 1 } }));
    const [event] = eventRows(replay(policyOf([triggerOf("t", { mode: "any", conditions })]), logOf(rows, ["x", "y"])));
    expect([event.nSamples, event.extreme]).toEqual([2, _]);
  });
});

describe("6. limit", () => {
  it("closes at exactly max_event_ms; the row is not reused, the next may begin another", () => {
    expect(run({ max_event_ms: 2 }, [1, 1, 1, 1, 1])).toEqual(["0 0 2 max_duration 3 1", "3 3 4 end_of_data 2 1"]);
  });
  it("closes a releasing event at its last true row", () => {
    expect(run({ max_event_ms: 2, release_ms: 9 }, [1, 0, 0, 0])).toEqual(["0 0 0 max_duration 1 1"]);
  });
  it("gives way to an exit of the same row", () => {
    expect(run({ max_event_ms: 2, release_ms: 1 }, [1, 0, 0])).toEqual(["0 0 0 exit 1 1"]);
  });
  it("does not close what is pending, and closes at once what becomes active too late", () => {
    expect(run({ max_event_ms: 1, dwell_ms: 3 }, [1, 1, 1, 1, 1])).toEqual(["0 3 3 max_duration 4 1"]);
  });
  it("obeys the cooldown", () => {
    expect(run({ max_event_ms: 1, cooldown_ms: 2 }, [1, 1, 1, 1])).toEqual([
      "0 0 1 max_duration 2 1",
      "3 3 3 end_of_data 1 1",
    ]);
  });
});

describe("the end of a vehicle", () => {
  it("closes what is active or releasing, and drops what is pending", () => {
    expect(run({}, [1])).toEqual(["0 0 0 end_of_data 1 1"]);
    expect(run({ release_ms: 5 }, [1, 0])).toEqual(["0 0 0 end_of_data 1 1"]);
    expect(run({ dwell_ms: 5 }, [1, 1])).toEqual([]);
    expect(run({}, [])).toEqual([]);
  });
  it("carries nothing to the next one", () => {
    const rows = ["a", "b"].map((vehicle, ts) => ({ vehicle, ts, lat: _, lon: _, values: { x: 1 } }));
    const events = eventRows(replay(policyOf([triggerOf("t", { cooldown_ms: 99 })]), logOf(rows, ["x"])));
    expect(events.map((e) => [e.vehicle, shown(e)])).toEqual([
      ["a", "0 0 0 end_of_data 1 1"],
      ["b", "1 1 1 end_of_data 1 1"],
    ]);
  });
  it("takes the last of several rows of one time", () => {
    expect(run({}, [1, 0, 0, 1], [0, 0, 1, 1])).toEqual(["1 1 1 end_of_data 1 1"]);
  });
});

describe("the table of events", () => {
  it("is ordered by bytes, and names all triggers but only vehicles and geofences with events", () => {
    const rows = ["\u{1f600}", "\uffff", "b", "none"].flatMap((vehicle) =>
      [0, 1, 2].map((ts) => ({ vehicle, ts, lat: _, lon: _, values: { x: vehicle === "none" ? 0 : (ts + 1) % 2 } })),
    );
    const table = replay(
      policyOf([triggerOf("t2", {}), triggerOf("t1", {}), triggerOf("t0", { disabled: true })]),
      logOf(rows, ["x"]),
    );
    expect(table.triggerIds).toEqual(["t0", "t1", "t2"]);
    expect(table.vehicleIds).toEqual(["b", "\uffff", "\u{1f600}"]);
    expect(table.geofenceIds).toEqual([]);
    expect([...table.trigger]).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    expect([...table.vehicle]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]);
    expect([...table.onsetTs]).toEqual([0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2]);
    expect(structuredClone(table)).toEqual(table);
  });
});

describe("what the log must have", () => {
  const policy = (rest: Partial<Policy> = {}): Policy => policyOf([triggerOf("t", {})], rest);

  it("is every signal that the policy compares", () => {
    const log = { ...seriesOf([1]), signals: { accel: new Float64Array(1), xx: new Float64Array(1) } };
    expect(() => replay(policy(), log)).toThrow(InputError);
    expect(() => replay(policy(), log)).toThrow(/signal "x".*accel, xx/);
    const inherited = policyOf([triggerOf("t", { conditions: condition({ signal: "constructor" }) })]);
    expect(() => replay(inherited, log)).toThrow(/signal "constructor"/);
  });
  it("is traced through derived signals, of enabled triggers only", () => {
    const range = [-1, 1] as const;
    const derived = [
      { name: "m", op: "trailing_mean", from: "b", window_ms: 1, unit: "", range },
      { name: "n", op: "norm", from: ["m", "a"], unit: "", range },
      { name: "unused", op: "rate", from: "q", unit: "", range },
    ] as const;
    const guards = [{ signal: "g", op: "<", value: 1, action: "hold" }] as const;
    const triggers = [
      triggerOf("t", { conditions: condition({ signal: "n" }), guards }),
      triggerOf("off", { conditions: condition({ signal: "off" }) }, { enabled: false }),
    ];
    expect(signalsOf(policyOf(triggers, { derived }))).toEqual(["a", "b", "g"]);
  });
  it("are columns of one length", () => {
    expect(() => replay(policy(), { ...seriesOf([1, 1]), lat: new Float64Array(1) })).toThrow(
      /"lat" of the log has 1 rows/,
    );
    expect(() => replay(policy(), { ...seriesOf([1, 1]), signals: { x: new Float64Array(3) } })).toThrow(/"x"/);
  });
  it("is an order, where it comes in pieces", () => {
    const pushed = (vehicle: number[], ts: number[]): (() => void) => {
      const n = vehicle.length;
      const replayer = createReplayer(policy());
      const log = { ...seriesOf(new Array(n).fill(0), ts), vehicle: Int32Array.from(vehicle), vehicleIds: ["a", "b"] };
      return () => replayer.push(log);
    };
    expect(pushed([1, 1, 0], [0, 1, 0])).not.toThrow();
    expect(pushed([0, 0], [1, 1])).toThrow(/row 1.*does not come after 1/);
    expect(pushed([0, 0], [1, 0])).toThrow(/orderLog/);
    expect(pushed([0, 0], [1, _])).toThrow(InputError);
    expect(pushed([0, 1, 0], [1, 1, 2])).toThrow(/vehicle "a" comes again/);
    expect(pushed([0, 2], [1, 1])).toThrow(/vehicle 2 is not among/);
    expect(pushed([-1], [1])).toThrow(InputError);
  });
});
