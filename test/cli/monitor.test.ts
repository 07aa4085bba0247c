import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb } from "../../src/engine/index.js";
import { fleetlens } from "./program.js";

const NAMES = ["--time", "time", "--value", "value"];
const START = Date.UTC(2026, 0, 5);
const N = 400;

/** A quiet KPI with a spike at row 300; the values depend on the row alone. */
const value = (i: number) => (i === 300 ? 90 : 20 + ((i * 7919) % 13));

describe("fleetlens monitor", () => {
  let folder: string;
  const at = (file: string) => join(folder, file);
  const write = (name: string, lines: readonly string[]) => {
    writeFileSync(at(name), `${lines.join("\n")}\n`);
    return at(name);
  };
  const rowsOf = (file: string) =>
    readFileSync(at(file), "utf8")
      .trimEnd()
      .split("\r\n")
      .map((line) => line.split(","));
  const iso = (i: number) => new Date(START + i * 300_000).toISOString().replace(".000Z", "Z");

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleetlens-monitor-"));
    write("iso.csv", ["time,value", ...Array.from({ length: N }, (_, i) => `${iso(i)},${value(i)}`)]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("writes one row for each of the input, the times as they were, and one alert for the spike", () => {
    const { code, stdout, stderr } = fleetlens(["monitor", at("iso.csv"), ...NAMES, "--out", at("scores.csv")]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`${N} rows of 1 series, 1 alerts -> ${at("scores.csv")}\n`);
    const [head, ...rows] = rowsOf("scores.csv");
    expect(head).toEqual(["id", "time", "value", "score", "alert", "reason"]);
    expect(rows.map((row) => row.slice(0, 3))).toEqual(
      Array.from({ length: N }, (_, i) => ['""', iso(i), String(value(i))]),
    );
    for (const row of rows) expect(Number(row[3]) >= 0 && Number(row[3]) <= 1).toBe(true);
    expect(rows.map((row) => row[4])).toEqual(Array.from({ length: N }, (_, i) => (i === 300 ? "1" : "0")));
    expect(rows[300].slice(5).join(",")).toMatch(/^"jump: 64 off the latest median, limit \d+/);
    expect(rows[299][5]).toBe("");
  });

  it("sorts by id and time, keeps duplicates with a warning, and passes missing values through", () => {
    const lines = ["time,kpi,value", "3,b,1", "1,b,", "2,a,5", "1,b,7"];
    const { code, stderr } = fleetlens([
      "monitor",
      write("ids.csv", lines),
      ...NAMES,
      "--id",
      "kpi",
      "--out",
      at("ids-out.csv"),
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('1 row has the time of the row before, first of id "b"; kept in the order of the file');
    expect(rowsOf("ids-out.csv").map((row) => row.slice(0, 5))).toEqual([
      ["id", "time", "value", "score", "alert"],
      ["a", "2", "5", "0", "0"],
      ["b", "1", "", "0", "0"],
      ["b", "1", "7", "0", "0"],
      ["b", "3", "1", "0", "0"],
    ]);
  });

  it("reads and writes Parquet with typed columns, the same scores as from CSV", async () => {
    const engine = await openDuckDb({ allowedFiles: [at("in.parquet"), at("out.parquet"), at("scores.csv")] });
    const { literal } = engine.dialect;
    const values = Array.from({ length: N }, (_, i) => `(${START + i * 300_000}, ${value(i)})`).join(", ");
    await engine.run(
      `COPY (SELECT time::BIGINT AS time, value FROM (VALUES ${values}) r(time, value)) TO ${literal(at("in.parquet"))} (FORMAT parquet, USE_TMP_FILE false)`,
    );
    expect(fleetlens(["monitor", at("in.parquet"), ...NAMES, "--out", at("out.parquet")]).code).toBe(0);
    const relation = `read_parquet(${literal(at("out.parquet"))})`;
    const types = await engine.rows({ sql: `SELECT column_type FROM (DESCRIBE FROM ${relation})` });
    const back = await engine.rows({ sql: `SELECT id, time, score, alert, reason FROM ${relation}` });
    await engine.close();
    expect(types.map((row) => row["column_type"])).toEqual([
      "VARCHAR",
      "BIGINT",
      "DOUBLE",
      "DOUBLE",
      "INTEGER",
      "VARCHAR",
    ]);
    expect(back[300]).toMatchObject({
      id: "",
      time: BigInt(START + 300 * 300_000),
      reason: expect.stringContaining("jump: 64"),
    });
    expect(back[0]["reason"]).toBeNull();
    expect(back.map((row) => String(row["score"]))).toEqual(
      rowsOf("scores.csv")
        .slice(1)
        .map((row) => row[3]),
    );
  });

  it("runs another detector when told so, and says what happened to machines", () => {
    for (const detector of ["extremes", "edetector"]) {
      const args = ["monitor", at("iso.csv"), ...NAMES, "--detector", detector, "--out", at("d.csv"), "--json"];
      const { code, stdout } = fleetlens(args);
      expect(code).toBe(0);
      const { ok, outputs, summary } = JSON.parse(stdout);
      expect([ok, outputs]).toEqual([true, [at("d.csv")]]);
      expect(summary).toMatchObject({ detector, series: 1, rows: N });
      expect(rowsOf("d.csv")).toHaveLength(N + 1);
    }
  });

  it("takes inputs of no row, of one, and of missing values alone", () => {
    for (const rows of [[], ["1,2"], ["1,", "2,"]]) {
      const { code, stderr } = fleetlens([
        "monitor",
        write("few.csv", ["time,value", ...rows]),
        ...NAMES,
        "--out",
        at("few-out.csv"),
      ]);
      expect(code).toBe(0);
      expect(stderr).toContain("series of at most 100 values: 1;");
      expect(rowsOf("few-out.csv")).toHaveLength(rows.length + 1);
    }
  });

  it("refuses bad input with exit code 2 and one line that names column and row, and writes nothing", () => {
    const bad = (args: string[]) => {
      const { code, stderr } = fleetlens(["monitor", ...args, "--out", at("bad-out.csv")]);
      expect(code).toBe(2);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(() => readFileSync(at("bad-out.csv"))).toThrow();
      return stderr;
    };
    const broken = write("broken.csv", ["time,value", "2026-01-05T00:00:00Z,1", "yesterday,2"]);
    expect(bad([broken, ...NAMES])).toMatch(/broken\.csv row 2: column "time": got "yesterday"/);
    expect(bad([write("text.csv", ["time,value", "1,1", "2,x"]), ...NAMES])).toMatch(
      /text\.csv row 2: column "value": got "x"/,
    );
    expect(bad([at("iso.csv"), "--time", "time", "--value", "p99"])).toMatch(
      /no column "p99"; the columns are: "time", "value"/,
    );
    expect(bad([at("iso.csv"), ...NAMES, "--detector", "magic"])).toMatch(/E_USAGE: .*magic/);
    expect(bad([at("iso.csv"), ...NAMES, "--colour"])).toMatch(/unknown option '--colour'/);
    expect(bad([at("absent.csv"), ...NAMES])).toMatch(/no file/);
    expect(fleetlens(["monitor", at("iso.csv"), ...NAMES, "--out", at("iso.csv")]).code).toBe(2);
    expect(fleetlens(["monitor", at("iso.csv"), ...NAMES, "--out", at("scores.txt")]).code).toBe(2);
  });
});
