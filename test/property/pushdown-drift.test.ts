import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import type { BinnedSample } from "../../src/drift/binned-sample.js";
import { compareProfiles } from "../../src/drift/index.js";
import { ks } from "../../src/drift/ks.js";
import { ksOfBins } from "../../src/drift/ks-of-bins.js";
import type { DriftProfile } from "../../src/drift/sketch/drift-profile.js";
import { type DuckDbEngine, openDuckDb } from "../../src/engine/duckdb.js";
import { nextDown, nextUp } from "../../src/ingest/pushdown/double-order.js";
import { doubleLiteral } from "../../src/ingest/pushdown/double-sql.js";
import { pushDownDrift } from "../../src/ingest/pushdown/pushed-drift.js";
import { writeTable } from "../../src/ingest/write-table.js";

let folder: string;
let engine: DuckDbEngine;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "fleetlens-test-")));
  engine = await openDuckDb({ threads: 1, allowedDirectories: [folder] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const finite = (values: Float64Array) => values.filter((x) => Number.isFinite(x));

function sampleOf({ cells }: DriftProfile, feature: string): BinnedSample {
  const sample = cells.find((cell) => cell.feature === feature)?.sample;
  if (sample?.kind !== "numeric-bins") throw new Error(`no bins of ${feature}`);
  return sample;
}

/** What the bins say is what counting the values says. */
function expectCounts(sample: BinnedSample, values: Float64Array): void {
  const { n, missing, counts, bins } = sample;
  const own = finite(values).sort();
  const inBins = Array.from(counts, (_, k) => own.filter((x) => x >= bins.low[k] && x <= bins.high[k]).length);
  expect(inBins).toEqual([...counts]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(own.length);
  expect([n, missing]).toEqual([values.length, values.length - own.length]);
}

const ODD = [
  0,
  -0,
  5e-324,
  -5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 53,
  0.1,
];

/** Columns of one kind each, by a seed. */
function columnsOf(seed: number, rows: number, shift: number): Record<string, Float64Array> {
  const random = createRandom(seed).child(String(shift));
  const column = (make: () => number) => Float64Array.from({ length: rows }, make);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  return {
    normal: column(() => normal() + shift),
    heavy: column(() => Math.exp(8 * normal()) * (random.uniform() < 0.5 ? -1 : 1)),
    ties: column(() => random.int(7) + shift),
    inflated: column(() => (random.uniform() < 0.4 ? 0 : normal())),
    odd: column(() => ODD[random.int(ODD.length)]),
    near: column(() => nextUp(1) + (random.int(3) - 1) * 2 ** -52),
    constant: column(() => 42),
    empty: column(() => Number.NaN),
  };
}

async function write(name: string, columns: Record<string, Float64Array>): Promise<string> {
  const path = join(folder, name);
  const all = Object.entries(columns).map(([column, data]) => ({ name: column, type: "DOUBLE" as const, data }));
  await writeTable(path, all, { format: "parquet" });
  return path;
}

describe("counts of an engine", () => {
  it.each([1, 2, 3, 4, 5, 6])("are those of the values, table %i", async (seed) => {
    const [n, m] = [
      [1, 40],
      [300, 7],
      [3000, 2000],
      [20_000, 500],
      [5000, 5000],
      [2500, 9000],
    ][seed - 1];
    const [before, after] = [columnsOf(seed, n, 0), columnsOf(seed, m, 0.3)];
    const [a, b] = [await write(`a${seed}.parquet`, before), await write(`b${seed}.parquet`, after)];
    const { reference, current } = await pushDownDrift(a, b, "duckdb", { threads: 1 });
    for (const [name, values] of Object.entries(before)) {
      const [x, y] = [sampleOf(reference, name), sampleOf(current, name)];
      const [own, other] = [finite(values), finite(after[name])];
      if (own.length === 0 || other.length === 0) {
        expect([x.counts.length, x.missing]).toEqual([0, n - own.length]);
        continue;
      }
      expectCounts(x, values);
      expectCounts(y, after[name]);
      const crowded = Array.from(x.counts).filter(
        (count, k) => x.bins.low[k] < x.bins.high[k] && count > own.length / 1000,
      );
      expect(crowded, name).toEqual([]);
      const { d, error } = ksOfBins(x, y);
      const exact = ks(own, other).statistic;
      expect(d).toBeLessThanOrEqual(exact + 1e-12);
      expect(exact).toBeLessThanOrEqual(d + error + 1e-12);
      expect(error).toBeLessThanOrEqual(1 / 1000);
    }
  });

  it("of one value a bin give the statistics of the values", async () => {
    const [before, after] = [columnsOf(7, 600, 0), columnsOf(7, 500, 1)];
    const [a, b] = [await write("few-a.parquet", before), await write("few-b.parquet", after)];
    const { reference, current } = await pushDownDrift(a, b, "duckdb");
    const report = compareProfiles(reference, current, { stats: "all" });
    const ties = report.features.find(({ feature }) => feature === "ties");
    expect(ties?.stats["ks"]).toMatchObject({ statistic: ks(before["ties"], after["ties"]).statistic, rank_error: 0 });
    expect(ties?.stats["wasserstein"]["value"]).toBeCloseTo(1, 0);
    const normal = report.features.find(({ feature }) => feature === "normal");
    expect(normal?.verdict).toBe("drift");
    expect(normal?.stats["psi"]["value"]).toBeGreaterThan(0.5);
  });

  it("takes whole numbers, decimals, floats, booleans and text as they are", async () => {
    const path = join(folder, "types.parquet");
    await engine.run(`COPY (SELECT (i % 5)::TINYINT AS tiny, (i % 3)::UBIGINT AS unsigned, (i / 100)::DECIMAL(9, 2) AS dec,
      ('0.' || (i % 4) || '00000000000000001')::DECIMAL(38, 18) AS wide, (i % 10 / 10)::FLOAT AS single, i % 4 = 0 AS flag, (i % 2)::DECIMAL(38, 30) AS fine,
      CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'é;"' || i % 5 END AS "na;me""s", [i] AS list, DATE '2026-01-01' AS day
      FROM range(1000) AS t(i)) TO '${path}' (FORMAT parquet)`);
    const { reference, warnings } = await pushDownDrift(path, path, "duckdb");
    expect(warnings.filter((text) => text.includes('"list"'))).toHaveLength(2);
    const points = (name: string) => {
      const { bins, counts } = sampleOf(reference, name);
      return [...counts].flatMap((count, k) => (count > 0 ? [[bins.low[k], bins.high[k], count]] : []));
    };
    expect(points("tiny")).toEqual([0, 1, 2, 3, 4].map((x) => [x, x, 200]));
    expect(points("unsigned").map(([x]) => x)).toEqual([0, 1, 2]);
    expect(points("dec")[7]).toEqual([0.07, 0.07, 1]);
    expect(points("wide").map(([x]) => x)).toEqual([1e-18, 0.1, 0.2, 0.3]);
    expect(points("single").map(([x]) => x)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((x) => Math.fround(x / 10)));
    expect(points("fine")).toEqual([0, 1].map((x) => [x, x, 500]));
    const levels = (name: string) => reference.cells.find(({ feature }) => feature === name)?.sample;
    expect(levels("flag")).toMatchObject({
      n: 1000,
      missing: 0,
      counts: new Map([
        ["false", 750],
        ["true", 250],
      ]),
    });
    expect(levels('na;me"s')).toMatchObject({
      missing: 400,
      counts: new Map([
        ['é;"2', 200],
        ['é;"3', 200],
        ['é;"4', 200],
      ]),
    });
    expect(reference.columns.get("day")).toBe("time");
  });

  it("refuses whole numbers that would be rounded, and columns that were named and cannot be", async () => {
    const path = join(folder, "big.parquet");
    await engine.run(
      `COPY (SELECT 9007199254740993 + i AS id, [1] AS list FROM range(3) AS t(i)) TO '${path}' (FORMAT parquet)`,
    );
    await expect(pushDownDrift(path, path, "duckdb")).rejects.toThrow(/column "id" has 3 numbers beyond ±2\^53/);
    await expect(pushDownDrift(path, path, "duckdb", { features: ["list"] })).rejects.toThrow(/column "list" has type/);
    await expect(pushDownDrift(path, path, "duckdb", { features: ["none"] })).rejects.toThrow(
      /big.parquet: no column "none"/,
    );
  });

  it("keeps the most frequent of very many levels, and leaves out what names rows", async () => {
    const path = join(folder, "levels.parquet");
    await engine.run(`COPY (SELECT CASE WHEN i % 2 = 0 THEN 'often' ELSE 'l' || i % 15000 END AS many, 'id' || i AS id
      FROM range(120000) AS t(i)) TO '${path}' (FORMAT parquet)`);
    const { reference, warnings } = await pushDownDrift(path, path, "duckdb");
    const sample = reference.cells.find(({ feature }) => feature === "many")?.sample;
    if (sample?.kind === "level-sketch") throw new Error("7501 levels are counted one by one");
    expect(sample).toMatchObject({ kind: "categorical", n: 120_000 });
    expect(reference.columns.has("id")).toBe(false);
    expect(warnings[0]).toContain("more than 100000 values");
    const named = await pushDownDrift(path, path, "duckdb", { features: ["id"] });
    expect(named.reference.cells[0].sample).toMatchObject({ kind: "level-sketch", n: 120_000 });
    const { features } = compareProfiles(named.reference, named.current);
    expect(features[0].reason).toBe("too_many_levels");
  });
});

describe("literals", () => {
  it("name the very double, also subnormal and huge ones", async () => {
    const random = createRandom(1);
    const bits = new BigUint64Array(1);
    const values = ODD.filter(Number.isFinite);
    while (values.length < 3000) {
      bits[0] = (BigInt(random.int(2 ** 32)) << 32n) | BigInt(random.int(2 ** 32));
      const [x] = new Float64Array(bits.buffer);
      if (Number.isFinite(x)) values.push(x);
    }
    const rows = await engine.rows({
      sql: `SELECT x FROM (VALUES ${values.map((x) => `(${doubleLiteral(x)})`).join(", ")}) AS t(x)`,
    });
    expect(rows.map(({ x }) => Number(x) + 0)).toEqual(values.map((x) => x + 0));
  });

  it("have neighbours", () => {
    expect([nextUp(0), nextDown(0), nextUp(-5e-324), nextUp(1)]).toEqual([5e-324, -5e-324, 0, 1 + 2 ** -52]);
    expect(nextDown(nextUp(Math.PI))).toBe(Math.PI);
  });
});
