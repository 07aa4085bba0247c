import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import {
  compareProfiles,
  type DriftProfile,
  type DriftTable,
  driftReport,
  mergeProfiles,
  parseProfile,
  profileFile,
  tableProfile,
} from "../../../../src/drift/index.js";

const DAY = 86_400_000;
const REGIONS = ["eu", "us", "__proto__"];

/** @param shift of the value in the last two days */
function table(rows: number, seed: number, shift = 0): DriftTable {
  const random = createRandom(seed);
  const at = Float64Array.from({ length: rows }, (_, i) => Math.floor((i * 4 * DAY) / rows));
  return {
    rows,
    columns: new Map([
      ["at", { kind: "time", values: at }],
      [
        "value",
        {
          kind: "numeric",
          values: at.map((t) => (random.int(20) === 0 ? Number.NaN : random.normal() + (t >= 2 * DAY ? shift : 0))),
        },
      ],
      ["gear", { kind: "categorical", codes: Int32Array.from(at, () => random.int(4) - 1), levels: ["P", "R", "D"] }],
      ["region", { kind: "categorical", codes: Int32Array.from(at, () => random.int(3)), levels: REGIONS }],
    ]),
  };
}

const OPTIONS = { slices: ["region"], time: "at", windowMs: DAY };
const FROM = { inputs: [], options: {} };
const profileOf = (of: DriftTable, options = OPTIONS): DriftProfile => tableProfile(of, options).profile;
const saved = (profile: DriftProfile) => JSON.parse(JSON.stringify(profileFile(profile, FROM)));

describe("compareProfiles", () => {
  const [before, after] = [table(1500, 1), table(1800, 2, 0.6)];

  it("of exact profiles is the report of the tables", () => {
    const report = driftReport(before, after, { ...OPTIONS, stats: "all" });
    const { warnings, ...rest } = compareProfiles(profileOf(before), profileOf(after), { ...OPTIONS, stats: "all" });
    expect({ ...rest, warnings }).toEqual({ ...report, warnings: [] });
    expect(report.features.length).toBe(2 * (1 + REGIONS.length) * 5);
    expect(report.features.some(({ verdict }) => verdict === "drift")).toBe(true);
  });

  it("of saved profiles has the same verdicts, of small tables even the same figures", () => {
    const report = driftReport(before, after, OPTIONS);
    const [one, other] = [before, after].map((of) => parseProfile(saved(profileOf(of))));
    for (const [a, b] of [
      [one, other],
      [one, profileOf(after)],
      [profileOf(before), other],
    ]) {
      const { features } = compareProfiles(a, b, OPTIONS);
      expect(
        features.map(({ feature, slice, window, verdict, n_current }) => ({
          feature,
          slice,
          window,
          verdict,
          n_current,
        })),
      ).toEqual(
        report.features.map(({ feature, slice, window, verdict, n_current }) => ({
          feature,
          slice,
          window,
          verdict,
          n_current,
        })),
      );
      features.forEach(({ effect, test }, i) => {
        expect(effect.value).toBeCloseTo(Number(report.features[i].effect.value), 12);
        expect(effect.upper).toBeCloseTo(Number(report.features[i].effect.upper), 12);
        // Exact p-values of few values need to know ties; sketches have that of the limit.
        expect(Math.abs(Number(test.p) - Number(report.features[i].test.p))).toBeLessThan(0.02);
      });
    }
  });

  it("looks at slices and windows only where asked to", () => {
    const plain = compareProfiles(profileOf(before), profileOf(after), {});
    expect(plain.features.map(({ feature, slice, window }) => [feature, slice, window])).toEqual([
      ["value", null, null],
      ["gear", null, null],
    ]);
    expect(compareProfiles(profileOf(before), profileOf(after), { slices: ["region"] }).features.length).toBe(8);
    expect(() => compareProfiles(profileOf(before, { slices: [] } as never), profileOf(after), OPTIONS)).toThrow(
      /reference profile has no slices by "region"/,
    );
    expect(() => compareProfiles(profileOf(before), profileOf(after), { ...OPTIONS, windowMs: 5 })).toThrow(
      /no windows of 5 ms/,
    );
    expect(() => compareProfiles(profileOf(before), profileOf(after), { thresholds: { valeu: 0.1 } })).toThrow(
      /valeu.*did you mean "value"/,
    );
    expect(() => compareProfiles(profileOf(table(0, 1), {} as never), profileOf(after), {})).toThrow(
      /reference has no rows/,
    );
  });

  it("tells columns that are new, gone or of another kind; one without values is of either kind", () => {
    const columns = new Map(after.columns);
    columns.delete("gear");
    columns.set("extra", { kind: "numeric", values: new Float64Array(after.rows) });
    columns.set("value", { kind: "categorical", codes: new Int32Array(after.rows), levels: ["1"] });
    const other = { rows: after.rows, columns };
    const report = compareProfiles(profileOf(before, {} as never), profileOf(other, {} as never), {});
    expect(report.columns).toEqual({
      added: ["extra"],
      removed: ["gear"],
      retyped: [{ column: "value", reference: "numeric", current: "categorical" }],
    });
    columns.set("value", { kind: "categorical", codes: new Int32Array(after.rows).fill(-1), levels: [] });
    const empty = compareProfiles(profileOf(before, {} as never), profileOf(other, {} as never), {});
    expect(empty.columns.retyped).toEqual([]);
    expect(empty.features[0]).toMatchObject({
      feature: "value",
      kind: "numeric",
      reason: "no_values",
      missing_current: after.rows,
    });
  });
});

