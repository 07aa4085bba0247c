import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DriftFileSchema } from "../../src/drift/drift-schema.js";
import { openDuckDb } from "../../src/engine/index.js";
import { fleetlens } from "./program.js";

const POLICY = `schema: fleetlens.policy/1
version: 1.0.0
signals: {accel_g: {unit: g, range: [-2, 2]}, sure: {unit: "1", range: [0, 1]}}
geofences:
  - {id: school, priority: 1, polygon: [[10, 50], [11, 50], [11, 51], [10, 51], [10, 50]]}
triggers:
  - id: hard_brake
    when: {mode: all, conditions: [{name: brake, signal: accel_g, op: "<=", enter: -0.9, exit: -0.8}]}
    dwell_ms: 100
    release_ms: 300
    guards: [{signal: sure, op: ">", value: 0.1, action: hold}]
    overrides:
      - {geofence: school, set: {dwell_ms: 0, conditions: [{name: brake, enter: -0.85, exit: -0.7}]}}
  - id: bump
    when: {mode: any, conditions: [{name: up, signal: accel_g, op: ">", enter: 0.98}]}
`;

let folder: string;
const at = (name: string) => join(folder, name);

async function write(name: string, query: string): Promise<void> {
  const engine = await openDuckDb({ allowedFiles: [at(name)] });
  await engine.run(`COPY (${query}) TO ${engine.dialect.literal(at(name))} (FORMAT parquet, USE_TMP_FILE false)`);
  await engine.close();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
  mkdirSync(at("logs"));
  writeFileSync(at("policy.yaml"), POLICY);
  const wave = (i: string) => `sin(${i} / 40.0) * cos(${i} / 700.0)`;
  const log = (shift: number) => `SELECT 'v' || (i % 3)::VARCHAR AS vehicle_id, make_timestamp((i // 3) * 100000) AS ts,
    50 + i / 20000 AS lat, CASE WHEN i % 50 > 0 THEN 10 + i / 20000 ELSE 200 END AS lon, ${wave(`(i + ${shift})`)}::FLOAT AS accel_g,
    CASE WHEN i % 11 = 0 THEN NULL ELSE 0.5 END AS sure FROM range(30000) t(i) WHERE i < 12000 OR i > 15000`;
  await write("logs/a.parquet", log(0));
  await write("reference.parquet", "SELECT i / 7 AS x, i % 4 = 0 AS flag, 'l' || i % 9 AS level FROM range(5000) t(i)");
  await write(
    "current.parquet",
    "SELECT i / 7 + 90 AS x, i % 4 = 0 AS flag, 'l' || i % 9 AS level FROM range(5000) t(i)",
  );
  await write(
    "twice.parquet",
    "SELECT 'v' AS vehicle_id, 1 AS ts, 0.0::DOUBLE AS accel_g, 1.0::DOUBLE AS sure FROM range(3)",
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const events = (...more: string[]) => {
  const args = ["policy", "events", "--policy", at("policy.yaml"), "--logs", at("logs"), "--out", at("events.parquet")];
  return fleetlens([...args, ...more]);
};

describe("fleetlens policy events", () => {
  it("writes the events of a backtest, from a part of the rows", () => {
    const { code, stdout, stderr } = events("--json");
    expect([code, stderr]).toEqual([0, ""]);
    const { summary, outputs } = JSON.parse(stdout);
    expect(outputs).toEqual([at("events.parquet")]);
    expect(summary).toMatchObject({ engine: "duckdb", rows: 26_999, dropped: 0 });
    expect(summary.events).toBeGreaterThan(20);
    expect(summary.kept).toBeLessThan(summary.rows / 2);
    const whole = fleetlens(["backtest", "--policy", at("policy.yaml"), "--logs", at("logs"), "--out", at("whole")]);
    expect(whole.code).toBe(0);
    expect(readFileSync(at("events.parquet")).equals(readFileSync(at("whole/events.parquet")))).toBe(true);
  });

  it("says how many rows it took", () => {
    expect(events().stdout).toMatch(/^\d+ events; duckdb sent \d+ of 26999 rows \(\d+\.\d\d %\) -> /);
  });

  it("refuses derived signals, duplicates, other files and engines that do not answer, and writes nothing", () => {
    rmSync(at("events.parquet"), { force: true });
    const derived = POLICY.replace(
      "geofences:",
      "derived: [{name: jerk, from: accel_g, op: rate, range: [-9, 9]}]\ngeofences:",
    );
    writeFileSync(
      at("derived.yaml"),
      derived.replace('signal: accel_g, op: ">", enter: 0.98', 'signal: jerk, op: ">", enter: 1'),
    );
    const refused = (...more: string[]) => {
      const { code, stderr } = events(...more);
      return `${code} ${stderr}`;
    };
    expect(refused("--policy", at("derived.yaml"))).toMatch(
      /^2 E_INPUT: trigger "bump" needs the derived signal "jerk" \(rate\)/,
    );
    expect(refused("--logs", at("twice.parquet"))).toMatch(/^2 E_INPUT: .*2 rows have .* e\.g\. vehicle "v" at 1:/);
    expect(refused("--logs", at("reference.parquet"))).toMatch(
      /^2 E_INPUT: .*reference.parquet: no column "vehicle_id"/,
    );
    expect(refused("--engine", "spark://127.0.0.1:1")).toMatch(/^4 E_ENGINE: .*127\.0\.0\.1:1/);
    expect(refused("--engine", "postgres://x")).toMatch(/^2 E_INPUT/);
    expect(refused("--out", at("events.csv"))).toMatch(/^2 E_INPUT: --out must end in \.parquet/);
    expect(readdirSync(folder).filter((name) => name.startsWith("events") || name.startsWith("."))).toEqual([]);
  });
});

const drift = (...more: string[]) => {
  const args = [
    "drift",
    "--reference",
    at("reference.parquet"),
    "--current",
    at("current.parquet"),
    "--out",
    at("drift.json"),
  ];
  return fleetlens([...args, ...more]);
};

describe("fleetlens drift --engine", () => {
  it("judges counts as it judges values", () => {
    expect(drift("--fail-on", "drift").code).toBe(3);
    const values = DriftFileSchema.parse(JSON.parse(readFileSync(at("drift.json"), "utf8")));
    const { code, stderr } = drift("--engine", "duckdb", "--fail-on", "drift");
    expect([code, stderr]).toEqual([3, ""]);
    const counts = DriftFileSchema.parse(JSON.parse(readFileSync(at("drift.json"), "utf8")));
    expect(counts.createdFrom).toMatchObject({ inputs: [], options: { engine: "duckdb", features: null } });
    const verdicts = ({ features }: typeof counts) => features.map(({ feature, verdict }) => [feature, verdict]);
    expect(verdicts(counts)).toEqual(verdicts(values));
    const [x, ...levels] = counts.features;
    expect(levels).toEqual(values.features.slice(1));
    const { statistic, rank_error } = x.stats["ks"];
    const exact = values.features[0].stats["ks"]["statistic"] as number;
    expect(statistic).toBeLessThanOrEqual(exact);
    expect(statistic! + rank_error!).toBeGreaterThanOrEqual(exact);
    expect(rank_error).toBeLessThanOrEqual(0.001);
  });

  it("is the same again", () => {
    drift("--engine", "duckdb", "--stats", "all");
    const first = readFileSync(at("drift.json"), "utf8");
    drift("--engine", "duckdb", "--stats", "all");
    expect(readFileSync(at("drift.json"), "utf8")).toBe(first);
  });

  it.each([
    ["--slices", "level"],
    ["--window", "1d", "--time", "x"],
    ["--latencies", "x"],
    ["--multivariate"],
    ["--text", "level"],
    ["--label", "flag"],
    ["--psi", "evidently"],
    ["--embedding", "e"],
  ])("refuses %s", (...option) => {
    const { code, stderr } = drift("--engine", "duckdb", ...option);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${option[0]}`)]);
  });

  it("refuses to save a profile, to read one, and exits 4 for an engine that does not answer", () => {
    expect(drift("--engine", "duckdb", "--save-profile", at("p.json"))).toMatchObject({ code: 2 });
    writeFileSync(at("profile.json"), "{}");
    const saved = drift("--engine", "duckdb", "--reference", at("profile.json"));
    expect([saved.code, saved.stderr]).toEqual([2, expect.stringContaining("saved profile")]);
    const gone = drift("--engine", "spark://127.0.0.1:1");
    expect([gone.code, gone.stderr]).toEqual([4, expect.stringContaining("E_ENGINE")]);
  });
});
