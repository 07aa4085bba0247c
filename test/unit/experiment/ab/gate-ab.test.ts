import { describe, expect, it } from "vitest";
import type { AbLook } from "../../../../src/experiment/ab/ab-look.js";
import { AbResultSchema } from "../../../../src/experiment/ab/ab-schema.js";
import {
  type AbDesign,
  gateAb,
  groupSequentialBounds,
  planAb,
  sampleSizeMeans,
} from "../../../../src/experiment/index.js";

/** A look of n rows an arm of shares: `good` of a and b. */
function look(at: number, n: number, goodA: number, goodB: number, more: Partial<AbLook> = {}): AbLook {
  const sums = { n_a: n, sum_a: goodA, sumsq_a: goodA, n_b: n, sum_b: goodB, sumsq_b: goodB };
  return { experiment: "e", look: at, information: at / 4, ...sums, ...more };
}

/** Four looks; z at the last about 0, 2.2 or 4 by `good` of b. */
const looks = (good: number, more: Partial<AbLook> = {}): AbLook[] =>
  [1, 2, 3, 4].map((at) => look(at, 1000 * at, 100 * at, good * at, more));

const decide = (rows: readonly AbLook[], design: AbDesign = "obf") => gateAb(rows, { design }).experiments[0];

describe("gateAb", () => {
  it("has the keys of the format, and z, bounds and intervals that agree", () => {
    const result = gateAb(looks(125));
    expect(AbResultSchema.parse(result)).toEqual(result);
    const [{ experiment, looks: found, srm, decision, reason }] = result.experiments;
    expect([experiment, decision]).toEqual(["e", "reject"]);
    expect(srm).toEqual({ p: 1, flag: false });
    const bounds = groupSequentialBounds([0.25, 0.5, 0.75, 1], 0.025, "obf");
    for (const [i, { effect, z, lower, upper, bound, rejected }] of found.entries()) {
      const n = 1000 * (i + 1);
      const variance = (p: number) => (p * (1 - p)) / (n - 1);
      expect(effect).toBeCloseTo(0.025, 12);
      expect(z).toBeCloseTo(0.025 / Math.sqrt(variance(0.1) + variance(0.125)), 9);
      expect(bound).toBe(bounds[i]);
      expect(lower).toBeCloseTo(effect - (bound! * effect) / z!, 12);
      expect(upper).toBeCloseTo(effect + (bound! * effect) / z!, 12);
      expect(rejected).toBe(Math.abs(z!) >= bound!);
      expect(rejected).toBe(lower! > 0);
    }
    expect(reason).toContain("the metric is higher in b than in a at look 3");
  });

  it.each<[AbDesign, string]>([
    ["obf", "accept"],
    ["pocock", "accept"],
    ["always-valid", "accept"],
    ["fixed", "accept"],
  ])("%s: no difference at information 1 is %s", (design, decision) => {
    expect(decide(looks(101), design).decision).toBe(decision);
    expect(decide(looks(101).slice(0, 3), design).decision).toBe("continue");
  });

  it("rejects either way", () => {
    const found = decide(looks(75));
    expect([found.decision, found.reason]).toEqual(["reject", expect.stringContaining("lower in b")]);
  });

  it("a rejection stands whatever later looks show", () => {
    const rows = [look(1, 1000, 100, 200), look(2, 2000, 250, 260)];
    expect(decide(rows, "pocock").decision).toBe("reject");
  });

  it("fixed rejects at information 1 only, with a warning about peeking", () => {
    const early = [look(1, 1000, 100, 200), look(2, 2000, 250, 260)];
    const result = gateAb(early, { design: "fixed" });
    expect(result.experiments[0].decision).toBe("continue");
    expect(result.experiments[0].looks.map(({ rejected }) => rejected)).toEqual([false, false]);
    expect(result.experiments[0].looks[0].bound).toBeCloseTo(1.959964, 6);
    expect(result.warnings.join()).toContain("a fixed design rejects at information 1 only");
    expect(decide([look(4, 1000, 100, 200, { look: 1 })], "fixed").decision).toBe("reject");
  });

  it("always-valid needs no information, and then never accepts", () => {
    const rows = looks(100).map(({ information: _, ...row }) => row);
    const found = decide(rows, "always-valid");
    expect([found.decision, found.looks[0].information]).toEqual(["continue", null]);
    expect(decide(looks(140), "always-valid").decision).toBe("reject");
    expect(() => gateAb(rows)).toThrow('look 1: column "information": is empty');
  });

  it("takes information that misses 1 by rounding", () => {
    expect(decide([look(1, 1000, 100, 100, { information: 1 + 1e-12 })]).decision).toBe("accept");
  });

  it("gives no bound to a look too early to spend anything", () => {
    const [first] = decide([look(1, 1000, 100, 101, { information: 0.0005 })]).looks;
    expect(first).toMatchObject({ bound: null, lower: null, upper: null, rejected: false });
  });

  describe("sample ratio mismatch", () => {
    const uneven = [look(4, 1000, 100, 100, { look: 1, n_b: 1300, sum_b: 300, sumsq_b: 300 })];

    it("withholds the verdict, and says so", () => {
      const result = gateAb(uneven);
      const [{ looks: found, srm, decision, reason }] = result.experiments;
      expect(found[0].rejected).toBe(true);
      expect(srm.flag).toBe(true);
      expect([decision, reason]).toEqual(["continue", expect.stringContaining("sample ratio mismatch")]);
      expect(result.warnings).toEqual([expect.stringContaining("sample ratio mismatch")]);
    });

    it("knows a planned split that is not even", () => {
      expect(decide(uneven.map((row) => ({ ...row, share_a: 1000 / 2300 }))).decision).toBe("reject");
    });
  });

  describe("guardrails", () => {
    const guard = (good: number, more: Partial<AbLook> = {}) =>
      looks(good, { metric: "errors", role: "guardrail", ...more });
    const primary = looks(140, { metric: "sales" });

    it("stop where one gets worse, before any other verdict", () => {
      const found = decide([...primary, ...guard(150, { better: "lower" })]);
      expect(found.decision).toBe("guardrail_stop");
      expect(found.reason).toMatch(/^guardrail: metric "errors" is higher in b than in a at look 2/);
      expect(decide([...primary, ...guard(50, { better: "higher" })]).decision).toBe("guardrail_stop");
    });

    it("do not stop where one gets better", () => {
      expect(decide([...primary, ...guard(50, { better: "lower" })]).decision).toBe("reject");
    });

    it("stop either way when the file does not say which is good, with a warning", () => {
      for (const good of [50, 150]) expect(decide([...primary, ...guard(good)]).decision).toBe("guardrail_stop");
      expect(gateAb([...primary, ...guard(100)]).warnings.join()).toContain('guardrail without "better"');
    });

    it("stop under a sample ratio mismatch too", () => {
      const uneven = [...primary, ...guard(150)].map((row) => ({ ...row, n_b: row.n_b * 2 }));
      const found = decide(uneven);
      expect([found.srm.flag, found.decision]).toEqual([true, "guardrail_stop"]);
    });

    it("are no experiment by themselves", () => {
      expect(() => gateAb(guard(100))).toThrow('column "role": the experiment has no primary metric');
    });
  });

  it("several primary metrics share alpha evenly, guardrails have all of it", () => {
    const rows = ["x", "y"].flatMap((metric) => looks(101, { metric }));
    const found = decide([...rows, ...looks(101, { metric: "g", role: "guardrail" })]).looks;
    const bounds = (alpha: number) => groupSequentialBounds([0.25, 0.5, 0.75, 1], alpha, "obf");
    expect(found.map(({ bound }) => bound)).toEqual([...bounds(0.0125), ...bounds(0.0125), ...bounds(0.025)]);
    expect(found.map(({ metric }) => metric)).toEqual([..."xxxxyyyygggg"]);
  });

  it("keeps experiments apart, in the order of the file, whatever the order of looks", () => {
    const rows = [...looks(101, { experiment: "__proto__" }), ...looks(140, { experiment: "a" })];
    const [second, ...rest] = [...rows.slice(4), ...rows.slice(0, 4)].reverse();
    const { experiments } = gateAb([second, ...rest]);
    expect(experiments.map(({ experiment, decision }) => [experiment, decision])).toEqual([
      ["__proto__", "accept"],
      ["a", "reject"],
    ]);
    expect(experiments[0].looks.map(({ look }) => look)).toEqual([1, 2, 3, 4]);
  });

  it("says nothing of arms without any spread", () => {
    const result = gateAb([look(1, 50, 0, 0), look(2, 100, 0, 4)]);
    const [flat, some] = result.experiments[0].looks;
    expect(flat).toMatchObject({ effect: 0, z: null, lower: null, upper: null, rejected: false });
    expect(some.z).toBeCloseTo(0.04 / Math.sqrt((0.04 * 0.96) / 99), 9);
    const warning = "z of the metric cannot be computed at look 1: no arm has any spread";
    expect(result.warnings.join()).toContain(warning);
  });

  describe("a z that cannot be computed", () => {
    const last = (more: Partial<AbLook>) => look(4, 100, 0, 0, { look: 1, ...more });
    const constantB = { sum_b: 100, sumsq_b: 100 };
    /** Means 1e9 and 1e9 + 1 with standard deviation 0.7: the squares hold steps of 131,072 only. */
    const large = { sum_a: 1e11, sumsq_a: 1e20, sum_b: 1e11 + 100, sumsq_b: 100 * (1e9 + 1) ** 2 };

    it.each<[string, Partial<AbLook>, RegExp]>([
      ["all 0 against all 1", constantB, /look 1: no arm has any spread$/],
      ["all 0 in both arms", {}, /no arm has any spread$/],
      ["a large mean", large, /sums are too coarse for the spread, if there is one; give centred sums/],
      ["one large mean", { ...large, sum_b: 50, sumsq_b: 50 }, /sums are too coarse/],
      ["equal numbers that are not whole", { sum_a: 10.1, sumsq_a: 1.0201, sum_b: 9.9, sumsq_b: 0.9801 }, /too coarse/],
    ])("is no evidence of equal arms: %s", (_what, sums, why) => {
      for (const design of ["obf", "pocock", "always-valid", "fixed"] as const) {
        const { experiments, warnings } = gateAb([last(sums)], { design });
        const [{ decision, reason, looks: found }] = experiments;
        expect([decision, found[0].z, found[0].rejected]).toEqual(["continue", null, false]);
        expect(reason).toMatch(/^z of the metric cannot be computed at look 1: /);
        expect(reason).toMatch(why);
        expect(warnings.join()).toContain(reason);
      }
    });

    it("is known again once the sums are centred, or where the other arm's spread is all that counts", () => {
      const centred = { sum_a: 0, sumsq_a: 49, sum_b: 100, sumsq_b: 149 };
      expect(decide([last(centred)]).decision).toBe("reject");
      const tiny = { sum_a: 10.1, sumsq_a: 1.0201, sum_b: 11, sumsq_b: 101 };
      expect(decide([last(tiny)])).toMatchObject({ decision: "accept", looks: [{ z: expect.any(Number) }] });
    });

    it("comes of a covariate that explains everything", () => {
      const sums = { sum_a: 50, sumsq_a: 50, sum_b: 50, sumsq_b: 50 };
      const same = { sum_x_a: 50, sumsq_x_a: 50, sum_xy_a: 50, sum_x_b: 50, sumsq_x_b: 50, sum_xy_b: 50 };
      const found = decide([last({ ...sums, ...same })]);
      expect([found.decision, found.reason]).toEqual(["continue", expect.stringContaining("leaves no spread")]);
    });

    it("of one primary metric holds back accept, not a rejection by another", () => {
      const flat = last({ metric: "flat", ...constantB });
      const other = (good: number) => last({ metric: "x", sum_a: 10, sumsq_a: 10, sum_b: good, sumsq_b: good });
      expect(decide([flat, other(10)]).decision).toBe("continue");
      expect(decide([flat, other(60)]).decision).toBe("reject");
    });

    it("of a guardrail holds back both verdicts, unless all its rows are equal", () => {
      const guard = (sums: Partial<AbLook>) => last({ metric: "g", role: "guardrail", better: "lower", ...sums });
      for (const good of [10, 60]) {
        const primary = last({ metric: "x", sum_a: 10, sumsq_a: 10, sum_b: good, sumsq_b: good });
        for (const sums of [constantB, large]) {
          const { decision, reason } = decide([primary, guard(sums)]);
          expect(decision).toBe("continue");
          expect(reason).toMatch(/^z of guardrail metric "g" cannot be computed at look 1: /);
        }
        const none = gateAb([primary, guard({})]);
        expect(none.experiments[0].decision).toBe(good === 10 ? "accept" : "reject");
        expect(none.warnings.join()).toContain('z of guardrail metric "g" cannot be computed at look 1: no arm has');
      }
    });
  });

  it("does not take the rounding of large sums for a spread", () => {
    const huge = { sum_a: 1e12, sumsq_a: 1e21 * (1 + 4e-15), sum_b: 1e12 + 1, sumsq_b: (1e12 + 1) ** 2 / 1000 };
    expect(decide([look(4, 1000, 1, 1, { look: 1, ...huge })]).looks[0].z).toBeNull();
  });

  it("warns of few rows", () => {
    expect(gateAb([look(1, 20, 5, 9)]).warnings.join()).toContain("fewer than 30 rows in an arm at look 1");
  });

  it("refuses no rows", () => {
    expect(() => gateAb([])).toThrow("there are no looks");
  });

  const covariate = { sum_x_a: 0, sumsq_x_a: 900, sum_xy_a: 90, sum_x_b: 0, sumsq_x_b: 900, sum_xy_b: 90 };
  it.each<[string, AbLook[], RegExp]>([
    ["one row", [look(1, 1, 0, 1)], /column "n_a": got 1, expected a whole number from 2/],
    ["part of a row", [look(1, 2.5, 0, 1)], /column "n_a": got 2.5/],
    ["NaN", [look(1, 100, Number.NaN, 1)], /column "sum_a": got NaN/],
    ["an infinite sum", [look(1, 100, 1, 1, { sumsq_b: Number.POSITIVE_INFINITY })], /column "sumsq_b": got Infinity/],
    ["a negative square", [look(1, 100, 1, 1, { sumsq_b: -1 })], /column "sumsq_b": got -1/],
    ["too small squares", [look(1, 100, 50, 1, { sumsq_a: 20 })], /"sumsq_a": got 20, expected at least sum² ÷ n = 25/],
    ["no name", [look(1, 100, 1, 1, { experiment: "" })], /column "experiment": got an empty name/],
    ["half a look", [look(1.5, 100, 1, 1)], /column "look": got 1.5/],
    ["a first look of 3", [look(3, 100, 1, 1)], /column "look": looks are numbered from 0 or 1/],
    ["a missing look", [look(1, 100, 1, 1), look(3, 100, 1, 1)], /look 3: column "look": look 2 is missing before it/],
    ["a look twice", [look(1, 100, 1, 1), look(1, 100, 1, 1)], /look 1: column "look": is there twice/],
    ["falling rows", [look(1, 100, 1, 1), look(2, 90, 1, 1)], /"n_a": got 90 after 100: sums are over all rows so far/],
    ["falling sums", [look(1, 100, 9, 9), look(2, 200, 5, 9)], /column "sumsq_a": got 5 after 9/],
    [
      "too much information",
      [look(1, 100, 1, 1, { information: 1.01 })],
      /must lie above 0 and at most at 1, got 1.01/,
    ],
    ["no information", [look(1, 100, 1, 1, { information: 0 })], /must lie above 0 and at most at 1, got 0/],
    ["the same information", [look(1, 100, 1, 1), look(2, 200, 1, 1, { information: 0.25 })], /must rise from look/],
    ["a share of 1", [look(1, 100, 1, 1, { share_a: 1 })], /column "share_a": got 1/],
    ["two splits", [look(1, 9, 1, 1), look(2, 9, 1, 1, { share_a: 0.4 })], /column "share_a": got 0.4 after undefined/],
    ["two roles", [look(1, 9, 1, 1), look(2, 9, 1, 1, { role: "guardrail" })], /column "role": got guardrail after/],
    ["an unknown role", [look(1, 9, 1, 1, { role: "other" as never })], /got "other", expected primary or guardrail/],
    ["half a covariate", [look(1, 100, 9, 9, { sum_x_a: 1 })], /column "sumsq_x_a": is empty but sum_x_a is not/],
    [
      "a late covariate",
      [look(1, 900, 90, 90), look(2, 900, 90, 90, covariate)],
      /at all looks of a metric or at none/,
    ],
    [
      "an impossible product",
      [look(1, 900, 90, 90, { ...covariate, sum_xy_b: 1000 })],
      /column "sum_xy_b": got 1000: metric and covariate would be correlated beyond ±1/,
    ],
    [
      "an impossible covariate",
      [look(1, 900, 90, 90, { ...covariate, sum_x_a: 1000 })],
      /column "sumsq_x_a": got 900, expected at least/,
    ],
  ])("refuses %s", (_what, rows, message) => {
    expect(() => gateAb(rows)).toThrow(message);
  });

  it("says which row is wrong", () => {
    expect(() => gateAb([look(1, 100, 1, 1), look(2, 90, 1, 1)])).toThrow(
      expect.objectContaining({ code: "E_INPUT", details: expect.objectContaining({ index: 1, column: "n_a" }) }),
    );
  });

  it.each([
    [{ alpha: 0 }, /alpha must lie above 0 and below 1/],
    [{ alpha: Number.NaN }, /alpha must lie/],
    [{ design: "obrien" as never }, /design must be one of obf, pocock, always-valid, fixed/],
    [{ tunedRows: -1 }, /tunedRows must be/],
  ])("refuses the options %j", (options, message) => {
    expect(() => gateAb(looks(100), options)).toThrow(message);
  });
});

