import { describe, expect, it } from "vitest";
import { VERSION } from "../../src/core/version.js";
import { fleetlens } from "./program.js";

interface Line {
  part: string;
  status: string;
  required: boolean;
  detail: string;
}

function checksOf(stdout: string): Record<string, Line> {
  const result = JSON.parse(stdout);
  const checks: Line[] = (result.summary ?? result.error.details).checks;
  return Object.fromEntries(checks.map((line) => [line.part, line]));
}

/** The tensor packages that not every machine has. */
const NATIVE = ["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu", "webgpu"];

describe("fleetlens doctor", () => {
  it("prints a table and ends with 0 when every required part works", () => {
    const { code, stdout, stderr } = fleetlens(["doctor"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const [title, ...lines] = stdout.trimEnd().split("\n");
    expect(title).toBe(`fleetlens ${VERSION}`);
    expect(lines.map((line) => line.slice(0, 7).trim())).toEqual(expect.arrayContaining(["ok"]));
    for (const line of lines) expect(line).toMatch(/^(ok {5}|missing|failed ) {2}\S+ +\S/);
    for (const part of ["node", "engine", "time-zones", "temp", "fonts"]) {
      expect(stdout).toMatch(new RegExp(`^ok +${part} `, "m"));
    }
  });

  it("tells machines the versions and what each part is", () => {
    const { code, stdout } = fleetlens(["doctor", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "fleetlens.cli/1",
      command: "doctor",
      ok: true,
      summary: { version: VERSION, node: process.versions.node, platform: process.platform, arch: process.arch },
    });
    const checks = checksOf(stdout);
    expect(checks["engine"].detail).toMatch(/^DuckDB v?\d+\.\d+\.\d+ opens and answers$/);
    expect(checks["fonts"].detail).toMatch(/^DejaVu Sans 2\./);
    expect(checks["time-zones"].detail).toContain("Europe/Berlin right");
    expect(checks["neural"]).toMatchObject({ status: "ok", required: false });
    expect(checks["neural"].detail).toMatch(/^auto takes (cuda|node|webgpu|wasm): \S/);
  });

  it("says that neural models and Spark are off and what to install, and ends with 0", () => {
    const { code, stdout } = fleetlens(["doctor", "--json"], {
      without: [...NATIVE, "@tensorflow/tfjs", "hive-driver"],
    });
    expect(code).toBe(0);
    const { neural, spark } = checksOf(stdout);
    expect([neural.status, spark.status]).toEqual(["missing", "missing"]);
    expect(neural.detail).toMatch(
      /^neural models are off: no tensor backend .*; npm install @tensorflow\/tfjs @tensorflow\//,
    );
    expect(spark.detail).toContain("hive-driver is not installed");
  });

  it("says which tensor backend is taken, and why no faster one is", () => {
    const { code, stdout, stderr } = fleetlens(["doctor", "--require", "neural"], { without: NATIVE });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^ok +neural +auto takes wasm: WebAssembly with SIMD, tfjs 4\.\d+\.\d+; not cuda: @tensorflow\/tfjs-node-gpu is not installed; not node: .*; not webgpu: webgpu is not installed; not tried, since slower: cpu$/m,
    );
    const off = fleetlens(["doctor", "--require", "neural"], { without: [...NATIVE, "@tensorflow/tfjs"] });
    expect(off.code).toBe(3);
    expect(off.stderr).toMatch(/^warning: --require neural: neural models are off: .*\n$/);
  });

  it("ends with 3 when a part asked for is missing, and names it", () => {
    const options = { without: ["@resvg/resvg-js"] };
    const { code, stdout, stderr } = fleetlens(["doctor", "--require", "png"], options);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^missing {2}png /m);
    expect(stderr).toBe("warning: --require png: PNG is off: the package @resvg/resvg-js is not installed\n");
    expect(fleetlens(["doctor"], options).code).toBe(0);
  });

  it("ends with 3 when PDF is asked for and the browser does not start", () => {
    const { code, stdout } = fleetlens(["doctor", "--require", "pdf,engine", "--json"], {
      env: { CHROMIUM_PATH: "/nowhere/chromium" },
    });
    expect(code).toBe(3);
    expect(checksOf(stdout)["pdf"]).toMatchObject({ status: "missing", required: false });
    expect(JSON.parse(stdout).warnings).toEqual([expect.stringContaining("--require pdf: PDF is off")]);
  });

  it("ends with 4 when the engine does not open, and still shows what works", () => {
    const without = ["@duckdb/node-api"];
    const text = fleetlens(["doctor"], { without });
    expect(text.code).toBe(4);
    expect(text.stdout).toMatch(/^failed +engine .*npm install @duckdb\/node-api$/m);
    expect(text.stdout).toMatch(/^ok +time-zones /m);
    expect(text.stderr).toMatch(/^E_ENGINE: engine: DuckDB does not answer: .*\n$/);
    const json = fleetlens(["doctor", "--json"], { without });
    expect(json.code).toBe(4);
    expect(checksOf(json.stdout)["engine"].status).toBe("failed");
  });

  it("names a temporary folder that cannot be written, which stops the engine too", () => {
    const { code, stderr } = fleetlens(["doctor"], { env: { TMPDIR: "package.json" } });
    expect(code).toBe(4);
    expect(stderr).toMatch(/temp: .* is not writable .*set TMPDIR/);
  });

  it("ends with 3 when another required part does not work", () => {
    const { code, stderr } = fleetlens(["doctor"], { without: ["dejavu-fonts-ttf"] });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^E_DOCTOR: fonts: .*npm install dejavu-fonts-ttf\n$/);
  });

  it("refuses an unknown part, naming those there are", () => {
    const { code, stdout, stderr } = fleetlens(["doctor", "--require", "png,gpu"]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain('unknown part "gpu"; the parts are node, engine,');
  });
});
