import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { diffPolicies, type Policy, parsePolicy, policyDiffMarkdown } from "../../../src/backtest/index.js";

const EXAMPLE = readFileSync(join(import.meta.dirname, "../../../fixtures/backtest/policy.yaml"), "utf8");

// biome-ignore lint/suspicious/noExplicitAny: edits of a plain document.
type Loose = any;

function policy(edit: (policy: Loose) => unknown = () => {}): Policy {
  const value = parse(EXAMPLE);
  edit(value);
  const parsed = parsePolicy(stringify(value));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.policy;
}

const changes = (edit: (policy: Loose) => unknown, from = policy()) =>
  diffPolicies(from, policy(edit)).changes.map(
    ({ kind, subject, name, key, sensitivity, calls_for }) =>
      `${kind} ${subject} ${name}${key === null ? "" : ` ${key}`}: ${sensitivity}, ${calls_for}`,
  );

describe("diffPolicies", () => {
  it("finds nothing between a policy and itself", () => {
    const diff = diffPolicies(policy(), policy());
    expect(diff).toMatchObject({ changes: [], warnings: [], step: { made: "none", called_for: "none", enough: true } });
    expect(policyDiffMarkdown(diff)).toContain("Nothing else has changed.");
  });

  it.each<[string, (p: Loose) => unknown, string[]]>([
    [
      "a looser threshold",
      (p) => Object.assign(p.triggers[0].when.conditions[0], { enter: -0.22 }),
      ["changed condition hard_brake / brake enter: more, minor"],
    ],
    [
      "a stricter one of >",
      (p) => Object.assign(p.triggers[0].when.conditions[1], { enter: 4, exit: 3 }),
      ["changed condition hard_brake / moving enter: less, minor"],
    ],
    [
      "a later exit",
      (p) => Object.assign(p.triggers[0].when.conditions[1], { exit: 2 }),
      ["changed condition hard_brake / moving exit: unclear, minor"],
    ],
    [
      "equality that counts no more",
      (p) => Object.assign(p.triggers[1].when.conditions[0], { op: ">" }),
      ["changed condition harsh_ride / jerky op: less, minor"],
    ],
    [
      "dwell, for the override that inherits it not again",
      (p) => Object.assign(p.triggers[0], { dwell_ms: 400, cooldown_ms: 1000 }),
      ["changed trigger hard_brake dwell_ms: less, minor", "changed trigger hard_brake cooldown_ms: more, minor"],
    ],
    [
      "a mode",
      (p) => Object.assign(p.triggers[0].when, { mode: "any" }),
      ["changed trigger hard_brake mode: more, minor"],
    ],
    [
      "a condition more of any",
      (p) => p.triggers[1].when.conditions.push({ name: "c", signal: "accel_g", op: ">", enter: 1 }),
      ["added condition harsh_ride / c: more, minor"],
    ],
    [
      "a condition less of all",
      (p) => p.triggers[0].when.conditions.pop(),
      ["removed condition hard_brake / moving: more, minor"],
    ],
    [
      "conditions in another order",
      (p) => p.triggers[1].when.conditions.reverse(),
      ["changed trigger harsh_ride order of conditions: none, patch"],
    ],
    [
      "a guard",
      (p) => Object.assign(p.triggers[0].guards[0], { value: 0.4 }),
      ["changed guard hard_brake / uncertainty < value: less, minor"],
    ],
    ["a guard less", (p) => p.triggers[0].guards.pop(), ["removed guard hard_brake / uncertainty <: more, minor"]],
    [
      "an override's own threshold",
      (p) => Object.assign(p.triggers[0].overrides[0].set.conditions[0], { enter: -0.18 }),
      ["changed condition hard_brake @ school / brake enter: more, minor"],
    ],
    [
      "an override's own dwell",
      (p) => Object.assign(p.triggers[0].overrides[0].set, { dwell_ms: 50 }),
      ["changed override hard_brake @ school dwell_ms: more, minor"],
    ],
    [
      "an override that disables, gone",
      (p) => p.triggers[0].overrides.pop(),
      ["removed override hard_brake @ testtrack: more, minor"],
    ],
    [
      "a trigger switched off",
      (p) => Object.assign(p.triggers[1], { enabled: false }),
      ["changed trigger harsh_ride enabled: less, minor"],
    ],
    ["a trigger gone", (p) => p.triggers.pop(), ["removed trigger harsh_ride: less, major"]],
    [
      "a unit",
      (p) => Object.assign(p.signals.speed_mps, { unit: "km/h" }),
      ["changed signal speed_mps unit: none, major"],
    ],
    [
      "a range",
      (p) => Object.assign(p.signals.speed_mps, { range: [0, 70] }),
      ["changed signal speed_mps range: none, patch"],
    ],
    [
      "another window",
      (p) => Object.assign(p.derived[0], { window_ms: 1000 }),
      ["changed derived accel_s window_ms: unclear, minor"],
    ],
    [
      "a fence in use",
      (p) => Object.assign(p.geofences[0], { priority: 6 }),
      ["changed geofence school priority: unclear, minor"],
    ],
    [
      "a narrower compat",
      (p) => Object.assign(p.compat, { edge: ">=2.0.0 <3.0.0" }),
      ["changed policy compat edge: none, major"],
    ],
    [
      "a wider compat",
      (p) => Object.assign(p.compat, { edge: ">=1.0.0 <3.0.0" }),
      ["changed policy compat edge: none, minor"],
    ],
    [
      "a layer",
      (p) => Object.assign(p.map_layers[0], { value_mps: 8 }),
      ["changed map_layer w1 value_mps: unclear, minor"],
    ],
    ["words", (p) => Object.assign(p, { risk: "none" }), ["changed policy policy risk: none, patch"]],
  ])("tells %s", (_, edit, expected) => {
    expect(changes(edit)).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    ["2.3.1", "none", ["the version was not raised from 2.3.1; the changes call for a minor step"]],
    ["2.3.2", "patch", ["the version was raised from 2.3.1 to 2.3.2 (patch); the changes call for a minor step"]],
    ["2.4.0", "minor", []],
    ["3.0.0", "major", []],
    ["2.3.0", "lowered", ["the version was lowered from 2.3.1 to 2.3.0"]],
  ])("warns of version %s where it is too low", (version, made, warnings) => {
    const diff = diffPolicies(
      policy(),
      policy((p) => {
        p.version = version;
        p.triggers[0].dwell_ms = 0;
      }),
    );
    expect(diff.step).toEqual({ made, called_for: "minor", enough: warnings.length === 0 });
    expect(diff.warnings).toEqual(warnings);
  });

  it("lets a minor step hold anything below 1.0.0, and any step after a prerelease", () => {
    const step = (from: string, to: string) =>
      diffPolicies(
        policy((p) => Object.assign(p, { version: from })),
        policy((p) => {
          p.version = to;
          p.triggers.pop();
        }),
      ).step;
    expect(step("0.3.0", "0.4.0")).toMatchObject({ called_for: "major", enough: true });
    expect(step("0.3.0", "0.3.1").enough).toBe(false);
    expect(step("3.0.0-rc.1", "3.0.0")).toMatchObject({ made: "prerelease", enough: true });
  });

  it("writes Markdown in which names are only text", () => {
    const evil = "](https://x.invalid) | <img>`";
    const markdown = policyDiffMarkdown(
      diffPolicies(
        policy(),
        policy((p) => Object.assign(p.triggers[1], { id: evil })),
      ),
    );
    expect(markdown).not.toMatch(/<img>|\]\(|` /);
    const rows = markdown.split("\n").filter((line) => line.startsWith("| "));
    expect(new Set(rows.map((row) => row.split("|").length))).toEqual(new Set([8]));
    expect(markdown).toContain("| removed | trigger harsh&#95;ride |");
  });
});