describe("groupSequentialBounds", () => {
  it("spends nothing later on looks not yet taken", () => {
    const all = groupSequentialBounds([0.3, 0.5, 1], 0.025, "obf");
    expect(groupSequentialBounds([0.3, 0.5], 0.025, "obf")).toEqual(all.slice(0, 2));
    expect(groupSequentialBounds([], 0.025, "obf")).toEqual([]);
  });

  it("is a z test at a single look", () => {
    for (const spending of ["obf", "pocock"] as const) {
      expect(groupSequentialBounds([1], 0.025, spending)[0]).toBeCloseTo(1.959963984540054, 12);
    }
  });

  it("holds for looks close together and for many", () => {
    // A look right after another spends next to nothing and hardly moves the bounds after it.
    const [first, , last] = groupSequentialBounds([0.5, 0.501, 1], 0.025, "pocock");
    const without = groupSequentialBounds([0.5, 1], 0.025, "pocock");
    expect(first).toBe(without[0]);
    expect(Math.abs(last - without[1])).toBeLessThan(0.002);
    const many = groupSequentialBounds(
      Array.from({ length: 50 }, (_, i) => (i + 1) / 50),
      0.025,
      "obf",
    );
    expect(many[0]).toBeGreaterThan(many[49]);
    expect(many[49]).toBeGreaterThan(1.96);
    expect(many[49]).toBeLessThan(2.2);
  });

  it.each<[number[], number, string, RegExp]>([
    [[0.5, 1.2], 0.025, "obf", /look 2: information must lie above 0 and at most at 1, got 1.2/],
    [[0.5, 0.5], 0.025, "obf", /look 2: information must rise from look to look by at least 0.0001, got 0.5 after 0.5/],
    [[0.5, 0.4], 0.025, "obf", /must rise/],
    [[0], 0.025, "obf", /above 0/],
    [[Number.NaN], 0.025, "obf", /got NaN/],
    [[1], 0.5, "obf", /alpha must lie above 0 and below 0.5/],
    [[1], 0.025, "linear", /spending must be obf or pocock/],
  ])("refuses %j, %d, %s", (t, alpha, spending, message) => {
    expect(() => groupSequentialBounds(t, alpha, spending as "obf")).toThrow(message);
  });
});

