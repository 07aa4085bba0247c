import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  GcExplanationSchema,
  GcReconciliationSchema,
  GcVerificationSchema,
  GcWhatIfSchema,
} from "../../src/ingest/gc/plan/index.js";
import { GcRefusalSchema } from "../../src/ingest/gc/plan/refusal-schema.js";
import { readBack } from "../unit/ingest/files.js";
import { fleetlens } from "./program.js";

let folder: string;
const at = (name: string) => join(folder, name);
const INPUTS = [
  ...["--objects", "fixtures/gc/objects.csv", "--edges", "fixtures/gc/edges.csv"],
  ...["--policy", "fixtures/gc/retention_policy.yaml", "--protections", "fixtures/gc/protections.csv"],
  ...["--holds", "fixtures/gc/holds.csv", "--erasures", "fixtures/gc/erasures.csv", "--as-of", "2026-09-01T00:00:00Z"],
];
/** The inputs with some options given otherwise; null leaves one out. */
function inputs(change: Record<string, string | null> = {}): string[] {
  const pairs = Array.from({ length: INPUTS.length / 2 }, (_, i) => [INPUTS[2 * i], INPUTS[2 * i + 1]]);
  const options = new Map<string, string | null>([...pairs, ...Object.entries(change)] as [string, string | null][]);
  return [...options].flatMap(([name, value]) => (value === null ? [] : [name, value]));
}
const gc = (...args: string[]) => fleetlens(["gc", ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  const { code, stdout, stderr } = gc("plan", ...INPUTS, "--out", at("plan"));
  expect([code, stderr.split("\n").filter((line) => !line.startsWith("warning: "))]).toEqual([0, [""]]);
  expect(stdout).toMatch(/^May go: \d+ objects, [\d.]+ \wiB, about \$[\d.]+ a month saved\nStays: {2}\d+ objects/);
  expect(stdout).toMatch(/\nPlan [0-9a-f]{12} in .*plan; run gc verify before each phase\n$/);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `objects.csv` of the fixtures without some objects, and with changes to the others. */
async function objectsAfter(
  name: string,
  keep: (id: string) => boolean,
  change = (line: string) => line,
): Promise<string> {
  const [header, ...lines] = (await readFile("fixtures/gc/objects.csv", "utf8")).trimEnd().split("\n");
  const rows = lines.filter((line) => keep(line.split(",")[0])).map(change);
  await writeFile(at(name), `${[header, ...rows].join("\n")}\n`);
  return at(name);
}

describe("fleetlens gc plan", () => {
  it("writes the folder of the contract", async () => {
    const names = (await readdir(at("plan"))).sort();
    expect(names).toEqual([
      "actions",
      "candidates.parquet",
      "integrity.json",
      "kept.parquet",
      "report.json",
      "roots.parquet",
    ]);
    const actions = await readdir(at("plan/actions"));
    for (const name of ["s3_batch_delete.csv", "s3_transition_GLACIER.csv", "wandb_keep.json", "restore_drill.csv"]) {
      expect(actions).toContain(name);
    }
  });

  it("prints one line for machines with --json", async () => {
    const { code, stdout, stderr } = gc("plan", ...INPUTS, "--out", at("json"), "--json");
    const line = JSON.parse(stdout);
    expect([code, stderr]).toEqual([0, ""]);
    expect(Object.keys(line)).toEqual(["schema", "command", "ok", "outputs", "warnings", "summary"]);
    expect(line).toMatchObject({ schema: "fleetlens.cli/1", command: "gc plan", ok: true });
    expect(Object.keys(line.summary)).toEqual([
      "status",
      "candidates",
      "kept",
      "plan_digest",
      "approvals_needed",
      "method",
    ]);
    expect(line.outputs.at(-1)).toBe(join(at("json"), "report.json"));
    expect(line.warnings.join("\n")).toMatch(/conflict.*second approval[\s\S]*golden\/radar-2023/);
    for (const name of ["report.json", "candidates.parquet", "kept.parquet"]) {
      const [one, other] = await Promise.all(["plan", "json"].map((dir) => readFile(join(at(dir), name))));
      expect(one.equals(other), name).toBe(true);
    }
  });

  it("refuses with exit code 2 and error.json alone", async () => {
    await writeFile(at("bad.yaml"), "schema_version: 2\n");
    const { code, stdout, stderr } = gc(
      "plan",
      ...inputs({ "--policy": at("bad.yaml") }),
      "--out",
      at("refused"),
      "--json",
    );
    expect([code, await readdir(at("refused"))]).toEqual([2, ["error.json"]]);
    const message = `${at("bad.yaml")}: schema_version must be 1, got 2`;
    expect(stderr).toBe(`E_POLICY: ${message}\n`);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, exitCode: 2, error: { code: "E_POLICY", message } });
    const written = JSON.parse(await readFile(join(at("refused"), "error.json"), "utf8"));
    expect(GcRefusalSchema.parse(written)).toMatchObject({
      code: "E_POLICY",
      message,
    });
  });

  it("wants edges, or to be told that there are none; and times that are times", () => {
    const without = inputs({ "--edges": null });
    expect(gc("plan", ...without, "--out", at("edgeless"))).toMatchObject({
      code: 2,
      stderr: /no edges were given/ as never,
    });
    expect(gc("plan", ...without, "--allow-no-edges", "--out", at("edgeless")).code).toBe(0);
    expect(gc("plan", ...inputs({ "--as-of": "soon" }), "--out", at("soon"))).toMatchObject({
      code: 2,
      stderr: /^E_USAGE: .*--as-of/ as never,
    });
    expect(gc("plan", ...inputs({ "--as-of": null }), "--out", at("soon")).stderr).toMatch(/required option '--as-of/);
    expect(gc("plan", ...INPUTS).stderr).toMatch(/required option '--out/);
    expect(gc("plan", ...INPUTS, "--threads", "0", "--out", at("soon")).code).toBe(2);
    expect(existsSync(at("soon"))).toBe(false);
  });

  it("stops at a limit of the policy with exit code 4, a report and no candidates", async () => {
    const text = await readFile("fixtures/gc/retention_policy.yaml", "utf8");
    await writeFile(at("fuse.yaml"), text.replace("max_delete_fraction: 0.8", "max_delete_fraction: 0.001"));
    const { code, stdout } = gc("plan", ...inputs({ "--policy": at("fuse.yaml") }), "--out", at("fused"));
    expect(code).toBe(4);
    expect(stdout).toMatch(
      /^STOPPED by a limit of the policy \(max_delete_fraction is 0\.001, the plan had 0\.\d+\): no candidates/,
    );
    expect((await readdir(at("fused"))).sort()).toEqual([
      "candidates.parquet",
      "integrity.json",
      "kept.parquet",
      "report.json",
      "roots.parquet",
    ]);
    expect(JSON.parse(await readFile(join(at("fused"), "report.json"), "utf8")).status).toBe("fused");
    expect(await readBack(join(at("fused"), "candidates.parquet"))).toEqual([]);
    expect(gc("verify", ...INPUTS, "--plan", at("fused")).code).toBe(2);
  });

  it("walks on disk when memory is scarce, to the same plan", async () => {
    expect(gc("plan", ...INPUTS, "--max-memory", "150MB", "--threads", "1", "--out", at("disk")).code).toBe(0);
    const [one, other] = await Promise.all(
      ["plan", "disk"].map(async (dir) => JSON.parse(await readFile(join(at(dir), "report.json"), "utf8"))),
    );
    expect([other.method, { ...other, method: "memory" }]).toEqual(["disk", one]);
  });
});

describe("fleetlens gc verify", () => {
  it("prints the keys of the contract and exits with 0, and with 3 when a row is revoked", async () => {
    const { plan_digest } = JSON.parse(await readFile(join(at("plan"), "report.json"), "utf8"));
    const { code, stdout } = gc("verify", ...INPUTS, "--plan", at("plan"));
    expect([code, JSON.parse(stdout)]).toEqual([0, { ok: true, plan_digest, revoked: [], problems: [] }]);

    const [first] = await readBack(join(at("plan"), "candidates.parquet"));
    const objects = await objectsAfter("less.csv", (id) => id !== first["id"]);
    const less = gc("verify", ...inputs({ "--objects": objects }), "--plan", at("plan"));
    expect([less.code, JSON.parse(less.stdout)]).toEqual([
      3,
      { ok: false, plan_digest, revoked: [{ id: first["id"], reason: "gone" }], problems: [] },
    ]);
    expect(GcVerificationSchema.safeParse(JSON.parse(less.stdout)).success).toBe(true);
    const json = gc("verify", ...inputs({ "--objects": objects }), "--plan", at("plan"), "--json");
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      3,
      { ok: true, command: "gc verify", summary: JSON.parse(less.stdout) },
    ]);
  });

  it("exits with 3 for a tampered file, and with 2 for a folder that holds no plan", async () => {
    await cp(at("plan"), at("tampered"), { recursive: true });
    await writeFile(join(at("tampered"), "actions/s3_batch_delete.csv"), "bucket,key\n");
    const { code, stdout } = gc("verify", ...INPUTS, "--plan", at("tampered"));
    expect([code, JSON.parse(stdout)]).toMatchObject([
      3,
      { ok: false, problems: ["actions/s3_batch_delete.csv was changed after the plan was made"] },
    ]);
    expect(gc("verify", ...INPUTS, "--plan", at("refused"))).toMatchObject({ code: 2, stderr: /error\.json/ as never });
    expect(gc("verify", ...INPUTS, "--plan", at("nowhere"))).toMatchObject({ code: 2, stderr: /no folder/ as never });
  });
});

