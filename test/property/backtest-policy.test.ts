import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { diffPolicies, parsePolicy } from "../../src/backtest/index.js";

const name = fc
  .string({ minLength: 1, maxLength: 12, unit: "grapheme" })
  .filter((s) => s !== "__proto__" && !/[\p{Cc}\p{Cs}]/u.test(s));
// JSON has no -0.
const number = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

/** Valid policies as plain values. */
const policies = fc
  .record({
    signals: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    ids: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    condition: fc.record({ op: fc.constantFrom("<", "<=", ">", ">="), a: number(-10, 10), b: number(-10, 10) }),
    dwell_ms: fc.integer({ min: 0, max: 600_000 }),
    release_ms: fc.integer({ min: 0, max: 600_000 }),
    cooldown_ms: fc.integer({ min: 0, max: 86_400_000 }),
    max_gap_ms: fc.integer({ min: 1, max: 3_600_000 }),
    on_missing: fc.constantFrom("hold", "false", false),
    version: fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join(".")),
  })
  .map(({ signals, ids, condition: { op, a, b }, version, ...times }) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const [enter, exit] = op.startsWith("<") ? [low, high] : [high, low];
    return {
      schema: "fleetlens.policy/1",
      version,
      signals: Object.fromEntries(signals.map((signal) => [signal, { unit: "g", range: [-10, 10] }])),
      triggers: ids.map((id, i) => ({
        id,
        when: { mode: "all", conditions: [{ name: "c", signal: signals[i % signals.length], op, enter, exit }] },
        ...times,
      })),
    };
  });

type Written = typeof policies extends fc.Arbitrary<infer T> ? T : never;

const mutations: readonly (readonly [string, (policy: Written) => void])[] = [
  ["schema", (p) => Object.assign(p.triggers[0], { dwell: 1 })],
  ["schema", (p) => Object.assign(p.triggers[0], { dwell_ms: -1 })],
  ["semver", (p) => Object.assign(p, { version: `${p.version}.` })],
  ["unknown_signal", (p) => Object.assign(p.triggers[0].when.conditions[0], { signal: "\u{1F9ED} none" })],
  ["out_of_range", (p) => Object.assign(p.triggers[0].when.conditions[0], { enter: 11 })],
  ["duplicate_id", (p) => p.triggers.push(p.triggers[0])],
];

describe("policies", () => {
  it("that are valid are taken, as YAML and as JSON, and the same", () => {
    fc.assert(
      fc.property(policies, (written) => {
        const [yaml, json] = [parsePolicy(stringify(written)), parsePolicy(JSON.stringify(written))];
        expect(yaml).toEqual(json);
        if (!yaml.ok) throw new Error(JSON.stringify(yaml.errors));
        expect([...yaml.policy.signals.keys()].sort()).toEqual(Object.keys(written.signals).sort());
        expect(yaml.policy.triggers.map(({ parameters }) => parameters.conditions[0])).toEqual(
          written.triggers.map(({ when }) => when.conditions[0]),
        );
        expect(diffPolicies(yaml.policy, yaml.policy).changes).toEqual([]);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it("with one fault are refused with its code", () => {
    fc.assert(
      fc.property(policies, fc.constantFrom(...mutations), (written, [code, mutate]) => {
        mutate(written);
        const parsed = parsePolicy(JSON.stringify(written));
        expect(parsed.ok ? [] : parsed.errors.map((error) => error.code)).toContain(code);
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  it("that are any text at all give errors and no exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((value) => stringify(value)),
        ),
        (text) => {
          const parsed = parsePolicy(text);
          expect(parsed.ok).toBe(false);
        },
      ),
      { seed: 13, numRuns: 300 },
    );
  });
});
