import { describe, expect, it } from "vitest";
import { rcaCase } from "../../../fixtures/rca.js";
import { badFrom, type SliceCaseOptions, sliceCase } from "../../../fixtures/slice-incidents.js";
import { largeSliceTable } from "../../../fixtures/slice-rows.js";
import { benjaminiHochberg } from "../../../src/core/benjamini-hochberg.js";
import { InputError } from "../../../src/core/errors.js";
import { normalTail } from "../../../src/core/normal-tail.js";
import { type FirstBad, type Slice, type SliceTable, searchSlices, sliceVerdict } from "../../../src/incident/index.js";
import { explanatoryPower, surprise } from "../../../src/incident/slices/adtributor.js";
import { DURING, incidentWindows, UNUSED } from "../../../src/incident/slices/incident-windows.js";
import golden from "../../golden/incident.golden.json" with { type: "json" };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 2, 2);

type Row = { time: number; value: number; weight?: number } & Record<string, string | number | undefined>;

/** A table of rows whose other keys are dimensions. */
function tableOf(rows: readonly Row[]): SliceTable {
  const names = Object.keys(rows[0] ?? {}).filter((key) => !["time", "value", "weight"].includes(key));
  return {
    times: Float64Array.from(rows, ({ time }) => time),
    dimensions: names.map((name) => {
      const values = [...new Set(rows.flatMap((row) => (row[name] === undefined ? [] : [String(row[name])])))];
      return { name, values, codes: Int32Array.from(rows, (row) => values.indexOf(String(row[name]))) };
    }),
    value: Float64Array.from(rows, ({ value }) => value),
    weight: Float64Array.from(rows, ({ weight = 1 }) => weight),
  };
}

/** Hourly rows of three days and an incident of the last six hours: every combination of values, `figure` bad of `weight`. */
function hourly(
  dimensions: Record<string, string[]>,
  figure: (cell: Record<string, string>, during: boolean, hour: number) => { value: number; weight?: number } | null,
): { table: SliceTable; bad: FirstBad } {
  const cells = Object.entries(dimensions).reduce<Record<string, string>[]>(
    (list, [name, values]) => list.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value }))),
    [{}],
  );
  const rows: Row[] = [];
  for (let hour = 0; hour < 72; hour++) {
    for (const cell of cells) {
      const drawn = figure(cell, hour >= 66, hour);
      if (drawn) rows.push({ time: START + hour * HOUR, ...cell, ...drawn });
    }
  }
  return { table: tableOf(rows), bad: badFrom(START + 66 * HOUR) };
}

const search = ({ table, bad }: { table: SliceTable; bad: FirstBad }): Slice[] => searchSlices(table, bad);
const wheres = (slices: readonly Slice[]): Record<string, string>[] => slices.map(({ where }) => where);

const PLATFORM = { region: ["eu", "us", "asia"], client: ["ios", "web"], model: ["m1", "m2"] };

describe("benjaminiHochberg", () => {
  it("is statsmodels' fdr_bh", () => {
    benjaminiHochberg(golden.benjaminiHochberg.p).forEach((p, i) => {
      expect(p).toBeCloseTo(golden.benjaminiHochberg.adjusted[i], 12);
    });
  });

  it("counts tests that are not listed", () => {
    expect([...benjaminiHochberg([0.01, 0.04], 10)]).toEqual([0.1, 0.2]);
  });
});

describe("surprise and explanatory power", () => {
  it.each(golden.surprise)("sums to the Jensen-Shannon divergence $divergence", ({ expected, seen, divergence }) => {
    expect(expected.reduce((sum, share, i) => sum + surprise(share, seen[i]), 0)).toBeCloseTo(divergence, 12);
  });

  it("is the share of the movement", () => {
    expect(explanatoryPower(10, 40, 100, 140)).toBe(0.75);
    expect(explanatoryPower(10, 40, 100, 100)).toBe(0);
  });
});