describe("a file of a profile", () => {
  const profile = profileOf(table(5000, 3));

  it("comes back as it was, to the byte", () => {
    const file = saved(profile);
    expect(file.schema).toBe("fleetlens.drift-profile/1");
    expect(JSON.stringify(profileFile(parseProfile(file), FROM))).toBe(JSON.stringify(file));
    expect(JSON.stringify(saved(profileOf(table(5000, 3))))).toBe(JSON.stringify(file));
  });

  it("has sketches of latencies of the features that are named as such", () => {
    const { cells } = profileFile(profile, FROM, ["value"]);
    const withLatency = cells.filter((cell) => cell.kind === "numeric" && cell.latency !== undefined);
    expect(withLatency.length).toBe(cells.length / 2);
    expect(JSON.stringify(profileFile(parseProfile({ ...saved(profile), cells }), FROM).cells)).toBe(
      JSON.stringify(cells),
    );
    expect(() => profileFile(profile, FROM, ["gear"])).toThrow(/"gear" is named as a latency/);
  });

  it.each<[string, (file: ReturnType<typeof saved>) => void, RegExp]>([
    [
      "another schema",
      (file) => Object.assign(file, { schema: "fleetlens.drift/1" }),
      /no drift profile: it has schema "fleetlens.drift\/1"/,
    ],
    [
      "a later version",
      (file) => Object.assign(file, { schema: "fleetlens.drift-profile/2" }),
      /"fleetlens.drift-profile\/1" is expected/,
    ],
    ["no rows", (file) => delete file.rows, /p.json: rows: /],
    [
      "a key of its own",
      (file) => Object.assign(file, { row: 1 }),
      /unknown key "row"; the nearest known key is "rows"/,
    ],
    ["a cell twice", (file) => file.cells.push(file.cells[0]), /\(feature "value"\) is there twice/],
    [
      "a cell of another kind",
      (file) => Object.assign(file.columns[1], { kind: "time" }),
      /is numeric, its column time/,
    ],
    ["a cell of no column", (file) => Object.assign(file.cells[0], { feature: "x" }), /column not listed/],
    ["a column twice", (file) => file.columns.push(file.columns[0]), /listed twice/],
    ["a slice by no column", (file) => Object.assign(file, { slices: [] }), /slice by a column that is not listed/],
    ["windows, yet none", (file) => Object.assign(file, { windowMs: null }), /has a window/],
    ["other rows than its cells", (file) => Object.assign(file, { rows: 5 }), /has n 5000, where rows is 5/],
    ["no cells", (file) => Object.assign(file, { cells: [] }), /cells: there is none .* "value"/],
    ["no schema", (file) => delete file.schema, /no schema/],
    [
      "rows that do not add up",
      (file) => Object.assign(file.cells[0], { missing: 0 }),
      /cells\[0\] \(feature "value"\): 0 missing rows and \d+ values make no 5000/,
    ],
    [
      "a broken sketch",
      (file) => Object.assign(file.cells[0].values, { n: 4 }),
      /cells\[0\] \(feature "value"\): the items stand for/,
    ],
    ["no time", (file) => Object.assign(file.cells[1].window, { start: "yesterday" }), /window.start/],
  ])("is refused with %s", (_, spoil, message) => {
    const file = saved(profile);
    spoil(file);
    expect(() => parseProfile(file, "p.json")).toThrow(message);
    expect(() => parseProfile(file, "p.json")).toThrow(expect.objectContaining({ code: "E_INPUT" }));
  });

  it.each([null, 1, "x", [], {}, [1]])("is refused: %j", (value) => {
    expect(() => parseProfile(value, "p.json")).toThrow(/p.json: this is no drift profile: it has no schema/);
  });
});