describe("planAb", () => {
  it("multiplies what a test without looks needs", () => {
    const plan = planAb({ baseline: 0.1, target: 0.12 }, { design: "obf", dailyRows: 1000 });
    expect(plan).toMatchObject({ n_a: 3930, n_b: 3930, days: 8, effect: { kind: "proportions" } });
    expect(plan.looks.map(({ n_a }) => n_a)).toEqual([786, 1572, 2358, 3144, 3930]);
    expect(plan.looks.map(({ bound }) => bound)).toEqual(groupSequentialBounds([0.2, 0.4, 0.6, 0.8, 1], 0.025, "obf"));
  });

  it("fixed has one look and no cost", () => {
    const plan = planAb({ effectSize: 0.2 }, { power: 0.9, ratio: 2, looks: 7 });
    const n = sampleSizeMeans(0.2, { power: 0.9, ratio: 2 });
    expect(plan).toMatchObject({ inflation: 1, days: null, fixed: { n_a: n, n_b: 2 * n } });
    expect(plan.looks).toHaveLength(1);
    expect(plan.n_b).toBe(Math.ceil(2 * n));
  });

  it("always-valid has the power at its last look", () => {
    const { inflation, looks, fixed, expected } = planAb({ effectSize: 0.1 }, { design: "always-valid" });
    const drift = Math.sqrt(inflation) * (1.959963984540054 + 0.8416212335729143);
    expect(drift - looks[4].bound!).toBeCloseTo(0.8416212335729143, 9);
    expect(looks[4].n_a).toBe(Math.ceil(inflation * fixed.n_a));
    expect(expected).toBeNull();
  });

  it.each([
    [{ baseline: 0.1, target: 0.1 }, {}, /effect size must be a number other than 0/],
    [{ baseline: -0.1, target: 0.1 }, {}, /a share must lie in 0 to 1/],
    [{ effectSize: 0.2 }, { power: 0.01 }, /power must be above alpha and below 1/],
    [{ effectSize: 0.2 }, { ratio: 0 }, /ratio must be a number above 0/],
    [{ effectSize: 0.2 }, { looks: 0 }, /looks must be a whole number/],
    [{ effectSize: 0.2 }, { dailyRows: 0 }, /daily rows must be above 0/],
    [{ effectSize: 1e-9 }, {}, /the effect is too small/],
  ])("refuses %j with %j", (effect, options, message) => {
    expect(() => planAb(effect, options)).toThrow(message);
  });
});
