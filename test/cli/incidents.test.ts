import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { incidentList } from "../../fixtures/incidents-result.js";
import { type IncidentsFile, IncidentsFileSchema, incidentMetrics } from "../../src/incident/index.js";
import { copyTo } from "../unit/ingest/files.js";
import { fleetlens } from "./program.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const HEAD = "incident_id,severity,service,started_at,detected_at,acknowledged_at,resolved_at";

function file(name: string, rows: readonly string[], head = HEAD): string {
  writeFileSync(at(name), `${[head, ...rows].join("\n")}\n`);
  return at(name);
}

const read = (name: string): IncidentsFile => IncidentsFileSchema.parse(JSON.parse(readFileSync(at(name), "utf8")));
const run = (input: string, out: string) => fleetlens(["incidents", input, "--out", at(out)]);

const ROWS = [
  "a,SEV1,api,2026-09-01T00:00:00Z,2026-09-01T00:02:00Z,2026-09-01T00:05:00Z,2026-09-01T01:00:00Z",
  "b,SEV3,web,2026-09-01T01:40:00Z,2026-09-01T01:50:00Z,2026-09-01T02:10:00Z,2026-09-01T06:40:00Z",
  "c,sev-1,api,2026-09-02T00:00:00Z,2026-09-02T00:10:00Z,2026-09-02T00:16:00Z,2026-09-02T01:00:00Z",
  "d,P2,api,2026-09-02T09:20:00Z,2026-09-02T09:24:00Z,,",
];

describe("fleetlens incidents", () => {
  it("writes the four means, overall and by severity and service", () => {
    const { code, stdout, stderr } = run(file("incidents.csv", ROWS), "m.json");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("4 incidents, 1 of them open");
    const result = read("m.json");
    expect(result.schema).toBe("fleetlens.incidents/1");
    expect(result.overall).toMatchObject({
      n: 4,
      mttdSeconds: (60 * (2 + 10 + 10 + 4)) / 4,
      mttaSeconds: (60 * (3 + 20 + 6)) / 3,
      mttrSeconds: (60 * (60 + 300 + 60)) / 3,
      mtbfSeconds: (60 * (1380 + 500)) / 2,
    });
    expect(Object.keys(result.bySeverity)).toEqual(["P2", "SEV1", "SEV3"]);
    expect(result.byService["web"]).toMatchObject({ n: 1, mttdSeconds: 600, mtbfSeconds: null });
    expect(result.breaches.map(({ incidentId }) => incidentId)).toEqual(["c"]);
    expect(result.response["P2"]).toEqual({ limitSeconds: 900, judged: 0, breaches: 0, pending: 1 });
    expect(result.createdFrom.inputs).toMatchObject([{ name: at("incidents.csv"), rows: 4 }]);
  });

  it("does not depend on the order of rows, nor on the format of the file", async () => {
    const strip = ({ createdFrom: _, ...rest }: IncidentsFile) => rest;
    expect(run(file("back.csv", [...ROWS].reverse()), "back.json").code).toBe(0);
    expect(strip(read("back.json"))).toEqual(strip(read("m.json")));
    const values = ROWS.map(
      (row) =>
        `(${row
          .split(",")
          .map((cell) => (cell ? `'${cell}'` : "NULL"))
          .join(", ")})`,
    );
    const stamps = ["started_at", "detected_at", "acknowledged_at", "resolved_at"].map(
      (name) => `${name}::TIMESTAMPTZ AS ${name}`,
    );
    const sql = `SELECT incident_id, severity, service, ${stamps.join(", ")} FROM (VALUES ${values.join(", ")}) r(${HEAD})`;
    expect(run(await copyTo(at("incidents.parquet"), sql), "parquet.json").code).toBe(0);
    expect(strip(read("parquet.json"))).toEqual(strip(read("m.json")));
  });

  it("is the library's answer on half a year, with offsets and Unix times alike", () => {
    const all = incidentList();
    const times = ({ startedAt, detectedAt, acknowledgedAt, resolvedAt }: (typeof all)[number]) => [
      startedAt,
      detectedAt,
      acknowledgedAt,
      resolvedAt,
    ];
    const rows = (time: (ms: number) => string) =>
      all.map((one) =>
        [one.incidentId, one.severity, one.service, ...times(one).map((ms) => (Number.isNaN(ms) ? "" : time(ms)))].join(
          ",",
        ),
      );
    const zoned = (ms: number) => `${new Date(ms + 7_200_000).toISOString().slice(0, 19)}+02:00`;
    expect(run(file("zoned.csv", rows(zoned)), "zoned.json").code).toBe(0);
    expect(read("zoned.json")).toMatchObject(incidentMetrics(all));
    const unix = run(
      file(
        "unix.csv",
        rows((ms) => String(ms / 1000)),
      ),
      "unix.json",
    );
    expect([unix.code, unix.stderr]).toEqual([0, expect.stringContaining("was read as Unix time in seconds")]);
    expect(read("unix.json").overall).toEqual(read("zoned.json").overall);
  });

  it("takes a file without rows, and incidents without severity or service", () => {
    expect(run(file("none.csv", []), "none.json").code).toBe(0);
    expect(read("none.json").overall).toMatchObject({ n: 0, mttdSeconds: null });
    const bare = run(file("bare.csv", ["a,,,2026-09-01T00:00:00Z,,,", "a,,web,2026-09-01T00:00:00Z,,,"]), "bare.json");
    expect(bare.code).toBe(0);
    expect(Object.keys(read("bare.json").byService)).toEqual(["unknown", "web"]);
    expect(bare.stderr).toContain("incidents with rows of several services: 1; each row counts as one");
  });

  it.each<[string, string[], string | undefined, RegExp]>([
    ["a missing column", ["a,SEV1"], "incident_id,severity", /bad\.csv: no column "service"/],
    [
      "resolved before started",
      [ROWS[0], "x,SEV1,api,2026-09-01T01:00:00Z,,,2026-09-01T00:00:00Z"],
      HEAD,
      /bad\.csv row 2: column "resolved_at": got "2026-09-01T00:00:00Z", expected a time not before started_at/,
    ],
    [
      "acknowledged before detected",
      ["x,SEV1,api,2026-09-01T01:00:00Z,2026-09-01T01:10:00Z,2026-09-01T01:05:00Z,"],
      HEAD,
      /row 1: column "acknowledged_at": .*not before detected_at/,
    ],
    ["a time that is none", ["x,SEV1,api,yesterday,,,"], HEAD, /row 1: column "started_at": got "yesterday"/],
    [
      "an incident that a service has twice",
      [ROWS[0], ROWS[0]],
      HEAD,
      /row 1 and .*bad\.csv row 2: column "incident_id": incident "a" of service "api" is there twice/,
    ],
    [
      "an incident without an id",
      [",SEV1,api,2026-09-01T01:00:00Z,,,"],
      HEAD,
      /row 1: column "incident_id": got an empty cell, expected an id/,
    ],
  ])("ends with 2 and writes nothing on %s", (_what, rows, head, message) => {
    const { code, stdout, stderr } = run(file("bad.csv", rows, head), "never.json");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain("never.json");
  });

  it("becomes a report", () => {
    const { code, stderr } = fleetlens([
      "report",
      "render",
      at("zoned.json"),
      "--to",
      "html,md",
      "--out",
      at("reports"),
    ]);
    expect(code, stderr).toBe(0);
    expect(readFileSync(at("reports/incidents.md"), "utf8")).toContain("## Which services?");
  });
});