describe("fleetlens gc explain", () => {
  it("says why, as text and as JSON", async () => {
    const rows = await readBack(join(at("plan"), "kept.parquet"));
    const row = rows.find(({ depth, reason }) => Number(depth) === 2 && reason === "reachable");
    const text = gc("explain", String(row?.["id"]), "--plan", at("plan"));
    expect(text.code).toBe(0);
    expect(text.stdout).toContain(`  Stays: it is needed, 2 steps away, by an object that is `);
    expect(text.stdout.trimEnd().split("\n").slice(-2)).toEqual([`    ${row?.["parent"]}`, `    ${row?.["root"]}`]);
    const json = gc("explain", String(row?.["id"]), "--plan", at("plan"), "--format", "json");
    const found = JSON.parse(json.stdout);
    expect(GcExplanationSchema.parse(found)).toEqual(found);
    expect(found).toMatchObject({ id: row?.["id"], action: "keep", reason: "reachable", rule: row?.["rule"] });
    expect(found.path).toEqual([row?.["id"], row?.["parent"], row?.["root"]]);
    const framed = JSON.parse(gc("explain", String(row?.["id"]), "--plan", at("plan"), "--json").stdout);
    expect(framed).toMatchObject({ command: "gc explain", summary: found });
  });

  it("refuses an id that there is not, and a format that there is not", () => {
    expect(gc("explain", "s3://none", "--plan", at("plan"))).toMatchObject({
      code: 2,
      stderr: /no object "s3:\/\/none"/ as never,
    });
    expect(gc("explain", "x", "--plan", at("plan"), "--format", "xml").code).toBe(2);
  });
});

