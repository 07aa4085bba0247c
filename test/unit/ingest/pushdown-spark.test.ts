import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventRows } from "../../../src/backtest/replay/events.js";
import { replay } from "../../../src/backtest/replay/replay.js";
import { compareProfiles } from "../../../src/drift/index.js";
import { type DuckDbEngine, openDuckDb } from "../../../src/engine/duckdb.js";
import type { Engine } from "../../../src/engine/engine.js";
import { openEngine } from "../../../src/engine/open-engine.js";
import { writeEvents } from "../../../src/ingest/backtest/write-events.js";
import { doubleLiteral } from "../../../src/ingest/pushdown/double-sql.js";
import { pushDownDrift } from "../../../src/ingest/pushdown/pushed-drift.js";
import { pushDownEvents } from "../../../src/ingest/pushdown/pushed-events.js";
import { pushedCase, rowsSql } from "../../reference/pushed-cases.js";
import { startSpark } from "../../spark-server.js";

const HELIOS = resolve("../shared/data/helios/earth_vc_minutely_2020-05.parquet");
const spark = await startSpark();

let folder: string;
let duckDb: DuckDbEngine;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "fleetlens-test-")));
  duckDb = await openDuckDb({ threads: 1, allowedDirectories: [folder], allowedFiles: [HELIOS] });
});
afterAll(async () => {
  await duckDb.close();
  rmSync(folder, { recursive: true, force: true });
});

async function write(name: string, sql: string): Promise<string> {
  const path = join(folder, name);
  await duckDb.run(`COPY (${sql}) TO ${duckDb.dialect.literal(path)} (FORMAT parquet)`);
  return path;
}

/** Both engines' counts and what they come to, as text. */
async function onBoth(reference: string, current: string, features?: string[]) {
  const found = await Promise.all(
    ["duckdb", spark!.url].map(async (url) => {
      const { engine, ...pushed } = await pushDownDrift(reference, current, url, { features, time: "time" });
      const report = compareProfiles(pushed.reference, pushed.current, { stats: "all" });
      return {
        engine,
        report,
        text: JSON.stringify({ pushed, report }, (_, v) => (v instanceof Map ? [...v].sort() : v)),
      };
    }),
  );
  expect(found.map(({ engine }) => engine)).toEqual(["duckdb", "spark"]);
  expect(found[1].text).toBe(found[0].text);
  return found[0].report;
}

