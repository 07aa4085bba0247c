import { tableFromArrays } from "@uwdata/flechette";
import { describe, expect, it } from "vitest";
import { toArrow } from "../../../src/core/arrow.js";
import { createRandom } from "../../../src/core/random.js";
import {
  adjust,
  compareProfiles,
  type DriftEntry,
  DriftEntrySchema,
  DriftReportSchema,
  driftReport,
  driftTable,
} from "../../../src/drift/index.js";
import { tableProfile } from "../../../src/drift/sketch/table-profile.js";
import { MOST_SLICES } from "../../../src/drift/slice-rows.js";

const DAY = 86_400_000;

const normals = (seed: number, n: number, shift = 0): Float64Array => {
  const rng = createRandom(seed);
  return Float64Array.from({ length: n }, () => rng.normal() + shift);
};
const picks = (seed: number, n: number, levels: readonly string[]): string[] => {
  const rng = createRandom(seed);
  return Array.from({ length: n }, () => levels[rng.int(levels.length)]);
};
const place = ({ feature, slice, window }: DriftEntry) =>
  [feature, slice && Object.entries(slice).flat().join("="), window?.start].filter(Boolean).join(" ");

describe("driftReport", () => {
  const reference = {
    speed: normals(1, 3000),
    gear: picks(2, 3000, ["1", "2", "3"]),
    city: picks(3, 3000, ["b", "a"]),
  };
  const current = {
    speed: normals(4, 2000, 0.5),
    gear: picks(5, 2000, ["1", "2", "3"]),
    city: picks(6, 2000, ["a", "b"]),
  };

  it("has the rows, one entry per feature, and the keys of the file", () => {
    const report = driftReport(reference, current);
    expect(report.rows).toEqual({ reference: 3000, current: 2000 });
    expect(report.features.map(place)).toEqual(["speed", "gear", "city"]);
    expect(report.features.map(({ verdict }) => verdict)[0]).toBe("drift");
    expect(report.dataset).toEqual({ n_tests: 3, n_drift: 1, n_missing_drift: 0, first_drift: [] });
    expect(DriftReportSchema.parse(report)).toEqual(report);
    for (const entry of report.features) {
      expect(Object.keys(entry)).toEqual(Object.keys(DriftEntrySchema.shape));
      expect(entry.stats).toHaveProperty(entry.test.name);
      expect(Object.keys(entry.effect)).toEqual(["name", "value", "lower", "upper", "threshold"]);
    }
    expect(structuredClone(report)).toEqual(report);
  });

  it("adjusts over all cells, missing rates among them", () => {
    const holed = { ...current, speed: current.speed.map((v, i) => (i % 10 === 0 ? Number.NaN : v)) };
    for (const correction of ["bh", "by", "holm", "none"] as const) {
      const { features, dataset } = driftReport(reference, holed, { slices: ["city"], correction });
      const judged = features.flatMap((entry) => (entry.missingness ? [entry, entry.missingness] : [entry]));
      const adjusted = adjust(
        judged.map(({ test }) => test.p!),
        correction,
      );
      expect(judged.map(({ test }) => test.p_adjusted)).toEqual(adjusted);
      expect(dataset.n_tests).toBe(judged.length);
      expect(dataset.n_missing_drift).toBe(3);
    }
  });

  it("lists each slice value after the whole; slice columns are no features", () => {
    const { features } = driftReport(reference, current, { slices: ["city", "gear"] });
    const slices = ["city=a", "city=b", "gear=1", "gear=2", "gear=3"];
    expect(features.map(place)).toEqual(["speed", ...slices.map((slice) => `speed ${slice}`)]);
    const [whole, a, b] = features;
    expect(a.n_reference + b.n_reference).toBe(whole.n_reference);
    expect(a.n_current + b.n_current).toBe(whole.n_current);
    expect(a.slice).toEqual({ city: "a" });
    const alone = driftReport(
      { speed: reference.speed.filter((_, i) => reference.city[i] === "a") },
      { speed: current.speed.filter((_, i) => current.city[i] === "a") },
    ).features[0];
    expect([a.stats, a.effect]).toEqual([alone.stats, alone.effect]);
  });

  it("has slices by number, by a value that one side lacks, and none of rows without a value", () => {
    const x = normals(7, 100);
    const before = { x, year: Array.from(x, (_, i) => (i < 50 ? 2023 : null)) };
    const after = { x, year: Array.from(x, (_, i) => (i < 60 ? 2023 : 2024)) };
    const { features, warnings } = driftReport(before, after, { slices: ["year"] });
    expect(warnings).toEqual([`50 rows without a value of slice column "year" are in no slice`]);
    expect(features.map(place)).toEqual(["x", "x year=2023", "x year=2024"]);
    expect(features.map(({ n_reference, n_current }) => [n_reference, n_current])).toEqual([
      [100, 100],
      [50, 60],
      [0, 40],
    ]);
    expect([features[2].verdict, features[2].reason]).toEqual(["inconclusive", "no_values"]);
  });

  it("keeps the slices with the most rows, and says so", () => {
    const names = Array.from({ length: MOST_SLICES + 5 }, (_, i) => `v${i}`);
    const id = [...names, ...names.slice(5)];
    const table = { x: normals(8, id.length), id };
    const { features, warnings } = driftReport(table, table, { slices: ["id"] });
    expect(features).toHaveLength(1 + MOST_SLICES);
    expect(features.some(({ slice }) => slice?.["id"] === "v0")).toBe(false);
    expect(warnings).toEqual([`slice column "id" has 205 values: the 200 with the most rows are compared`]);
  });

  it("cuts the current rows into windows in UTC, and finds when drift began", () => {
    const start = Date.UTC(2024, 0, 1, 18);
    const n = 2000;
    const ts = Array.from({ length: n }, (_, i) => new Date(start + (i / n) * 5 * DAY));
    ts[7] = null as unknown as Date;
    const x = normals(9, n).map((v, i) => (i >= 1100 ? v + 2 : v));
    const flag = picks(10, n, ["on", "off"]);
    const { features, dataset, warnings } = driftReport(
      { x: normals(11, 500), flag: picks(12, 500, ["on", "off"]) },
      { ts, x, flag },
      { time: "ts", windowMs: DAY, slices: ["flag"] },
    );
    const days = ["01", "02", "03", "04", "05", "06"].map((day) => `2024-01-${day}T00:00:00Z`);
    expect(features.map(place)).toEqual(
      ["x", "x flag=off", "x flag=on"].flatMap((group) => [group, ...days.map((day) => `${group} ${day}`)]),
    );
    expect(features[1].window).toEqual({ start: days[0], end: days[1] });
    expect(features[1].n_reference).toBe(500);
    const whole = features.slice(1, 7).reduce((sum, { n_current }) => sum + n_current, 0);
    expect(whole).toBe(n - 1);
    expect(warnings).toEqual([`1 current rows without "ts" are in no window`]);
    expect(dataset.first_drift).toEqual([
      { feature: "x", slice: null, start: days[3], since: days[3] },
      // An alarm by chance, days before.
      { feature: "x", slice: { flag: "off" }, start: days[1], since: days[3] },
      { feature: "x", slice: { flag: "on" }, start: days[3], since: days[3] },
    ]);
  });

  it("tells drift that went away, and leaves windows without rows out", () => {
    const n = 20_000;
    const ts = Float64Array.from({ length: n }, (_, i) => (i < n / 2 ? 0 : 10 * DAY) + (i % 100));
    const x = normals(13, n).map((v, i) => (i < n / 2 ? v + 1 : v));
    const { features, dataset } = driftReport({ x: normals(14, n) }, { ts, x }, { time: "ts", windowMs: DAY });
    expect(features.map(({ window }) => window?.start ?? null)).toEqual([
      null,
      "1970-01-01T00:00:00Z",
      "1970-01-11T00:00:00Z",
    ]);
    expect(dataset.first_drift).toEqual([{ feature: "x", slice: null, start: "1970-01-01T00:00:00Z", since: null }]);
  });

  it("lists columns that came, went or changed their type", () => {
    const n = 40;
    const x = normals(15, n);
    const report = driftReport(
      { x, gone: x, code: Array.from(x, String), at: Array.from(x, () => new Date(0)) },
      { x, code: x, fresh: x, at: Array.from(x, () => new Date(1)) },
    );
    expect(report.columns).toEqual({
      added: ["fresh"],
      removed: ["gone"],
      retyped: [{ column: "code", reference: "categorical", current: "numeric" }],
    });
    expect(report.features.map(place)).toEqual(["x"]);
  });

  it("takes a column without any value for what the other side has", () => {
    const nulls = new Array(100).fill(null);
    const some = { x: normals(16, 100), level: picks(17, 100, ["a", "b"]), both: nulls };
    for (const [before, after] of [
      [some, { x: nulls, level: nulls, both: nulls }],
      [{ x: nulls, level: nulls, both: nulls }, some],
    ]) {
      const { features, columns } = driftReport(before, after);
      expect(columns.retyped).toEqual([]);
      expect(features.map(({ kind, verdict, reason }) => [kind, verdict, reason])).toEqual([
        ["numeric", "inconclusive", "no_values"],
        ["categorical", "inconclusive", "no_values"],
        ["numeric", "inconclusive", "no_values"],
      ]);
      expect(features.map(({ missingness }) => missingness!.verdict)).toEqual(["drift", "drift", "stable"]);
    }
  });

  it("finds nothing between a table and itself", () => {
    const table = { x: normals(18, 500), level: picks(19, 500, ["a", "b"]), same: new Array(500).fill(7) };
    const { features, dataset } = driftReport(table, table, { stats: "all" });
    expect(dataset.n_drift).toBe(0);
    for (const { test, effect, stats } of features) {
      expect([test.p, test.p_adjusted, effect.value, effect.lower]).toEqual([1, 1, 0, 0]);
      for (const name of ["ks", "wasserstein", "energy", "psi", "js", "tvd", "chi2", "g", "kl", "hellinger"]) {
        const { statistic = 0, value = 0, distance = 0 } = stats[name] ?? {};
        expect([name, statistic, value, distance]).toEqual([name, 0, 0, 0]);
      }
    }
  });

  it("holds features against thresholds of their own", () => {
    const effectOf = (thresholds: Record<string, number>) =>
      driftReport(reference, current, { thresholds }).features.map(({ effect, verdict }) => [
        effect.threshold,
        verdict,
      ]);
    expect(effectOf({ speed: 0.9 })[0]).toEqual([0.9, "stable"]);
    expect(effectOf({ speed: 0.9 })[1][0]).toBe(0.05);
    expect(() => effectOf({ spead: 0.1 })).toThrow(/a threshold names "spead".*did you mean "speed"/);
  });

  it("refuses what cannot be compared, naming table and column", () => {
    expect(() => driftReport({ x: [] }, { x: [1] })).toThrow("reference has no rows");
    expect(() => driftReport({ x: [1] }, {})).toThrow("current has no rows");
    expect(() => driftReport(reference, current, { slices: ["town"] })).toThrow(/reference has no slice column "town"/);
    expect(() => driftReport(reference, current, { time: "citi", windowMs: 5 })).toThrow(
      /current .* did you mean "city"/,
    );
    expect(() => driftReport(reference, current, { time: "city", windowMs: 5 })).toThrow(/"city" holds text/);
    const t = Float64Array.of(1.7e18, 1.7e18);
    expect(() => driftReport({ t }, { t }, { time: "t", windowMs: DAY })).toThrow(/too large for milliseconds/);
    const seconds = Float64Array.from({ length: 10_001 }, (_, i) => i * 1000);
    expect(() => driftReport({ t }, { t: seconds }, { time: "t", windowMs: 1000 })).toThrow(/10001 windows/);
    const ids = Array.from(seconds, (_, i) => i % 200);
    const many = { t: seconds.subarray(0, 9000), ids: ids.slice(0, 9000), x: ids.slice(0, 9000) };
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x${i}`, many.x]));
    expect(() =>
      driftReport({ ...many, ...wide }, { ...many, ...wide }, { time: "t", windowMs: 1000, slices: ["ids"] }),
    ).toThrow(/cells to compare, at most 1000000/);
  });

  it("refuses tables that share no feature, and tells their columns", () => {
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`b${i}`, ["x"]]));
    expect(() => driftReport({ a: [1] }, many)).toThrow(
      'no feature in common: the reference has "a" (numeric); the current rows have "b0" (categorical), "b1" (categorical), "b2" (categorical), "b3" (categorical), "b4" (categorical) and 2 more',
    );
    expect(() => driftReport({ a: [1] }, { a: ["x"] })).toThrow('has "a" (numeric); the current rows have "a" (cat');
    const profileOf = (table: Record<string, number[]>) => tableProfile(driftTable(table), {}).profile;
    expect(() => compareProfiles(profileOf({ a: [1] }), profileOf({ b: [1] }))).toThrow(
      /no feature in common: the reference has "a"/,
    );
  });

  it("refuses what is no table of columns", () => {
    for (const none of [null, undefined, 5, "x"] as never[]) {
      expect(() => driftReport(none, { a: [1] })).toThrow(/reference is no table: give an object of columns/);
    }
    const rows = [{ a: 1 }] as never;
    expect(() => driftReport({ a: [1] }, rows)).toThrow(/current is an array; give columns instead of rows/);
  });

  it.each([
    ["stats", "some"],
    ["psi", "nine"],
    ["correction", "bonferroni"],
    ["seed", -1],
    ["seed", 2 ** 53],
    ["seed", 0.5],
  ])("refuses the option %s of %s", (option, value) => {
    expect(() => driftReport({ a: [1] }, { a: [1] }, { [option]: value })).toThrow(`option ${option} must be`);
  });

  it("leaves out columns of an Arrow table that hold lists, and says so", () => {
    const table = tableFromArrays({ x: [1, 2, 3], v: [[1], [2, 3], null], g: ["a", "b", "a"] });
    const { features, warnings } = driftReport(table as never, table as never);
    expect(features.map(({ feature, kind }) => [feature, kind])).toEqual([
      ["x", "numeric"],
      ["g", "categorical"],
    ]);
    expect(warnings).toEqual(
      ["reference", "current"].map((name) => `${name}: column "v" is no feature, since its Arrow type is not read`),
    );
  });
});

describe("driftTable", () => {
  it("tells numbers, levels and times apart", () => {
    const when = new Date(5);
    const { rows, columns } = driftTable({
      number: [1, null, Number.NaN],
      big: [1n, 2n, undefined],
      typed: new BigInt64Array([1n, -5n, 9007199254740992n]),
      small: new Uint8Array([1, 2, 3]),
      text: ["b", null, "b"],
      flag: [true, false, null],
      time: [when, null, when],
      nothing: [null, null, undefined],
    });
    expect(rows).toBe(3);
    expect([...columns].map(([name, { kind }]) => `${name} ${kind}`)).toEqual([
      "number numeric",
      "big numeric",
      "typed numeric",
      "small numeric",
      "text categorical",
      "flag categorical",
      "time time",
      "nothing numeric",
    ]);
    expect(columns.get("big")).toEqual({ kind: "numeric", values: Float64Array.of(1, 2, Number.NaN) });
    expect(columns.get("flag")).toMatchObject({ codes: Int32Array.of(0, 1, -1), levels: ["true", "false"] });
    expect(columns.get("time")).toEqual({ kind: "time", values: Float64Array.of(5, Number.NaN, 5) });
  });

  it("takes Arrow tables and data frames", () => {
    const columns = { x: Float64Array.of(1, 2), level: ["a", "b"], at: [new Date(5), new Date(6)], on: [true, false] };
    const plain = driftTable(columns);
    expect(driftTable(toArrow(columns) as unknown as Parameters<typeof driftTable>[0])).toEqual(plain);
    const frame = {
      columns: ["x", "level", "at", "on"],
      values: [0, 1].map((i) => [columns.x[i], columns.level[i], columns.at[i], columns.on[i]]),
    };
    expect(driftTable(frame)).toEqual(plain);
    expect(driftTable(plain)).toBe(plain);
  });

  it("refuses big integers, mixed columns, objects, lengths and codes that do not fit", () => {
    expect(() => driftTable({ id: [1n, 9007199254740993n] }, "current")).toThrow(
      /current: column "id" row 1: 9007199254740993 .* make it text/,
    );
    expect(() => driftTable({ id: new BigInt64Array([2n ** 60n]) })).toThrow(/column "id" row 0/);
    expect(() => driftTable({ x: [1, "a"] })).toThrow(/column "x" row 1 is of another type/);
    expect(() => driftTable({ x: [[1, 2]] })).toThrow(/column "x" row 0 is neither/);
    expect(() => driftTable({ x: [1, 2], y: [1] })).toThrow(/column "y" has 1 rows/);
    const codes = { kind: "categorical" as const, codes: Int32Array.of(0, 1), levels: ["a"] };
    expect(() => driftTable({ rows: 2, columns: new Map([["c", codes]]) })).toThrow(/"c" has a code beyond/);
  });
});