describe("normalTail", () => {
  it.each(golden.normalTail)("is SciPy's survival function at $z", ({ z, p }) => {
    expect(Math.abs(normalTail(z) - p)).toBeLessThanOrEqual(1e-11 * p);
  });
});

describe("incidentWindows", () => {
  const moments = (days: number): Float64Array => Float64Array.from({ length: 24 * days }, (_, h) => START + h * HOUR);
  const bad = (time: number, recovered?: number): FirstBad => ({
    ...badFrom(time),
    timeLow: time,
    recovered: recovered === undefined ? null : { index: 0, time: recovered, timeLow: 0, timeHigh: 0, level: 0.95 },
  });

  it("expects the same hours of the days before", () => {
    const { weights, bucket, noise } = incidentWindows(moments(4), bad(START + 94 * HOUR));
    expect(Array.from(weights.keys()).filter((hour) => weights[hour] > 0)).toEqual([22, 23, 46, 47, 70, 71]);
    expect(weights[22]).toBeCloseTo(1 / 3, 14);
    expect([bucket[93], bucket[94], bucket[95]]).toEqual([93, DURING, DURING]);
    expect(noise).toBeCloseTo(1 / 3, 14);
  });

  it("expects the same hours of the week where two weeks are there", () => {
    const { weights } = incidentWindows(moments(22), bad(START + 21 * DAY));
    const used = Array.from(weights.keys()).filter((hour) => weights[hour] > 0);
    expect(used.map((hour) => hour % 168).every((hour) => hour < 24)).toBe(true);
    expect(used).toHaveLength(72);
  });

  it("expects all of what was before when that is less than a day", () => {
    const { weights } = incidentWindows(moments(1), bad(START + 20 * HOUR));
    expect(weights).toEqual(new Float64Array(20).fill(0.2));
  });

  it("leaves out rows after recovery and rows whose bucket the incident may begin in", () => {
    const { bucket } = incidentWindows(moments(2), bad(START + 40.5 * HOUR, START + 44 * HOUR));
    expect([bucket[39], bucket[40], bucket[41], bucket[43], bucket[44]]).toEqual([39, UNUSED, DURING, DURING, UNUSED]);
  });
});

