import { describe, expect, it } from "vitest";
import {
  compareBaseline,
  type EventTable,
  type LabelTable,
  matchEvents,
  scoreTriggers,
} from "../../../../src/backtest/index.js";
import { exposureOf } from "../score/logs.js";
import { type EventRow, eventTable, labelTable } from "../score/tables.js";

const ids = Array.from({ length: 12 }, (_, k) => `v${k}`);
const exposure = exposureOf(Object.fromEntries(ids.map((id) => [id, { 0: 50 }])));
const labels = labelTable(ids.map((vehicle) => ({ vehicle, start: 1000 })));

function run(triggerIds: string[], rows: EventRow[], table: LabelTable | null = labels) {
  const events: EventTable = eventTable(rows);
  const covered = new Uint8Array(table?.ts.length ?? 0).fill(1);
  return { triggerIds, events, labels: table && { table, match: matchEvents(events, table, 2000), covered } };
}

/** The old policy hits every other vehicle; the new one hits all, with a false alarm in every third. */
const before = run(
  ["brake"],
  ids.filter((_, k) => k % 2 === 0).map((vehicle) => ({ vehicle, onset: 900, end: 1000 })),
);
const after = run(
  ["brake"],
  ids.flatMap((vehicle, k) => [
    { vehicle, onset: 1000, end: 1100 },
    ...(k % 3 === 0 ? [{ vehicle, onset: 90_000 }] : []),
  ]),
);

describe("compareBaseline", () => {
  it("tells added, removed and common events, and what of them has labels", () => {
    const { triggers, overall } = compareBaseline(after, before, exposure);
    const change = { in: "both", added: 10, removed: 0, common: 6, added_tp: 6, removed_tp: 0 };
    expect(triggers.get("brake")).toMatchObject(change);
    expect(overall).toMatchObject(change);
    const back = compareBaseline(before, after, exposure).overall;
    expect(back).toMatchObject({ added: 0, removed: 10, common: 6, added_tp: 0, removed_tp: 6 });
  });

  it("pairs events that touch, one to one, and none that are a millisecond apart", () => {
    const change = (onset: number) =>
      compareBaseline(run(["brake"], [{ vehicle: "v0", onset }]), before, exposure).triggers.get("brake");
    expect(change(1000)).toMatchObject({ added: 0, removed: 5, common: 1 });
    expect(change(1001)).toMatchObject({ added: 1, removed: 6, common: 0 });
    const split = run(
      ["brake"],
      [
        { vehicle: "v0", onset: 900 },
        { vehicle: "v0", onset: 950 },
      ],
    );
    expect(compareBaseline(split, before, exposure).overall).toMatchObject({ added: 1, removed: 5, common: 1 });
  });

  it("gives differences of the scores of both with paired intervals", () => {
    const { baseline, policy, differences } = compareBaseline(after, before, exposure).overall;
    const score = (own: typeof before) => scoreTriggers({ ...own, exposure }).overall;
    expect(score(after)).toMatchObject(policy);
    expect(score(before)).toMatchObject(baseline);
    expect(differences.recall).toMatchObject({
      value: 0.5,
      clusters: 12,
      cluster_unit: "vehicle",
      events: 22,
      labels: 12,
    });
    expect(differences.recall.lower).toBeGreaterThan(0.1);
    expect(differences.precision.value).toBe(-0.25);
    expect(differences.alerts_per_1000km.value).toBeCloseTo(10 / 0.6, 9);
  });

  it("is narrower than if the policies were resampled apart: a policy against itself differs by nothing", () => {
    const same = compareBaseline(after, after, exposure).overall;
    expect(same).toMatchObject({ added: 0, removed: 0, common: 16 });
    for (const difference of Object.values(same.differences))
      expect(difference).toMatchObject({ value: 0, lower: 0, upper: 0 });
  });

  it("takes a trigger of one policy alone as one without events in the other", () => {
    const both = run(["brake", "swerve"], [{ trigger: "swerve", vehicle: "v1", onset: 0 }]);
    const { triggers } = compareBaseline(both, run(["old", "brake"], []), exposure);
    expect([...triggers.keys()]).toEqual(["brake", "swerve", "old"]);
    expect([...triggers.values()].map((change) => change.in)).toEqual(["both", "policy", "baseline"]);
    expect(triggers.get("swerve")).toMatchObject({ added: 1, baseline: { events: 0 }, policy: { events: 1 } });
    expect(triggers.get("swerve")?.differences.precision).toMatchObject({ value: null, lower: null });
  });

  it("compares how many alerts there are without labels", () => {
    const [own, old] = [after, before].map((side) => ({ ...side, labels: null }));
    const { added_tp, differences } = compareBaseline(own, old, exposure).overall;
    expect(added_tp).toBeNull();
    expect(differences.recall).toMatchObject({ value: null, lower: null, reason: "no labels" });
    expect(differences.alerts_per_day.value).toBe(10);
  });
});
