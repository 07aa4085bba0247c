import { describe, expect, it } from "vitest";
import { gateOta, kaplanMeier, OtaGateSchema, type OtaWaves, sprtBounds } from "../../../src/experiment/index.js";

type Row = readonly [wave: number | string, region: string, attempted: number, failed: number];

const waves = (rows: readonly Row[]): OtaWaves => ({
  wave: rows.map(([wave]) => wave),
  region: rows.map(([, region]) => region),
  attempted: Float64Array.from(rows, (row) => row[2]),
  failed: Float64Array.from(rows, (row) => row[3]),
});

const decisions = (...rows: Row[]) => gateOta(waves(rows)).cells.map(({ decision }) => decision);

describe("gateOta", () => {
  it("has the keys of the format, in a result that its schema takes", () => {
    const found = gateOta(waves([[1, "eu", 200, 12]]));
    expect(OtaGateSchema.parse(found)).toEqual(found);
    expect(Object.keys(found).slice(0, 2)).toEqual(["cells", "decision"]);
    expect(Object.keys(found.cells[0])).toEqual([
      ...["wave", "region", "attempted", "failed", "rate", "lower", "upper", "llr", "decision"],
    ]);
    expect(found.cells[0]).toMatchObject({ lower: expect.closeTo(0.031383953893483446, 12), decision: "halt" });
  });

  it("adds up the evidence of a region's waves", () => {
    const found = gateOta(
      waves([
        [1, "eu", 100, 2],
        [2, "eu", 300, 5],
      ]),
    );
    expect(found.cells[1].llr).toBeCloseTo(7 * Math.log(2) + 393 * Math.log(0.98 / 0.99), 12);
    expect(found.cells[1].rate).toBe(5 / 300);
    expect(found.overall.llr).toBe(found.cells[1].llr);
  });

  it("halts, accepts or goes on", () => {
    expect(decisions([1, "eu", 100, 1])).toEqual(["continue"]);
    expect(decisions([1, "eu", 1000, 5])).toEqual(["accept"]);
    expect(decisions([1, "eu", 1000, 25])).toEqual(["halt"]);
    expect(
      gateOta(
        waves([
          [1, "eu", 1000, 5],
          [1, "us", 100, 1],
        ]),
      ).decision,
    ).toBe("continue");
    expect(
      gateOta(
        waves([
          [1, "eu", 1000, 5],
          [1, "us", 1000, 6],
        ]),
      ).decision,
    ).toBe("accept");
    expect(
      gateOta(
        waves([
          [1, "eu", 1000, 5],
          [1, "us", 1000, 60],
        ]),
      ).decision,
    ).toBe("halt");
  });

  it("stays halted, and halts on one bad wave after many good ones", () => {
    expect(decisions([1, "eu", 500, 20], [2, "eu", 50_000, 200])).toEqual(["halt", "halt"]);
    expect(decisions([1, "eu", 100_000, 700], [2, "eu", 500, 20])).toEqual(["accept", "halt"]);
    // Less of it than once reaches the bound is what many waves bring by chance.
    expect(decisions([1, "eu", 500, 13])).toEqual(["halt"]);
    expect(decisions([1, "eu", 100_000, 700], [2, "eu", 500, 13])).toEqual(["accept", "accept"]);
  });

  it("halts all regions together when none alone does", () => {
    const rows = Array.from({ length: 20 }, (_, i): Row => [1, `r${i}`, 100, 3]);
    const found = gateOta(waves(rows));
    expect(found.cells.every(({ decision }) => decision === "continue")).toBe(true);
    expect([found.overall.decision, found.decision]).toEqual(["halt", "halt"]);
    const later = rows.map(([, region]): Row => [2, region, 1000, 5]);
    expect(gateOta(waves([...rows, ...later])).overall).toMatchObject({ attempted: 22_000, decision: "halt" });
  });

  it("takes numbers of waves in their order, names in that of the rows", () => {
    const order = (...names: (number | string)[]) =>
      gateOta(waves(names.map((name) => [name, "eu", 10, 0]))).cells.map(({ wave }) => wave);
    expect(order(10, 9, 2)).toEqual([2, 9, 10]);
    expect(order("pilot", "early", "all")).toEqual(["pilot", "early", "all"]);
  });

  it("has Wald's bounds, the upper one for alpha over all regions", () => {
    expect(sprtBounds({ p0: 0.01, p1: 0.02, alpha: 0.05, beta: 0.1 })).toEqual({
      halt: Math.log(18),
      accept: Math.log(0.1 / 0.95),
    });
    const { sprt } = gateOta(
      waves([
        [1, "eu", 10, 0],
        [1, "us", 10, 0],
      ]),
      { maxRate: 0.04, beta: 0.1 },
    );
    expect(sprt).toMatchObject({ p0: 0.02, p1: 0.04, regions: 2, halt: Math.log(36) });
  });

  it("takes a wave that nobody has tried yet", () => {
    const [cell] = gateOta(waves([[1, "eu", 0, 0]])).cells;
    expect(cell).toMatchObject({ rate: null, lower: null, upper: null, llr: 0, decision: "continue" });
  });

  it.each<[string, Row[], string]>([
    ["more failed than attempted", [[1, "eu", 5, 6]], 'row 1: column "failed": got 6, expected at most attempted, 5'],
    ["a part of a vehicle", [[1, "eu", 5.5, 1]], 'row 1: column "attempted": got 5.5'],
    ["a negative count", [[1, "eu", 5, -1]], 'row 1: column "failed": got -1'],
    [
      "a cell twice",
      [
        [1, "eu", 5, 1],
        [1, "eu", 5, 1],
      ],
      'row 2: column "wave": got 1, expected one row of region "eu"',
    ],
  ])("refuses %s", (_, rows, message) => {
    expect(() => gateOta(waves(rows))).toThrow(message);
  });

  it.each([{ maxRate: 0 }, { maxRate: 1 }, { alpha: 0 }, { beta: 1 }])("refuses %j", (options) => {
    expect(() => gateOta(waves([[1, "eu", 5, 1]]), options)).toThrow("must lie above 0 and below 1");
  });

  it("refuses no waves, and a soak of no vehicles", () => {
    expect(() => gateOta(waves([]))).toThrow("there are no waves");
    const soak = { vehicle: [], hours: new Float64Array(0), failed: new Uint8Array(0) };
    expect(() => gateOta({ ...waves([[1, "eu", 4, 2]]), soak })).toThrow("there are no vehicles in the soak");
  });

  it("follows the soak, of all and by region", () => {
    const soak = {
      vehicle: ["a", "b", "c", "d"],
      hours: Float64Array.of(10, 20, 30, 40),
      failed: Uint8Array.of(1, 0, 1, 0),
      region: ["eu", "eu", "us", "us"],
    };
    const found = gateOta({ ...waves([[1, "eu", 4, 2]]), soak }).soak!;
    expect(found.map(({ region, vehicles, failed, survival }) => [region, vehicles, failed, survival])).toEqual([
      [null, 4, 2, 0.375],
      ["eu", 2, 1, 0.5],
      ["us", 2, 1, 0.5],
    ]);
    expect(found[0].curve.map(({ hours, at_risk }) => [hours, at_risk])).toEqual([
      [10, 4],
      [30, 2],
    ]);
    const twice = { ...soak, vehicle: ["a", "b", "a", "d"] };
    expect(() => gateOta({ ...waves([[1, "eu", 4, 2]]), soak: twice })).toThrow('row 3: column "vehicle": got "a"');
    const before = { ...soak, hours: Float64Array.of(-1, 1, 1, 1) };
    expect(() => gateOta({ ...waves([[1, "eu", 4, 2]]), soak: before })).toThrow('row 1: column "hours": got -1');
  });

  it("knows no interval of a soak without failures, or with nothing but failures", () => {
    const soak = (failed: number) => ({
      vehicle: ["a", "b"],
      hours: Float64Array.of(1, 1),
      failed: new Uint8Array(2).fill(failed),
    });
    expect(gateOta({ ...waves([[1, "eu", 4, 2]]), soak: soak(0) }).soak![0]).toMatchObject({
      survival: 1,
      lower: null,
      curve: [],
    });
    expect(gateOta({ ...waves([[1, "eu", 4, 2]]), soak: soak(1) }).soak![0]).toMatchObject({
      survival: 0,
      lower: null,
      upper: null,
    });
    expect(kaplanMeier(new Float64Array(0), new Uint8Array(0))).toEqual([]);
  });
});
