import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { type PolicyProblem, parsePolicy } from "../../../src/backtest/index.js";

const EXAMPLE = readFileSync(join(import.meta.dirname, "../../../fixtures/backtest/policy.yaml"), "utf8");

// biome-ignore lint/suspicious/noExplicitAny: edits of a plain document.
type Loose = any;

function edited(edit: (policy: Loose) => void): string {
  const policy = parse(EXAMPLE);
  edit(policy);
  return stringify(policy);
}

function problems(text: string, options = {}): PolicyProblem[] {
  const parsed = parsePolicy(text, options);
  return parsed.ok ? [] : parsed.errors;
}

const found = (text: string) => problems(text).map(({ code, path }) => `${code} ${path}`);
const square = (x: number, size = 1) => [
  [x, 0],
  [x + size, 0],
  [x + size, size],
  [x, size],
  [x, 0],
];

describe("parsePolicy", () => {
  it("fills in defaults and works out overrides", () => {
    const parsed = parsePolicy(EXAMPLE);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const [brake, ride] = parsed.policy.triggers;
    expect([...parsed.policy.signals.keys()]).toEqual(["accel_g", "lateral_g", "speed_mps", "uncertainty"]);
    expect(ride.parameters).toMatchObject({
      ...{ dwell_ms: 0, min_samples: 1, release_ms: 0, cooldown_ms: 0, max_gap_ms: 2000, on_missing: "hold" },
      ...{ max_event_ms: Number.POSITIVE_INFINITY, guards: [], disabled: false },
    });
    expect(brake.parameters.conditions[1]).toMatchObject({ enter: 3, exit: 3 });
    expect(brake.overrides[0]).toMatchObject({ geofence: "school", ownThresholds: ["brake"] });
    expect(brake.overrides[0].parameters).toMatchObject({ dwell_ms: 100, min_samples: 2, max_event_ms: 60_000 });
    expect(brake.overrides[0].parameters.conditions[0]).toMatchObject({ enter: -0.2, exit: -0.15, signal: "accel_g" });
    expect(brake.overrides[1].parameters.disabled).toBe(true);
    expect(parsed.policy.map_layers[1]).toMatchObject({
      op: "close",
      from: Date.UTC(2026, 2, 1, 6),
      to: Date.UTC(2026, 2, 2, 6),
    });
  });

  it("takes an override's enter alone for both, and its exit alone for the exit", () => {
    const of = (change: object) => {
      const text = edited((p) => {
        p.triggers[0].overrides[0].set.conditions = [{ name: "brake", ...change }];
      });
      const parsed = parsePolicy(text);
      return parsed.ok && parsed.policy.triggers[0].overrides[0].parameters.conditions[0];
    };
    expect(of({ enter: -0.1 })).toMatchObject({ enter: -0.1, exit: -0.1 });
    expect(of({ exit: -0.1 })).toMatchObject({ enter: -0.25, exit: -0.1 });
  });

  it("takes on_missing: false for the word", () => {
    const parsed = parsePolicy(edited((p) => Object.assign(p.triggers[0], { on_missing: false })));
    expect(parsed.ok && parsed.policy.triggers[0].parameters.on_missing).toBe("false");
  });

  it.each<[string, (policy: Loose) => void, string[]]>([
    ["an unknown key", (p) => Object.assign(p.triggers[0].when, { "a/b": 1 }), ["schema /triggers/0/when/a~1b"]],
    ["a missing key", (p) => delete p.version, ["schema /version"]],
    ["another schema", (p) => Object.assign(p, { schema: "fleetlens.policy/2" }), ["schema /schema"]],
    [
      "no triggers and no layers",
      (p) => {
        delete p.triggers;
        delete p.map_layers;
      },
      ["schema /triggers"],
    ],
    [
      "dwell above its limit",
      (p) => Object.assign(p.triggers[0], { dwell_ms: 600_001 }),
      ["schema /triggers/0/dwell_ms"],
    ],
    [
      "broken milliseconds",
      (p) => Object.assign(p.triggers[0], { cooldown_ms: 0.5 }),
      ["schema /triggers/0/cooldown_ms"],
    ],
    ["a gap of nothing", (p) => Object.assign(p.triggers[0], { max_gap_ms: 0 }), ["schema /triggers/0/max_gap_ms"]],
    ["no samples", (p) => Object.assign(p.triggers[0], { min_samples: 0 }), ["schema /triggers/0/min_samples"]],
    [
      "an override that says nothing",
      (p) => Object.assign(p.triggers[0].overrides[0], { set: {} }),
      ["schema /triggers/0/overrides/0"],
    ],
    [
      "an unknown condition",
      (p) => Object.assign(p.triggers[0].overrides[0].set.conditions[0], { name: "brak" }),
      ["schema /triggers/0/overrides/0/set/conditions/0/name"],
    ],
    [
      "a time without zone",
      (p) => Object.assign(p.map_layers[0], { from: "2026-03-01T06:00:00" }),
      ["schema /map_layers/0/from"],
    ],
    ["30 February", (p) => Object.assign(p.map_layers[0], { from: "2026-02-30" }), ["schema /map_layers/0/from"]],
    ["a version with a letter", (p) => Object.assign(p, { version: "v2.3.1" }), ["semver /version"]],
    ["a number for a version", (p) => Object.assign(p, { version: 2.3 }), ["semver /version"]],
    ["a range that is none", (p) => Object.assign(p.compat, { cloud: "two" }), ["semver /compat/cloud"]],
    [
      "a range of nothing",
      (p) => Object.assign(p.compat, { edge: ">=3.0.0 <2.0.0" }),
      ["incompatible_version /compat/edge"],
    ],
    [
      "an unknown signal",
      (p) => Object.assign(p.triggers[0].when.conditions[0], { signal: "acc" }),
      ["unknown_signal /triggers/0/when/conditions/0/signal"],
    ],
    [
      "an unknown signal of a guard",
      (p) => Object.assign(p.triggers[0].guards[0], { signal: "ood" }),
      ["unknown_signal /triggers/0/guards/0/signal"],
    ],
    [
      "a derived signal of a later one",
      (p) => Object.assign(p.derived[0], { from: "jerk" }),
      ["unknown_signal /derived/0/from"],
    ],
    [
      "an unknown part of a norm",
      (p) => Object.assign(p.derived[2], { from: ["accel_g", "z"] }),
      ["unknown_signal /derived/2/from/1"],
    ],
    [
      "thresholds out of range",
      (p) => Object.assign(p.triggers[0].when.conditions[0], { enter: -3, exit: 2.5 }),
      ["out_of_range /triggers/0/when/conditions/0/enter", "out_of_range /triggers/0/when/conditions/0/exit"],
    ],
    [
      "a guard out of range",
      (p) => Object.assign(p.triggers[0].guards[0], { value: 1.5 }),
      ["out_of_range /triggers/0/guards/0/value"],
    ],
    [
      "an override out of range",
      (p) => Object.assign(p.triggers[0].overrides[0].set.conditions[0], { exit: 5 }),
      ["out_of_range /triggers/0/overrides/0/set/conditions/0/exit"],
    ],
    [
      "a derived signal out of its own range",
      (p) => Object.assign(p.triggers[1].when.conditions[1], { enter: -1 }),
      ["out_of_range /triggers/1/when/conditions/1/enter"],
    ],
    [
      "an inverted hysteresis",
      (p) => Object.assign(p.triggers[0].when.conditions[0], { exit: -0.3 }),
      ["inverted_hysteresis /triggers/0/when/conditions/0/exit"],
    ],
    [
      "an inverted one of >",
      (p) => Object.assign(p.triggers[0].when.conditions[1], { exit: 3.5 }),
      ["inverted_hysteresis /triggers/0/when/conditions/1/exit"],
    ],
    [
      "an inverted one after a merge",
      (p) => Object.assign(p.triggers[0].overrides[0].set, { conditions: [{ name: "brake", exit: -0.3 }] }),
      ["inverted_hysteresis /triggers/0/overrides/0/set/conditions/0/exit"],
    ],
    [
      "an unknown fence",
      (p) => Object.assign(p.triggers[0].overrides[1], { geofence: "track" }),
      ["unknown_geofence /triggers/0/overrides/1/geofence"],
    ],
    ["an open ring", (p) => p.geofences[0].polygon.pop(), ["bad_polygon /geofences/0/polygon"]],
    ["a ring of three points", (p) => p.geofences[0].polygon.splice(1, 2), ["bad_polygon /geofences/0/polygon"]],
    [
      "NaN in a ring",
      (p) => Object.assign(p.geofences[0].polygon[1], [Number.NaN, 0]),
      ["bad_polygon /geofences/0/polygon/1/0"],
    ],
    [
      "a latitude of 91",
      (p) => Object.assign(p.geofences[0].polygon[2], [8, 91]),
      ["bad_polygon /geofences/0/polygon/2/1"],
    ],
    [
      "a wide ring",
      (p) =>
        Object.assign(p.geofences[0], {
          polygon: [
            [-91, 0],
            [90, 0],
            [0, 1],
            [-91, 0],
          ],
        }),
      ["bad_polygon /geofences/0/polygon"],
    ],
    ["two triggers of one id", (p) => p.triggers.push(p.triggers[1]), ["duplicate_id /triggers/2/id"]],
    [
      "two conditions of one name",
      (p) => Object.assign(p.triggers[1].when.conditions[1], { name: "jerky" }),
      ["duplicate_id /triggers/1/when/conditions/1/name"],
    ],
    [
      "a derived name of a signal",
      (p) => Object.assign(p.derived[2], { name: "accel_g" }),
      ["unknown_signal /triggers/1/when/conditions/1/signal", "duplicate_id /derived/2/name"],
    ],
    ["two fences of one id", (p) => p.geofences.push(p.geofences[0]), ["duplicate_id /geofences/2/id"]],
    ["two layers of one id", (p) => Object.assign(p.map_layers[1], { id: "w1" }), ["duplicate_id /map_layers/1/id"]],
    [
      "an interval of nothing",
      (p) => Object.assign(p.map_layers[0], { to: p.map_layers[0].from }),
      ["bad_interval /map_layers/0/to"],
    ],
    [
      "an inverted range",
      (p) => Object.assign(p.signals.lateral_g, { range: [2, -2] }),
      ["bad_interval /signals/lateral_g/range"],
    ],
  ])("refuses %s", (_, edit, expected) => {
    expect(found(edited(edit)).sort()).toEqual([...expected].sort());
  });

  it("reports all in the order of the document", () => {
    const text = edited((p) => {
      p.map_layers[0].to = "2020-01-01";
      p.triggers[1].when.conditions[0].enter = 99;
      p.triggers[0].min_samples = "3";
      p.geofences[0].polygon.pop();
      p.version = "2";
    });
    expect(found(text)).toEqual([
      "semver /version",
      "bad_polygon /geofences/0/polygon",
      "schema /triggers/0/min_samples",
      "out_of_range /triggers/1/when/conditions/0/enter",
      "bad_interval /map_layers/0/to",
    ]);
  });

  it("checks the software that it is for", () => {
    expect(problems(EXAMPLE, { edgeVersion: "1.9.2", cloudVersion: "2.0.0" })).toEqual([]);
    expect(problems(EXAMPLE, { edgeVersion: "3.0.0", cloudVersion: "1.9.9" }).map(({ path }) => path)).toEqual([
      "/compat/edge",
      "/compat/cloud",
    ]);
    expect(() => parsePolicy(EXAMPLE, { edgeVersion: "latest" })).toThrow(/edgeVersion must be a semantic version/);
  });

  describe("conflicts of overrides", () => {
    const conflict = (second: number[][], change: Loose = {}, priority = 5) =>
      found(
        edited((p) => {
          p.geofences = [
            { id: "a", priority: 5, polygon: square(0) },
            { id: "b", priority, polygon: second },
          ];
          p.triggers[0].overrides = [
            { geofence: "a", set: { dwell_ms: 100 } },
            { geofence: "b", set: { dwell_ms: 200 }, ...change },
          ];
        }),
      );
    const expected = ["override_conflict /triggers/0/overrides/1"];
    it("stand at the later one", () => {
      expect(conflict(square(0.5))).toEqual(expected);
      expect(conflict(square(0.25, 0.5))).toEqual(expected);
      expect(conflict(square(0).reverse())).toEqual(expected);
      expect(conflict(square(0.5), { disabled: true, set: undefined })).toEqual(expected);
    });
    it("need common interior, equal priorities and other effects", () => {
      expect(conflict(square(1))).toEqual([]);
      expect(
        conflict([
          [1, 1],
          [2, 1],
          [2, 2],
          [1, 1],
        ]),
      ).toEqual([]);
      expect(conflict(square(0.5), {}, 6)).toEqual([]);
      expect(conflict(square(0.5), { set: { dwell_ms: 100, min_samples: 2 } })).toEqual([]);
    });
    it("are of one trigger", () => {
      const text = edited((p) => {
        p.geofences = [
          { id: "a", polygon: square(0) },
          { id: "b", polygon: square(0.5) },
        ];
        p.triggers[0].overrides = [{ geofence: "a", set: { dwell_ms: 100 } }];
        p.triggers[1].overrides = [{ geofence: "b", set: { dwell_ms: 200 } }];
      });
      expect(found(text)).toEqual([]);
    });
  });

  describe("hostile text", () => {
    it.each<[string, string, RegExp]>([
      ["nothing", "", /empty/],
      ["bad syntax", "a: [\n", /^line \d+, column \d+: /],
      ["tags of its own", "a: !foo 1", /Unresolved tag/],
      ["binary", "a: !!binary aGk=", /Unresolved tag/],
      ["two documents", "--- 1\n--- 2\n", /multiple documents/],
      ["keys that are no text", "? [a]\n: 1", /keys must be strings/],
      ["an alias of nothing", "a: *b", /alias/],
      ["many aliases", `a: &a [1]\nb: [${"*a, ".repeat(200)}]`, /alias/i],
      ["an alias of itself", "a: &a {b: *a}", /values once its aliases/],
      ["deep lists", "[".repeat(20_000), /stack size|too deep/],
      ["too much", `a: ${"x".repeat(9_000_000)}`, /characters/],
    ])("%s is refused as a whole", (_, text, message) => {
      const [first] = problems(text);
      expect(first).toMatchObject({ path: "", code: "schema" });
      expect(first.message).toMatch(message);
    });

    it("with keys twice names them", () => {
      const twice = EXAMPLE.replace("  lateral_g:", "  accel_g: {unit: g, range: [-2, 2]}\n  lateral_g:").replace(
        "risk:",
        "rationale: b\nrisk:",
      );
      expect(found(twice)).toEqual(["schema /rationale", "duplicate_id /signals/accel_g"]);
    });

    it("cannot reach prototypes by names", () => {
      const poisoned = EXAMPLE.replace(
        "  lateral_g:",
        "  __proto__: {range: [0, 1]}\n  constructor: {range: [0, 1]}\n  lateral_g:",
      );
      expect(found(poisoned)).toEqual(["schema /signals/__proto__"]);
      expect(Object.hasOwn(Object.prototype, "range")).toBe(false);
      expect(found(edited((p) => Object.assign(p.triggers[0], { id: "toString" })))).toEqual([]);
    });
  });
});
