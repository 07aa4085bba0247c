import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/core/errors.js";
import { openDuckDb } from "../../src/engine/index.js";
import { aggregateHours, hourlySumJson } from "../../src/ingest/index.js";
import { HOSTILE } from "../hostile-texts.js";
import { startSpark } from "../spark-server.js";

const spark = await startSpark();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await spark?.stop();
});

const MOST = 2n ** 63n - 1n;
/** Few hours, on both sides of 1970, so that groups have several rows. */
const micros = fc.oneof(
  fc.bigInt(-3n * 3_600_000_000n, 3n * 3_600_000_000n),
  fc.bigInt(-62_000_000_000_000_000n, 250_000_000_000_000_000n),
);
const value = fc.oneof(
  { weight: 20, arbitrary: fc.bigInt(-1000n, 1000n) },
  fc.constantFrom(MOST, -MOST, -MOST - 1n, 2n ** 53n + 1n),
);
const queue = fc.oneof(fc.constantFrom("", ...HOSTILE), fc.string({ unit: "grapheme", maxLength: 4 }));
const row = fc.record({ q: fc.option(queue), t: fc.option(micros, { freq: 20 }), v: fc.option(value) });
const table = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 60 }),
  time: fc.constantFrom("TIMESTAMP", "TIMESTAMPTZ"),
  sampleSeconds: fc.constantFrom(1, 60, 7.5),
});

/** The file's text, or what is wrong with the input. */
async function outcome(engine: string, input: string, sampleSeconds: number): Promise<string> {
  const columns = { queueColumn: "q", timeColumn: "t", valueColumn: "v" };
  const sums = await aggregateHours({ engine, input, sampleSeconds, ...columns }).catch((error: unknown) => error);
  if (sums instanceof InputError) return sums.message;
  if (sums instanceof Error) throw sums;
  return [...hourlySumJson(sums as never)].join("").replace(/"engine":"\w+"/, "");
}

describe.skipIf(!spark)("DuckDB and Spark", () => {
  it("give the same bytes, or the same error, for any table", async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(table, async ({ rows, time, sampleSeconds }) => {
        const text = (q: string | null) => (q === null ? "NULL" : `'${q.replaceAll("\0", "").replaceAll("'", "''")}'`);
        const whole = (n: bigint | null) => `${n === null ? "NULL" : `'${n}'`}::BIGINT`;
        const values = rows.map(({ q, t, v }) => `(${text(q)}, ${whole(t)}, ${whole(v)})`);
        const path = join(folder, `${number++}.parquet`);
        const engine = await openDuckDb({ allowedFiles: [path] });
        await engine.run(
          `COPY (SELECT q, CAST(make_timestamp(t) AS ${time}) AS t, v FROM (VALUES ${values.join(", ")}) r(q, t, v))
            TO '${path}' (FORMAT parquet, USE_TMP_FILE false)`,
        );
        await engine.close();
        expect(await outcome(spark?.url ?? "", path, sampleSeconds)).toBe(await outcome("duckdb", path, sampleSeconds));
      }),
      { seed: 20_261_128, numRuns: 25 },
    );
  }, 300_000);
});