describe.skipIf(!spark)("push-down on Spark", { timeout: 300_000 }, () => {
  it.skipIf(!existsSync(HELIOS))("counts the two halves of Helios as DuckDB does, bit for bit", async () => {
    const half = (before: string) =>
      `SELECT * FROM read_parquet('${HELIOS}') WHERE "time" ${before} TIMESTAMP '2020-05-16 12:00:00'`;
    const [reference, current] = [
      await write("reference.parquet", half("<")),
      await write("current.parquet", half(">=")),
    ];
    const features = ["vc", "running_gpu_num", "gpu_utilization"];
    const report = await onBoth(reference, current, features);
    expect(report.rows).toEqual({ reference: 357_120, current: 357_120 });
    const of = (name: string) => report.features.find(({ feature }) => feature === name);
    expect(of("vc")).toMatchObject({ kind: "categorical", verdict: "stable" });
    expect(of("gpu_utilization")?.effect.value).toBe(0.17589885752688172);
  });

  it("counts a table of traps as DuckDB does", async () => {
    const odd = [0, -0, 5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 0.1, 0.30000000000000004];
    const list = `[${odd.map(doubleLiteral).join(", ")}, 'NaN'::DOUBLE, 'Infinity'::DOUBLE, '-Infinity'::DOUBLE, NULL]`;
    const pick = (of: string, n: number) => `1 + CAST(hash(${of}) % ${n} AS BIGINT)`;
    const traps = (
      seed: number,
    ) => `SELECT ${list}[${pick(`i + ${seed}`, 12)}] AS odd, (hash(i) % 1000 / 7)::FLOAT AS single,
        exp(hash(i * 3 + ${seed}) % 100000 / 2500 - 20) AS heavy, (hash(i) % 90000 / 100)::DECIMAL(12, 2) AS dec,
        ((hash(i + ${seed}) % 900)::VARCHAR || '.1234567890123456789')::DECIMAL(38, 19) AS wide, hash(i) % 3 = 0 AS flag,
        (hash(i) % 30000)::UBIGINT AS unsigned, (hash(i + ${seed}) % 5000)::DECIMAL(10, 0) AS whole,
        9007199254740992 - (i % 3) AS large, NULL::DOUBLE AS none, i AS time,
        [NULL, '', 'a''b', 'a"b', 'a\`b', 'a;b', 'a,b', 'a\\b', 'é', '\u{1f600}', ' a', 'a ', 'A', '\${x}'][${pick(`i * ${seed}`, 14)}] AS "le'v""e;l\`,é"
      FROM range(8000) AS t(i)`;
    const [reference, current] = [await write("traps-a.parquet", traps(1)), await write("traps-b.parquet", traps(2))];
    const report = await onBoth(reference, current);
    expect(report.features.map(({ feature }) => feature)).toEqual([
      "odd",
      "single",
      "heavy",
      "dec",
      "wide",
      "flag",
      "unsigned",
      "whole",
      "large",
      "none",
      "le'v\"e;l`,é",
    ]);
    expect(report.features.find(({ feature }) => feature === "odd")?.stats["ks"]["rank_error"]).toBe(0);
  });

  it("reads literals and sends doubles with every bit", async () => {
    const values = [
      5e-324,
      -5e-324,
      2.2250738585072014e-308,
      1.7976931348623157e308,
      0.1,
      1 / 3,
      123456789.12345679,
      0,
    ];
    const engines: Engine[] = [duckDb, await openEngine(spark!.url)];
    for (const engine of engines) {
      const sql = `SELECT ${values.map((x, i) => `${doubleLiteral(x)} AS c${i}`).join(", ")}, CAST(-0e0 AS DOUBLE) AS zero`;
      for await (const { columns } of engine.query({ sql })) {
        expect(values.map((_, i) => columns[`c${i}`].data[0])).toEqual(values);
        expect((columns["zero"].data[0] as number) + 0).toBe(0);
      }
    }
    await engines[1].close();
  });

  it("finds the events of a replay", async () => {
    let events = 0;
    for (let seed = 0; seed < 4; seed++) {
      const { policy, rows, floats, log } = pushedCase(seed, 600);
      const path = await write(`log${seed}.parquet`, rowsSql(rows, floats));
      const [here, there] = [
        await pushDownEvents(policy, path, "duckdb"),
        await pushDownEvents(policy, path, spark!.url),
      ];
      expect(there).toEqual({ ...here, engine: "spark" });
      expect(eventRows(there.events)).toEqual(eventRows(replay(policy, log)));
      const files = [join(folder, "here.parquet"), join(folder, "there.parquet")];
      await writeEvents(files[0], here.events);
      await writeEvents(files[1], there.events);
      expect(readFileSync(files[1]).equals(readFileSync(files[0]))).toBe(true);
      events += there.events.trigger.length;
    }
    expect(events).toBeGreaterThan(100);
  });

  it("names rows that are there twice, and a file that is not there", async () => {
    const { policy } = pushedCase(0);
    const rows = ["z", "a", "a"].map((vehicle, i) => ({
      vehicle,
      ts: i > 0 ? 5 : 1,
      lat: 0,
      lon: 0,
      values: { x: 1, y: 1, z: 1, u: 1 },
    }));
    const path = await write("twice.parquet", rowsSql(rows, []));
    await expect(pushDownEvents(policy, path, spark!.url)).rejects.toThrow(/1 rows have .* e\.g\. vehicle "a" at 5/);
    await expect(pushDownEvents(policy, join(folder, "no.parquet"), spark!.url)).rejects.toMatchObject({
      code: "E_INPUT",
    });
  });
});
