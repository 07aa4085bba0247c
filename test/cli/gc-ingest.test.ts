import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LINEAGE_SOURCES } from "../../src/ingest/gc/ingest-lineage.js";
import { fleetlens } from "./program.js";

const GOLDEN = resolve(import.meta.dirname, "../golden/gc-ingest");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = (source: string, input: string, ...extra: string[]) => fleetlens(["gc", "ingest", source, input, ...extra]);

describe("fleetlens gc ingest", () => {
  it.each(LINEAGE_SOURCES)("reads an export of %s", async (source) => {
    const input = join(GOLDEN, source, source === "logs" ? "in/listing.jsonl" : "in");
    const { code, stdout } = run(source, input, "--out", at(source), "--json");
    expect(code).toBe(0);
    const { command, ok, outputs, summary } = JSON.parse(stdout);
    expect([command, ok]).toEqual(["gc ingest", true]);
    expect(outputs).toEqual(["objects", "edges"].map((name) => join(at(source), `${name}.parquet`)));
    expect(outputs.every(existsSync)).toBe(true);
    expect(summary).toEqual({ source, objects: expect.any(Number), edges: expect.any(Number) });
    expect(summary.objects).toBeGreaterThan(0);
  });

  it("tells a person the counts, and warnings on stderr", () => {
    const { code, stdout, stderr } = run("s3-inventory", join(GOLDEN, "s3-inventory/in"), "--out", at("text"));
    expect([code, stdout]).toEqual([0, `31 objects, 2 edges -> ${at("text")}\n`]);
    expect(stderr).toMatch(
      /^warning: 1 incomplete uploads .*\nwarning: 1 older inventories .*\nwarning: the ids carry versions: .*\n$/,
    );
  });

  it("takes over an earlier listing, and the metric of runs", () => {
    expect(run("s3-inventory", join(GOLDEN, "s3-inventory/in"), "--out", at("s3")).code).toBe(0);
    const onto = join(at("s3"), "objects.parquet");
    const args = ["--onto", onto, "--metric", "val_loss", "--out", at("both"), "--json"];
    const { code, stdout } = run("mlflow", join(GOLDEN, "mlflow/in"), ...args);
    expect([code, JSON.parse(stdout).summary.objects > 31]).toEqual([0, true]);
  });

  it("refuses an export that is not whole with exit code 2, in one line, and writes nothing", async () => {
    const { code, stdout, stderr } = run("iceberg", join(GOLDEN, "wandb/in"), "--out", at("none"));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^E_INPUT: .*wandb\/in: holds no metadata\/\*\.metadata\.json; name the folder of a table or of a warehouse\n$/,
    );
    expect(await readdir(at("none"))).toEqual([]);
    const json = run("oci", at("absent"), "--out", at("none"), "--json");
    expect([json.code, JSON.parse(json.stdout).error.code]).toEqual([2, "E_INPUT"]);
  });

  it("refuses mistakes of usage with exit code 2", () => {
    const cases: [string[], RegExp][] = [
      [
        ["gcs", "in", "--out", "x"],
        /^E_USAGE: .*'gcs' is invalid.*s3-inventory, iceberg, dvc, wandb, mlflow, oci, opensearch, logs/,
      ],
      [["oci", "in"], /^E_USAGE: .*--out/],
      [["oci", "--out", "x"], /^E_USAGE: .*missing required argument 'in'/],
      [["oci", "in", "--out", "x", "--into", "y"], /^E_USAGE: unknown option '--into'/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = fleetlens(["gc", "ingest", ...args]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
  });

  it("explains every export in its help, without heavy packages", () => {
    const { code, stdout } = fleetlens(["gc", "ingest", "--help"], { without: ["@duckdb/node-api", "zod", "yaml"] });
    expect(code).toBe(0);
    for (const source of LINEAGE_SOURCES) expect(stdout).toMatch(new RegExp(`^ {2}${source} +\\S`, "m"));
    expect(stdout).toMatch(/Examples:\n {2}\$ fleetlens gc ingest s3-inventory/);
  });
});
