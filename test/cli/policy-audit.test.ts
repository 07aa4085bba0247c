import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditFileSchema } from "../../src/backtest/index.js";
import { fleetlens } from "./program.js";

const MONDAY = Date.UTC(2026, 0, 5);
const WEEK = 7 * 24 * 3_600_000;

let folder: string;
const at = (name: string) => join(folder, name);

function file(name: string, lines: readonly string[]): string {
  writeFileSync(at(name), `${lines.join("\n")}\n`);
  return at(name);
}

const POLICY = `schema: fleetlens.policy/1
version: "2.0.0"
signals:
  accel_g: {unit: g, range: [-2, 2]}
triggers:
  - id: hard_brake
    enabled: true
    when:
      mode: all
      conditions: [{name: brake, signal: accel_g, op: "<=", enter: -0.25, exit: -0.2}]
`;

/** A minute of rows each second for six vehicles in two weeks, with a braking of two rows at second 30. */
function logs(): string[] {
  const rows = ["vehicle_id,ts,lat,lon,accel_g"];
  for (let v = 0; v < 6; v++) {
    for (const week of [0, 1]) {
      for (let s = 0; s < 60; s++) {
        rows.push(`v${v},${MONDAY + week * WEEK + 1000 * s},48.1,11.5,${s === 30 || s === 31 ? -0.3 : 0}`);
      }
    }
  }
  return rows;
}

const EDGE_HEAD = "trigger_id,vehicle_id,onset_ts,end_ts,policy_version,threshold,extreme";

/** All report what the replay has, half a second late; in the second week v0 has an older policy and v1 a stray event. */
function edge(): string[] {
  const rows = [EDGE_HEAD];
  for (let v = 0; v < 6; v++) {
    rows.push(`hard_brake,v${v},${MONDAY + 30_500},${MONDAY + 31_500},2.0.0,-0.25,-0.3`);
    if (v > 0) rows.push(`hard_brake,v${v},${MONDAY + WEEK + 30_500},${MONDAY + WEEK + 31_500},2.0.0,-0.25,-0.3`);
  }
  rows.push(`hard_brake,v0,${MONDAY + WEEK + 50_000},${MONDAY + WEEK + 50_000},1.9.0,-0.1,-0.12`);
  rows.push(`hard_brake,v1,${MONDAY + WEEK + 90_000},,2.0.0,,`);
  return rows;
}

