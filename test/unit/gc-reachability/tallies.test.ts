import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { decide, GcReportSchema, tallies } from "../../../src/gc-reachability/index.js";
import { judge, monthly, type Scenario, type Thing } from "./oracle.js";
import { load, makeScenario } from "./scenario.js";

const talliesOf = (s: Scenario) => {
  const { input, policy } = load(s);
  return tallies(input, decide(input, policy, s.asOf, s.snapshotAt), policy, s.asOf);
};
const AS_OF = Date.UTC(2026, 5, 1);
const old = (rest: Partial<Thing>): Thing => ({
  ...{ id: "a", kind: "run", class: "Bronze", size: 1, storage: "STANDARD", created: 0 },
  ...{ accessed: null, since: null, group: null, metric: null },
  ...rest,
});
const simple = (things: Thing[]): Scenario => ({
  ...{ things, edges: [], protections: [], holds: [], erasures: [], asOf: AS_OF, snapshotAt: AS_OF },
  policy: {
    ...{ schema_version: 1, grace_hours: 24, erasure_vs_hold: "erase", weak_relations: [], max_break_even_months: 12 },
    ...{ minimal_keep: [], exceptions: [] },
    classes: { Bronze: { horizon_days: 1, access_days: 0, on_expire: "delete" } },
    storage_classes: { STANDARD: { usd_per_gb_month: 1 } },
  },
});

describe("sums of the report", () => {
  it("are those of the objects one by one, and fit the schema", () => {
    for (let seed = 0; seed < 60; seed++) {
      const s = makeScenario(createRandom(seed), 30);
      const got = talliesOf(s);
      const verdicts = judge(s);
      const actionOf = ({ id }: Thing) => verdicts.get(id)?.action;
      const sum = (things: Thing[]) => {
        const prices = things.flatMap((thing) => monthly(s, thing, thing.storage) ?? []);
        return {
          objects: things.length,
          bytes: things.reduce((bytes, { size }) => bytes + size, 0),
          monthly_usd:
            things.length > 0 && prices.length === 0
              ? null
              : expect.closeTo(
                  prices.reduce((a, b) => a + b, 0),
                  9,
                ),
        };
      };
      const candidates = s.things.filter((thing) => actionOf(thing) !== "keep");
      expect(got.candidates).toMatchObject(sum(candidates));
      const kept = s.things.filter((thing) => actionOf(thing) === "keep");
      expect(got.kept).toEqual({ objects: kept.length, bytes: sum(kept).bytes });
      for (const group of got.by_kind) {
        const members = s.things.filter(({ kind }) => kind === group.kind);
        for (const action of ["delete", "transition", "keep"] as const) {
          expect(group[action]).toEqual(sum(members.filter((thing) => actionOf(thing) === action)));
        }
      }
      expect(got.by_class.map((group) => group.class).sort()).toEqual(
        [...new Set(s.things.map((t) => t.class))].sort(),
      );
      expect(got.by_storage_class).toHaveLength(new Set(s.things.map((t) => t.storage)).size);
      for (const group of got.by_reason) {
        const members = s.things.filter(({ id }) => verdicts.get(id)?.reason === group.reason);
        expect(group).toMatchObject(sum(members.filter((thing) => actionOf(thing) === group.action)));
      }
      expect(got.by_reason.reduce((n, { objects }) => n + objects, 0)).toBe(s.things.length);
      expect(got.breakdown.reduce((n, { objects }) => n + objects, 0)).toBe(s.things.length);
      expect(got.unpriced.objects).toBe(s.things.filter(({ storage }) => storage === "ODD").length);
      const shape = GcReportSchema.pick(Object.fromEntries(Object.keys(got).map((key) => [key, true])) as never);
      expect(shape.safeParse(got).error).toBeUndefined();
    }
  });

  it("what goes saves its whole cost, what moves the difference", () => {
    const s = simple([old({ id: "a", size: 2 ** 30 }), old({ id: "b", size: 2 ** 31, class: "Silver" })]);
    s.policy.classes["Silver"] = { horizon_days: 1, access_days: 0, on_expire: "transition", transition_to: "COLD" };
    s.policy.storage_classes["COLD"] = { usd_per_gb_month: 0.25 };
    const { candidates, saved_monthly_usd } = talliesOf(s);
    expect(candidates).toEqual({ objects: 2, bytes: 3 * 2 ** 30, monthly_usd: 3, early_deletion_usd: 0 });
    expect(saved_monthly_usd).toBe(1 + 2 - 0.5);
  });

  it("bytes beyond 2^53 are text; money is null without any price and 0 without any object", () => {
    const big = 2 ** 53 - 1;
    const s = simple([old({ id: "a", size: big, storage: "ODD" }), old({ id: "b", size: big, storage: "ODD" })]);
    const got = talliesOf(s);
    expect(got.candidates).toEqual({
      ...{ objects: 2, bytes: String(2n ** 54n - 2n), monthly_usd: null, early_deletion_usd: null },
    });
    expect(got.saved_monthly_usd).toBeNull();
    expect(got.by_kind[0].keep).toEqual({ objects: 0, bytes: 0, monthly_usd: 0 });
    expect(got.unpriced).toEqual({ objects: 2, storage_classes: ["ODD"] });
  });

  it("more than 1,000 groups: the largest by name and the rest in one", () => {
    const things = Array.from({ length: 1005 }, (_, i) => old({ id: `k${i}`, kind: `kind-${i}`, size: i }));
    const { by_kind, breakdown } = talliesOf(simple(things));
    expect(by_kind).toHaveLength(1001);
    expect(by_kind[0]).toMatchObject({ kind: "kind-1004", delete: { objects: 1, bytes: 1004 } });
    expect(by_kind[1000]).toMatchObject({ kind: null, rest: true, delete: { objects: 5, bytes: 0 + 1 + 2 + 3 + 4 } });
    expect(breakdown).toHaveLength(1001);
    expect(breakdown[1000]).toMatchObject({
      ...{ kind: null, class: null, reason: "unreached", action: "delete", rest: true, objects: 5, bytes: 10 },
    });
  });
});
