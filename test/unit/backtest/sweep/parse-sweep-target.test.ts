import { describe, expect, it } from "vitest";
import { moveThreshold } from "../../../../src/backtest/sweep/move-threshold.js";
import { parseSweepTarget } from "../../../../src/backtest/sweep/parse-sweep-target.js";
import { sweepParameters } from "../../../../src/backtest/sweep/sweep-parameters.js";
import type { Policy } from "../../../../src/backtest/types.js";
import { policyOf } from "./policy-of.js";

const POLICY = policyOf(`
signals: { g: { unit: g, range: [-2, 2] }, v: { unit: m/s, range: [0, 60] } }
geofences:
  - { id: own, polygon: [[0, 0], [1, 0], [1, 1], [0, 0]] }
  - { id: same, polygon: [[2, 0], [3, 0], [3, 1], [2, 0]] }
  - { id: exit, polygon: [[4, 0], [5, 0], [5, 1], [4, 0]] }
  - { id: other, polygon: [[6, 0], [7, 0], [7, 1], [6, 0]] }
triggers:
  - id: brake
    when: { conditions: [{ name: g, signal: g, op: "<=", enter: -0.25, exit: -0.2 }, { name: v, signal: v, op: ">", enter: 5 }] }
    overrides:
      - { geofence: own, set: { conditions: [{ name: g, enter: -0.5 }] } }
      - { geofence: same, set: { conditions: [{ name: g, enter: -0.25, exit: -0.2 }] } }
      - { geofence: exit, set: { conditions: [{ name: g, exit: -0.15 }] } }
      - { geofence: other, set: { dwell_ms: 100 } }
  - { id: a.b, when: { conditions: [{ name: c, signal: g, op: ">", enter: 1 }] } }
  - { id: x=1, when: { conditions: [{ name: enter=2, signal: g, op: ">", enter: 1 }] } }
`);

describe("parseSweepTarget", () => {
  const parse = (text: string, policy: Policy = POLICY) => parseSweepTarget(text, policy);

  it("reads a target", () => {
    const expected = { trigger: "brake", condition: "g", low: -0.4, high: -0.1, step: 0.05 };
    expect(parse("brake.g.enter=-0.4:-0.1:0.05")).toEqual(expected);
    expect(parse("brake.v.enter=+1e1:20.:.5")).toEqual({ ...expected, condition: "v", low: 10, high: 20, step: 0.5 });
  });

  it("lets the policy say where the trigger ends", () => {
    expect(parse("a.b.c.enter=1:2:1")).toMatchObject({ trigger: "a.b", condition: "c" });
    expect(parse("x=1.enter=2.enter=1:2:1")).toMatchObject({ trigger: "x=1", condition: "enter=2" });
  });

  it("refuses a name that can be read in two ways", () => {
    const policy = policyOf(`
signals: { g: { unit: g, range: [-2, 2] } }
triggers:
  - { id: a.b, when: { conditions: [{ name: c, signal: g, op: ">", enter: 1 }] } }
  - { id: a, when: { conditions: [{ name: b.c, signal: g, op: ">", enter: 1 }] } }
`);
    expect(() => parse("a.b.c.enter=1:2:1", policy)).toThrow('condition "c" of "a.b" or "b.c" of "a"');
  });

  it("names what there is", () => {
    expect(() => parse("brake.x.enter=0:1:1")).toThrow("there are: brake.g, brake.v");
    expect(() => parse("break.g.enter=0:1:1")).toThrow('did you mean "brake.g"?');
    expect(() => parse("brake.g.enter=0:1:1", { ...POLICY, triggers: [] })).toThrow("no trigger and condition");
    for (const text of [
      "",
      "brake.g=0:1:1",
      "brake.g.exit=0:1:1",
      "brake.g.enter=0:1",
      "brake.g.enter=0:1:x",
      "brake.g.enter=0:1:1 ",
    ])
      expect(() => parse(text), text).toThrow("TRIGGER.CONDITION.enter=LO:HI:STEP");
  });

  it("keeps to the range of the signal, with exit too", () => {
    expect(() => parse("brake.g.enter=-3:0:1")).toThrow('enter would be -3, outside the range [-2, 2] of signal "g"');
    expect(() => parse("brake.g.enter=1:2:1")).toThrow("exit would be 2.05");
    expect(() => parse("brake.v.enter=10:0:1")).toThrow("lo must not be above hi");
  });
});

describe("moveThreshold", () => {
  const moved = moveThreshold(POLICY.triggers[0], "g", -0.15);
  const thresholds = (i: number) => {
    const [{ enter, exit }] = moved.overrides[i].parameters.conditions;
    return [enter, exit];
  };

  it("moves exit along, rounded to what a person would write", () => {
    expect(moved.parameters.conditions[0]).toMatchObject({ enter: -0.15, exit: -0.1 });
    expect(moved.parameters.conditions[1]).toBe(POLICY.triggers[0].parameters.conditions[1]);
  });

  it("leaves overrides that give enter themselves, even the same, and moves the others", () => {
    expect(thresholds(0)).toEqual([-0.5, -0.5]);
    expect(thresholds(1)).toEqual([-0.25, -0.2]);
    expect(thresholds(2)).toEqual([-0.15, -0.05]);
    expect(thresholds(3)).toEqual([-0.15, -0.1]);
  });

  it("tells a hand-made override by its thresholds", () => {
    const [brake] = POLICY.triggers;
    const overrides = brake.overrides.map(({ ownThresholds: _, ...rest }) => rest);
    const other = moveThreshold({ ...brake, overrides }, "g", -0.15);
    expect(other.overrides.map(({ parameters }) => parameters.conditions[0].enter)).toEqual([
      -0.5, -0.15, -0.25, -0.15,
    ]);
  });

  it("keeps the order of thresholds in every place", () => {
    const { sets } = sweepParameters(POLICY, { trigger: "brake", condition: "g", low: -0.4, high: -0.1, step: 0.1 });
    expect(sets.map(({ enter }) => Array.from(enter)[3])).toEqual([-0.1, -0.5, -0.25, -0.1, -0.1]);
    expect(sets.map(({ exit }) => Array.from(exit)[3])).toEqual([-0.05, -0.5, -0.2, 0, -0.05]);
  });
});