const run = (out: string, ...more: string[]) =>
  fleetlens([
    ...["policy", "audit", "--policy", at("policy.yaml"), "--logs", at("logs.csv")],
    ...["--edge-events", at("edge.csv"), "--out", at(out), ...more],
  ]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
  file("policy.yaml", [POLICY]);
  file("logs.csv", logs());
  file("edge.csv", edge());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("fleetlens policy audit", () => {
  it("tells week by week how far vehicles and replay agree, and why not", () => {
    const { code, stdout, stderr } = run("audit");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("13 events of vehicles, 12 of the replay, 11 of both");
    expect(readdirSync(at("audit")).sort()).toEqual(["audit.json", "differences.parquet", "report.html"]);
    const result = AuditFileSchema.parse(JSON.parse(readFileSync(at("audit/audit.json"), "utf8")));
    expect(
      result.weeks.map(({ week, matched, edge_only, cloud_only }) => [week, matched, edge_only, cloud_only]),
    ).toEqual([
      ["2026-01-05", 6, 0, 0],
      ["2026-01-12", 5, 2, 1],
    ]);
    expect(result.weeks[0]).toMatchObject({ agreement: 1, lower: 1, upper: 1, vehicles: 6 });
    expect(result.weeks[0].onset_difference_ms?.median).toBe(-500);
    // v0 had version 1.9.0, which tells both its own event and the one it missed; after v1's stray the log has ended.
    expect(result.total.causes).toMatchObject({ version: 2, missing_rows: 1, unexplained: 0 });
    expect(result.versions).toEqual([
      { version: "1.9.0", events: 1, matched: 0 },
      { version: "2.0.0", events: 12, matched: 11 },
    ]);
    const to = new Date(MONDAY + WEEK + 59_000).toISOString().replace(".000Z", "Z");
    expect(result.input).toEqual({ rows: 720, duplicates: 0, dropped: 0, edge_events: 13, to });
    expect(readFileSync(at("audit/report.html"), "utf8")).toContain("Audit of policy 2.0.0");
  });

  it("gives the same bytes again, and its file renders to the same report", () => {
    expect(run("again").code).toBe(0);
    for (const name of readdirSync(at("audit"))) {
      expect(readFileSync(at(`again/${name}`))).toEqual(readFileSync(at(`audit/${name}`)));
    }
    const { code } = fleetlens(["report", "render", at("audit/audit.json"), "--to", "html", "--out", at("rendered")]);
    expect(code).toBe(0);
    expect(readFileSync(at("rendered/policy_audit.html"), "utf8")).toBe(readFileSync(at("audit/report.html"), "utf8"));
  });

  it("takes the events of a backtest, with which it agrees in full", () => {
    const backtest = ["backtest", "--policy", at("policy.yaml"), "--logs", at("logs.csv"), "--out", at("backtest")];
    expect(fleetlens(backtest).code).toBe(0);
    const { code } = run("same", "--edge-events", at("backtest/events.parquet"));
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(at("same/audit.json"), "utf8")).total).toMatchObject({ matched: 12, agreement: 1 });
  });

  it("matches positions to roads with the options of the map", () => {
    // Rows lie 20 m beside the road; one of them is over the limit.
    const road =
      '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"edge_id":"1","speed_limit_mps":10},';
    file("roads.geojson", [`${road}"geometry":{"type":"LineString","coordinates":[[11.5,48.1],[11.51,48.1]]}}]}`]);
    file("map.yaml", [
      'schema: fleetlens.policy/1\nversion: "2.0.0"\nsignals:\n  map_speed_over_limit_mps: {unit: m/s, range: [-70, 70]}',
      "triggers:\n  - id: speeding\n    when: {mode: all, conditions:",
      '      [{name: over, signal: map_speed_over_limit_mps, op: ">=", enter: 3}]}',
    ]);
    const rows = [5, 5, 15, 5].map((speed, s) => `v0,${MONDAY + 1000 * s},48.10018,${11.501 + 0.0001 * s},${speed}`);
    file("map.csv", ["vehicle_id,ts,lat,lon,speed_mps", ...rows]);
    file("map-edge.csv", [EDGE_HEAD, `speeding,v0,${MONDAY + 2000},,2.0.0,3,`]);
    const audit = (out: string, ...more: string[]) => {
      const files = ["--policy", at("map.yaml"), "--logs", at("map.csv"), "--edge-events", at("map-edge.csv")];
      const { code, stderr } = run(out, ...files, "--road-graph", at("roads.geojson"), ...more);
      expect([code, stderr]).toEqual([0, ""]);
      return AuditFileSchema.parse(JSON.parse(readFileSync(at(`${out}/audit.json`), "utf8")));
    };
    expect(audit("wide").total).toMatchObject({ edge: 1, cloud: 1, matched: 1 });
    const near = audit("near", "--radius-m", "10", "--sigma-m", "2", "--beta-m", "1");
    expect(near.total).toMatchObject({ edge: 1, cloud: 0, matched: 0 });
    expect(near.createdFrom.options).toMatchObject({ sigma_m: 2, beta_m: 1, radius_m: 10 });
    const refused = run("none", "--radius-m", "0");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--radius-m")]);
  });

  it("names what is wrong and writes nothing", () => {
    file("bad.csv", [EDGE_HEAD, `hard_brake,v0,${MONDAY + 10},${MONDAY},2.0.0,,`]);
    const bad = run("none", "--edge-events", at("bad.csv"));
    expect(bad.code).toBe(2);
    expect(bad.stderr).toMatch(/bad\.csv.*end_ts.*row 1|bad\.csv.*row 1.*end_ts/);
    file("lacks.csv", ["trigger_id,vehicle_id", "hard_brake,v0"]);
    const lacks = run("none", "--edge-events", at("lacks.csv"));
    expect([lacks.code, lacks.stderr]).toEqual([2, expect.stringContaining("onset_ts")]);
    file("broken.yaml", [POLICY.replace("-0.25", "-3")]);
    const broken = run("none", "--policy", at("broken.yaml"));
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining("/triggers/0/when/conditions/0/enter")]);
    expect(existsSync(at("none"))).toBe(false);
  });
});