describe("searchSlices", () => {
  it("finds the slice whose rate rose, with its figures", () => {
    const slices = search(
      hourly(PLATFORM, ({ region, model }, during) => ({
        value: during && region === "eu" && model === "m2" ? 100 : 10,
        weight: 1000,
      })),
    );
    expect(slices).toHaveLength(1);
    expect(slices[0]).toMatchObject({
      rank: 1,
      where: { region: "eu", model: "m2" },
      kind: "rate",
      explainedShare: 1,
      before: 0.01,
      after: 0.1,
    });
    expect(slices[0].weight).toBeCloseTo(1 / 6, 12);
    expect(slices[0].weightBefore).toBeCloseTo(1 / 6, 12);
    expect(slices[0].delta).toBeCloseTo(0.09, 12);
    expect(slices[0].pValue).toBeLessThan(1e-6);
    expect(slices[0].score).toBeGreaterThan(0.9);
    expect(sliceVerdict(slices)).toBe("rate");
  });

  it("finds the slice of a sum that fell", () => {
    const slices = search(
      hourly(PLATFORM, ({ client }, during, hour) => ({
        value: (during && client === "web" ? 20 : 100) * (2 + Math.sin((2 * Math.PI * hour) / 24)),
      })),
    );
    expect(slices[0]).toMatchObject({ where: { client: "web" }, kind: "rate" });
    expect(slices[0].explainedShare).toBeCloseTo(1, 6);
    expect(slices[0].after / slices[0].before).toBeCloseTo(0.2, 6);
    expect(slices[0].weightBefore).toBeCloseTo(0.5, 6);
  });

  it("takes traffic that moves to a worse client for mix", () => {
    const slices = search(
      hourly(PLATFORM, ({ client }, during) => {
        const weight = client === "web" ? (during ? 3000 : 1000) : during ? 1000 : 3000;
        return { weight, value: weight * (client === "web" ? 0.05 : 0.01) };
      }),
    );
    expect(slices).toHaveLength(1);
    expect(slices[0]).toMatchObject({ where: { client: "web" }, kind: "mix" });
    expect(slices[0]).toMatchObject({ explainedShare: 1, weight: 0.75, weightBefore: 0.25 });
    expect(slices[0].delta).toBeCloseTo(0, 12);
    expect(sliceVerdict(slices)).toBe("mix");
  });

  it("takes traffic that only leaves a good client for mix of that one", () => {
    const slices = search(
      hourly(PLATFORM, ({ client }, during) => {
        const weight = client === "ios" && during ? 300 : 3000;
        return { weight, value: weight * (client === "web" ? 0.05 : 0.01) };
      }),
    );
    expect(slices[0]).toMatchObject({ where: { client: "ios" }, kind: "mix" });
  });

  it("finds mix within one region, without naming it where the client says it all", () => {
    const slices = search(
      hourly(PLATFORM, ({ region, client }, during) => {
        const weight = region === "eu" && during ? (client === "web" ? 1900 : 100) : 1000;
        return { weight, value: weight * (client === "web" ? 0.05 : 0.01) };
      }),
    );
    expect(slices).toHaveLength(1);
    expect(slices[0]).toMatchObject({ where: { client: "web" }, kind: "mix" });
  });

  it("takes a bad value that was not there before for mix", () => {
    const slices = search(
      hourly({ ...PLATFORM, version: ["v1", "v2"] }, ({ version }, during) => {
        if (!during && version === "v2") return null;
        return { weight: 1000, value: version === "v2" ? 200 : 10 };
      }),
    );
    expect(slices[0]).toMatchObject({ where: { version: "v2" }, kind: "mix", before: Number.NaN, after: 0.2 });
  });

  it("names a value of a sum that was not there before", () => {
    const slices = search(
      hourly({ ...PLATFORM, version: ["v1", "v2"] }, ({ version }, during) =>
        !during && version === "v2" ? null : { value: version === "v2" ? 300 : 100 },
      ),
    );
    expect(slices[0]).toMatchObject({ where: { version: "v2" }, before: 0, explainedShare: 1 });
  });

  it("is empty, external, when everything moves alike", () => {
    const slices = search(
      hourly(PLATFORM, ({ client }, during) => ({
        weight: 1000,
        value: (during ? 3 : 1) * (client === "ios" ? 10 : 30),
      })),
    );
    expect(slices).toEqual([]);
    expect(sliceVerdict(slices)).toBe("external");
  });

  it("is empty when nothing moves, and for tables too short to tell", () => {
    const steady = hourly(PLATFORM, () => ({ weight: 1000, value: 10 }));
    expect(search(steady)).toEqual([]);
    expect(searchSlices(tableOf([]), badFrom(START))).toEqual([]);
    expect(searchSlices(tableOf([{ time: START, value: 1, weight: 2, region: "eu" }]), badFrom(START))).toEqual([]);
    expect(searchSlices(steady.table, badFrom(START - DAY))).toEqual([]);
    expect(searchSlices(steady.table, badFrom(START + 9 * DAY))).toEqual([]);
  });

  it("is empty when every dimension has one value, or there is none", () => {
    const one = hourly({ region: ["eu"], client: ["web"] }, (_, during) => ({ weight: 1000, value: during ? 90 : 10 }));
    expect(search(one)).toEqual([]);
    expect(search(hourly({}, (_, during) => ({ weight: 1000, value: during ? 90 : 10 })))).toEqual([]);
  });

  it("says it with the general dimension where one is a function of the other", () => {
    const zones = { zone: ["eu1", "eu2", "us1", "us2", "as1"] };
    const regionOf = (zone: string): string => zone.slice(0, 2);
    const build = (isBad: (zone: string) => boolean) => {
      const { table, bad } = hourly(zones, ({ zone }, during) => ({
        weight: 1000,
        value: during && isBad(zone) ? 100 : 10,
      }));
      const [{ codes, values }] = table.dimensions;
      const regions = [...new Set(values.map(regionOf))];
      const of = codes.map((code) => regions.indexOf(regionOf(values[code])));
      table.dimensions.push({ name: "region", values: regions, codes: of });
      return wheres(searchSlices(table, bad));
    };
    expect(build((zone) => zone.startsWith("eu"))).toEqual([{ region: "eu" }]);
    expect(build((zone) => zone === "eu1")).toEqual([{ zone: "eu1" }]);
    // One zone is all of its region: both say the same, and the region has fewer values.
    expect(build((zone) => zone === "as1")).toEqual([{ region: "as" }]);
  });

  it("takes the first of two dimensions that are the same", () => {
    const { table, bad } = hourly({ a: ["x", "y"], c: ["p", "q"] }, ({ a }, during) => ({
      weight: 1000,
      value: during && a === "y" ? 90 : 10,
    }));
    const [{ codes }] = table.dimensions;
    table.dimensions.push({ name: "b", values: ["1", "2"], codes });
    expect(wheres(searchSlices(table, bad))).toEqual([{ a: "y" }]);
    table.dimensions.reverse();
    expect(wheres(searchSlices(table, bad))).toEqual([{ b: "2" }]);
  });

  it("finds two slices that got worse at once, the larger first", () => {
    const slices = search(
      hourly(PLATFORM, ({ region, client, model }, during) => {
        const worse = (region === "eu" && client === "ios") || (region === "us" && model === "m2");
        return {
          weight: region === "us" ? 2000 : 1000,
          value: (during && worse ? 150 : 10) * (region === "us" ? 2 : 1),
        };
      }),
    );
    expect(wheres(slices)).toEqual([
      { region: "us", model: "m2" },
      { region: "eu", client: "ios" },
    ]);
    expect(slices.reduce((sum, { explainedShare }) => sum + explainedShare, 0)).toBeCloseTo(1, 6);
    expect(slices.map(({ rank }) => rank)).toEqual([1, 2]);
  });

  it("does not take a season for the incident", () => {
    const slices = search(
      hourly(PLATFORM, ({ region, client }, during, hour) => {
        // At night the American rate is ten times as high, every night.
        const night = region === "us" && hour % 24 >= 18 ? 10 : 1;
        return { weight: 1000, value: (during && client === "web" ? 30 : 10) * night };
      }),
    );
    expect(wheres(slices)).toEqual([{ client: "web" }]);
  });

  it("takes requests one a row for a ratio, and other rows of weight 1 for a sum", () => {
    const rows: Row[] = [];
    for (let hour = 0; hour < 72; hour++) {
      for (let k = 0; k < 400; k++) {
        const [region, client] = [["eu", "us"][k % 2], ["ios", "web"][Math.floor(k / 2) % 2]];
        const fails = hour >= 66 && region === "eu" ? k % 10 < 4 : k % 40 < 2;
        rows.push({ time: START + hour * HOUR + k, value: fails ? 1 : 0, region, client });
      }
    }
    const bad = badFrom(START + 66 * HOUR);
    const [ratio] = searchSlices(tableOf(rows), bad);
    expect(ratio.where).toEqual({ region: "eu" });
    expect(ratio.after).toBeLessThan(1);
    const [sum] = searchSlices(tableOf(rows), bad, { kpi: "additive" });
    expect(sum.where).toEqual({ region: "eu" });
    expect(sum.after).toBeGreaterThan(100);
  });

  it("leaves out missing values, and does not name a missing dimension", () => {
    const incident = hourly(PLATFORM, ({ region }, during) => ({
      weight: 1000,
      value: during && region === "eu" ? 80 : 10,
    }));
    const { table } = incident;
    for (let i = 0; i < table.value.length; i += 7) table.value[i] = Number.NaN;
    for (let i = 3; i < table.value.length; i += 7) table.weight[i] = Number.NaN;
    for (let i = 5; i < table.value.length; i += 7) {
      table.value[i] = 0;
      table.weight[i] = 0;
    }
    expect(wheres(search(incident))).toEqual([{ region: "eu" }]);
    table.dimensions[0].codes = table.dimensions[0].codes.map((code) =>
      table.dimensions[0].values[code] === "eu" ? -1 : code,
    );
    expect(wheres(search(incident)).some((where) => "region" in where && where["region"] === undefined)).toBe(false);
  });

  it.each<[string, (table: SliceTable) => void, RegExp]>([
    ["a negative value", ({ value }) => value.set([-1], 4), /row 4: value is -1/],
    ["a negative weight", ({ weight }) => weight.set([-2], 4), /row 4: weight is -2/],
    ["an infinite value", ({ value }) => value.set([Number.POSITIVE_INFINITY], 4), /row 4: value is Infinity/],
    ["a value of no weight", ({ weight }) => weight.set([0], 4), /row 4: value is 10 of weight 0/],
    ["a time that is none", ({ times }) => times.set([Number.NaN], 4), /row 4: time is NaN/],
    [
      "a code without a value",
      ({ dimensions }) => dimensions[1].codes.set([7], 4),
      /row 4: code 7 of dimension client/,
    ],
    [
      "a short column",
      (table) => Object.assign(table, { weight: table.weight.slice(1) }),
      /column weight has 863 rows/,
    ],
  ])("refuses %s", (_, spoil, message) => {
    const incident = hourly(PLATFORM, () => ({ weight: 1000, value: 10 }));
    spoil(incident.table);
    expect(() => search(incident)).toThrow(InputError);
    expect(() => search(incident)).toThrow(message);
  });

  it("finds a slice among thousands of values", () => {
    const { table, bad, where } = largeSliceTable(40_000, 5);
    expect(wheres(searchSlices(table, bad))).toEqual([where]);
  });

  it.each<[string, SliceCaseOptions]>([
    ["ratio, a factor", { kpi: "ratio", effect: "factor" }],
    ["ratio, a difference", { kpi: "ratio", effect: "difference" }],
    ["mean", { kpi: "mean" }],
    ["sum", { kpi: "sum" }],
    ["small slices", { share: [0.01, 0.05] }],
    ["dimensions that go together", { correlated: true }],
    ["traffic that moves", { kpi: "ratio", story: "mix", share: [0.05, 0.3] }],
    ["two slices", { story: "two", share: [0.05, 0.2] }],
    ["everything", { story: "external" }],
    ["nothing", { story: "quiet" }],
  ])("finds what was generated: %s", (_, options) => {
    for (let seed = 101; seed < 103; seed++) {
      const { table, bad, truth } = sliceCase(seed, { days: 2, ...options });
      const slices = searchSlices(table, bad);
      const inOrder = (list: Record<string, string>[]): string[] => list.map((where) => JSON.stringify(where)).sort();
      expect(inOrder(wheres(slices))).toEqual(inOrder(truth.wheres));
      for (const { kind } of slices) expect(kind).toBe(truth.story === "mix" ? "mix" : "rate");
    }
  });

  it("finds the slice of generated incidents at the true time", () => {
    let hits = 0;
    for (let seed = 201; seed <= 208; seed++) {
      const { kpi, slices, truth } = rcaCase(seed);
      if (truth.firstBadIndex === null) continue;
      const at = kpi.times[truth.firstBadIndex];
      const end = truth.recoveredIndex === null ? null : kpi.times[truth.recoveredIndex];
      const recovered = end === null ? null : { index: 0, time: end, timeLow: end, timeHigh: end, level: 0.95 };
      const [first] = searchSlices(slices, { ...badFrom(at), recovered });
      if (JSON.stringify(first?.where) === JSON.stringify(truth.where) && first.kind === truth.root) hits++;
    }
    expect(hits).toBeGreaterThanOrEqual(7);
  });
});