describe("mergeProfiles", () => {
  it("judges parts as it judges the whole", () => {
    const whole = table(6000, 4, 0.5);
    const part = (from: number, to: number): DriftTable => ({
      rows: to - from,
      columns: new Map(
        [...whole.columns].map(([name, column]) => [
          name,
          column.kind === "categorical"
            ? { ...column, codes: column.codes.slice(from, to) }
            : { ...column, values: column.values.slice(from, to) },
        ]),
      ),
    });
    const parts = [part(0, 1000), part(1000, 4500), part(4500, 6000)].map((one) => profileOf(one));
    const reference = profileOf(table(6000, 5));
    const report = compareProfiles(reference, profileOf(whole), OPTIONS);
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
    ]) {
      const merged = parseProfile(saved(order.map((i) => parts[i]).reduce(mergeProfiles)));
      const { features } = compareProfiles(reference, merged, OPTIONS);
      features.forEach((entry, i) => {
        const exact = report.features[i];
        expect([entry.feature, entry.slice, entry.window, entry.n_current, entry.missing_current]).toEqual([
          exact.feature,
          exact.slice,
          exact.window,
          exact.n_current,
          exact.missing_current,
        ]);
        expect(Math.abs(Number(entry.effect.value) - Number(exact.effect.value))).toBeLessThanOrEqual(
          entry.stats["ks"]?.["rank_error"] ?? 1e-12,
        );
      });
    }
  });

  it("refuses profiles of other columns, slices or windows", () => {
    const one = profileOf(table(50, 6));
    const columns = new Map(one.columns);
    expect(() => mergeProfiles(one, { ...one, columns: new Map([...columns, ["x", "numeric"]]) })).toThrow(
      /only one of the profiles has column "x"/,
    );
    columns.delete("gear");
    expect(() => mergeProfiles(one, { ...one, columns })).toThrow(/only one of the profiles has column "gear"/);
    expect(() => mergeProfiles(one, { ...one, windowMs: 1 })).toThrow(
      /windows of 86400000 ms and with windows of 1 ms/,
    );
    expect(() => mergeProfiles(one, { ...one, slices: [] })).toThrow(/slices by \["region"\] and by \[\]/);
    const retyped = new Map(one.columns).set("gear", "numeric");
    expect(() => mergeProfiles(one, { ...one, columns: retyped })).toThrow(
      /"gear" is categorical in one profile and numeric/,
    );
  });

  it("leaves out slice values of which one side may have rows that it has no cell for", () => {
    const all = profileOf(table(600, 7));
    const fewer: DriftProfile = {
      ...all,
      slices: [{ column: "region", left: 1 }],
      cells: all.cells.filter(({ slice }) => slice?.["region"] !== "us"),
    };
    const merged = mergeProfiles(all, fewer);
    expect(merged.slices).toEqual([{ column: "region", left: 1 }]);
    const values = new Set(merged.cells.flatMap(({ slice }) => Object.values(slice ?? {})));
    expect([...values].sort()).toEqual(["__proto__", "eu"]);
    const { warnings, features } = compareProfiles(all, fewer, OPTIONS);
    expect(warnings[0]).toMatch(/slice column "region" has 3 values or more: the 2 /);
    expect(features.some(({ slice }) => slice?.["region"] === "us")).toBe(false);
  });
});