describe("fleetlens gc what-if", () => {
  it("tells what is freed, by class and kind, as roots.parquet has it", async () => {
    const roots = await readBack(join(at("plan"), "roots.parquet"));
    const root = roots.find((row) => Number(row["exclusive_objects"]) > 0);
    const name = String(root?.["name"]);
    const { code, stdout } = gc("what-if", "--plan", at("plan"), "--drop", name);
    expect([code, stdout.split("\n")[0]]).toMatchObject([
      0,
      new RegExp(`^Without ${name} in addition ${root?.["exclusive_objects"]} objects?, `) as never,
    ]);
    const { summary } = JSON.parse(gc("what-if", "--plan", at("plan"), "--drop", name, "--json").stdout);
    expect(summary.freed).toEqual({
      objects: Number(root?.["exclusive_objects"]),
      bytes: Number(root?.["exclusive_bytes"]),
    });
    expect(GcWhatIfSchema.parse(summary)).toEqual(summary);
    for (const groups of [summary.by_class, summary.by_kind]) {
      expect(groups.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0)).toBe(summary.freed.bytes);
    }
    const all = roots.map((row) => row["name"]).join(",");
    expect(
      JSON.parse(gc("what-if", "--plan", at("plan"), "--drop", all, "--json").stdout).summary.freed.objects,
    ).toBeGreaterThan(summary.freed.objects);
  });

  it("refuses a name that there is not", () => {
    const { code, stderr } = gc("what-if", "--plan", at("plan"), "--drop", "prod/lidar-de");
    expect([code, stderr]).toMatchObject([
      2,
      /no protection, hold or object is named "prod\/lidar-de"; the nearest is "prod\/lidar-det"/ as never,
    ]);
    expect(gc("what-if", "--plan", at("plan"), "--drop", ",").code).toBe(2);
  });
});

describe("fleetlens gc reconcile", () => {
  it("is content when only what was planned went, and raises the alarm with exit code 3 otherwise", async () => {
    const candidates = await readBack(join(at("plan"), "candidates.parquet"));
    const gone = new Set(candidates.filter(({ action }) => action === "delete").map(({ id }) => String(id)));
    const reconciled = (objects: string, ...more: string[]) =>
      gc("reconcile", "--plan", at("plan"), "--objects", objects, "--as-of", "2026-09-08T00:00:00Z", ...more);
    const good = reconciled(await objectsAfter("good.csv", (id) => !gone.has(id)));
    expect([good.code, good.stdout.split("\n")[0]]).toEqual([0, "Nothing went that was not planned"]);
    expect(good.stdout).toContain(`planned and gone:    ${gone.size} objects`);

    const [kept] = await readBack(join(at("plan"), "kept.parquet"));
    const bad = await objectsAfter("bad.csv", (id) => id !== kept["id"]);
    const alarm = reconciled(bad);
    expect([alarm.code, alarm.stdout]).toMatchObject([
      3,
      /^ALARM: 1 object, .* went that the plan did not let go\n/ as never,
    ]);
    const { summary } = JSON.parse(reconciled(bad, "--json").stdout);
    expect(Object.keys(summary)).toEqual([
      "ok",
      "plan_digest",
      "planned_and_gone",
      "planned_but_present",
      "gone_but_not_planned",
      "new",
      "by_class",
    ]);
    expect(GcReconciliationSchema.parse(summary)).toEqual(summary);
    expect(summary.gone_but_not_planned).toEqual({ objects: 1, bytes: Number(kept["size_bytes"]), ids: [kept["id"]] });
    expect(gc("reconcile", "--plan", at("plan"), "--objects", bad, "--as-of", "2026-08-01T00:00:00Z").code).toBe(2);
  });
});

it.each(["plan", "verify", "explain", "what-if", "reconcile", "ingest"])(
  "fleetlens gc %s --help has examples",
  (name) => {
    const { code, stdout } = gc(name, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: fleetlens gc ${name} `);
    expect(stdout).toMatch(new RegExp(`Examples:\\n(.*\\n)*? *\\$? ?fleetlens gc ${name} `));
  },
);

it("fleetlens report render makes a page of report.json, as the help of plan says", async () => {
  const said = /fleetlens (report render) plan\/report\.json (--to html) --out/.exec(gc("plan", "--help").stdout);
  expect(said).not.toBeNull();
  const { code } = fleetlens(["report", "render", at("plan/report.json"), "--to", "html", "--out", at("page")]);
  const [name] = await readdir(at("page"));
  expect([code, name]).toEqual([0, expect.stringMatching(/\.html$/)]);
  const page = await readFile(join(at("page"), name), "utf8");
  expect(page).toMatch(/^<!doctype html>/i);
  expect(page).toContain("wandb_run");
});
