import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DriftFile, DriftFileSchema, DriftProfileFileSchema } from "../../src/drift/index.js";
import { openDuckDb } from "../../src/engine/index.js";
import { fleetlens } from "./program.js";

const FRAMES = "fixtures/drift";
const DATA = join("..", "shared", "data");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const read = (name: string): DriftFile => DriftFileSchema.parse(JSON.parse(readFileSync(at(name), "utf8")));

function csv(name: string, lines: readonly string[]): string {
  writeFileSync(at(name), `${lines.join("\n")}\n`);
  return at(name);
}

/** Writes the rows of a query as a file. */
async function written(name: string, sql: string, from: string[] = []): Promise<string> {
  const engine = await openDuckDb({ allowedFiles: [...from, at(name)] });
  try {
    const format = name.endsWith(".csv") ? "csv" : "parquet";
    await engine.run(`COPY (${sql}) TO ${engine.dialect.literal(at(name))} (FORMAT ${format})`);
    return at(name);
  } finally {
    await engine.close();
  }
}

function run(reference: string, current: string, out: string, ...more: string[]) {
  return fleetlens(["drift", "--reference", reference, "--current", current, "--out", at(out), ...more]);
}

const frames = (out: string, ...more: string[]) =>
  run(`${FRAMES}/reference.parquet`, `${FRAMES}/current.parquet`, out, "--time", "time", ...more);

const verdicts = ({ features }: DriftFile) =>
  Object.fromEntries(features.filter((e) => !e.slice && !e.window).map((e) => [e.feature, e.verdict]));

describe("fleetlens drift", () => {
  it("tells what drifted, the same bytes each time", () => {
    const { code, stdout, stderr } = frames("drift.json");
    expect([code, stderr]).toEqual([0, ""]);
    const keys = Object.keys(JSON.parse(readFileSync(at("drift.json"), "utf8")));
    expect(keys.slice(0, 3)).toEqual(["schema", "version", "createdFrom"]);
    const file = read("drift.json");
    expect(verdicts(file)).toEqual({
      ...{ score: "drift", prediction: "drift", brightness: "drift", weather: "drift", object: "drift" },
      ...{ latency_ms: "drift", city: "stable", camera: "stable", speed_kmh: "stable", distance_m: "stable" },
      ...{ temperature_c: "stable", night: "stable" },
    });
    expect(file.rows).toEqual({ reference: 6000, current: 6000 });
    expect(file.dataset).toMatchObject({ n_drift: 6, n_missing_drift: 1 });
    expect(file.columns).toEqual({ added: [], removed: ["label"], retyped: [] });
    const weather = file.features.find(({ feature }) => feature === "weather");
    expect(weather).toMatchObject({ kind: "categorical", slice: null, window: null, n_reference: 6000 });
    expect(weather?.new_levels).toEqual({ count: 1, names: ["snow"] });
    expect(file.createdFrom).toMatchObject({
      inputs: [
        { name: `${FRAMES}/reference.parquet`, rows: 6000 },
        { name: `${FRAMES}/current.parquet`, rows: 6000 },
      ],
      options: { time: "time", alpha: 0.05, correction: "bh", minN: 30, exactLimit: 2_000_000 },
      seed: 0,
    });
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("12 features, 6000 reference and 6000 current rows: 6 drifted, 6 stable, 0 inconclusive");
    expect(lines[2]).toMatch(/^ {2}score: KS distance 0\.\d+ \[0\.\d+, 0\.\d+\], adjusted p < 0\.0001$/);
    expect(stdout).toContain('columns only the reference has: "label"');
    frames("again.json");
    expect(readFileSync(at("again.json")).equals(readFileSync(at("drift.json")))).toBe(true);
  });

  it("says of few rows what they leave open and how many would do, and reads CSV as Parquet", async () => {
    const { code, stdout } = run(`${FRAMES}/few-reference.csv`, `${FRAMES}/few-current.csv`, "few.json");
    expect(code).toBe(0);
    const { features } = read("few.json");
    expect(features.find(({ feature }) => feature === "speed_kmh")).toMatchObject({
      verdict: "inconclusive",
      n_needed: 3371,
    });
    expect(features.some(({ feature }) => feature === "time")).toBe(false);
    expect(stdout).toMatch(/speed_kmh: KS distance .* with 300 and 300 rows, 3371 a side would tell/);
    const few = (side: string) =>
      written(
        `few-${side}.parquet`,
        `SELECT * EXCLUDE (n) FROM (SELECT *, row_number() OVER () AS n FROM '${FRAMES}/${side}.parquet') WHERE n % 20 = 1`,
        [`${process.cwd()}/${FRAMES}/${side}.parquet`],
      );
    run(await few("reference"), await few("current"), "few-parquet.json");
    expect(read("few-parquet.json").features).toEqual(features);
  });

  it("exits with 3 on drift when asked to, and with 0 without", () => {
    expect(frames("fail.json", "--fail-on", "drift").code).toBe(3);
    expect(existsSync(at("fail.json"))).toBe(true);
    expect(frames("calm.json", "--fail-on", "drift", "--features", "speed_kmh,camera").code).toBe(0);
    expect(read("calm.json").features.map(({ feature }) => feature)).toEqual(["camera", "speed_kmh"]);
  });

  it("looks at slices and windows, and tells when drift began", () => {
    frames("slices.json", "--slices", "city", "--window", "1d", "--features", "latency_ms,brightness");
    const { features, dataset } = read("slices.json");
    expect(features).toHaveLength(2 * 4 * 8);
    expect(features.some(({ feature }) => feature === "city")).toBe(false);
    const whole = features.filter(({ feature, window }) => feature === "latency_ms" && !window);
    expect(whole.map(({ slice, verdict }) => [slice?.["city"] ?? null, verdict])).toEqual([
      [null, "drift"],
      ["Hamburg", "inconclusive"],
      ["Munich", "inconclusive"],
      ["Turin", "drift"],
    ]);
    expect(dataset.first_drift).toContainEqual(
      expect.objectContaining({ feature: "brightness", slice: null, start: "2026-03-12T00:00:00Z" }),
    );
  });

  it("takes a threshold for all features and others for some", () => {
    frames("threshold.json", "--threshold", "0.12", "--threshold", "object=0.02", "--threshold", "score=0.3");
    const file = read("threshold.json");
    expect(file.features.find(({ feature }) => feature === "score")?.effect.threshold).toBe(0.3);
    expect(verdicts(file)).toMatchObject({ object: "drift", score: "stable", weather: "stable", brightness: "drift" });
    const { code, stderr } = frames("no.json", "--threshold", "wether=0.2");
    expect([code, existsSync(at("no.json"))]).toEqual([2, false]);
    expect(stderr).toContain('did you mean "weather"?');
  });

  it("writes every statistic, and Evidently's bins, when asked to", () => {
    frames("all.json", "--stats", "all", "--psi", "evidently");
    const { features } = read("all.json");
    const of = (name: string) => Object.keys(features.find(({ feature }) => feature === name)?.stats ?? {});
    expect(of("speed_kmh")).toEqual(
      expect.arrayContaining(["ks", "wasserstein", "psi", "energy", "mannwhitney", "cvm", "welch"]),
    );
    expect(of("weather")).toEqual(expect.arrayContaining(["chi2", "g", "js", "tvd", "hellinger"]));
  });

  it("saves the reference as a profile, which gives the same verdicts", () => {
    expect(frames("with.json", "--save-profile", at("profile.json")).code).toBe(0);
    DriftProfileFileSchema.parse(JSON.parse(readFileSync(at("profile.json"), "utf8")));
    const { code } = run(at("profile.json"), `${FRAMES}/current.parquet`, "by-profile.json", "--time", "time");
    expect(code).toBe(0);
    expect(verdicts(read("by-profile.json"))).toEqual(verdicts(read("with.json")));
  });

  it("sketches tables above --exact-limit", () => {
    expect(frames("sketched.json", "--exact-limit", "1000").code).toBe(0);
    const file = read("sketched.json");
    expect(file.features.find(({ feature }) => feature === "score")?.stats["ks"]).toHaveProperty("rank_error");
    frames("exact.json");
    expect(verdicts(file)).toEqual(verdicts(read("exact.json")));
    const { code, stderr } = frames("none.json", "--exact-limit", "1000", "--multivariate");
    expect([code, stderr]).toEqual([2, expect.stringContaining("--multivariate needs the rows of both tables")]);
  });

  it("prints one object for machines", () => {
    const { stdout } = frames("machine.json", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ schema: "fleetlens.cli/1", command: "drift", ok: true, outputs: [at("machine.json")] },
      summary: { entries: 12, n_drift: 6 },
    });
  });
});

describe("bad input of fleetlens drift", () => {
  const plain = () => csv("plain.csv", ["x,g", ...Array.from({ length: 50 }, (_, i) => `${i},a`)]);

  it.each([
    ["a missing file", ["nothing.csv"], /^E_INPUT: no file "nothing\.csv"/],
    ["an empty file", [() => csv("empty.csv", [])], /empty\.csv: the file is empty/],
    ["no rows", [() => csv("none.csv", ["x,g"])], /has no rows/],
    ["an unknown slice", [plain, "--slices", "city"], /plain\.csv: no column "city"/],
    ["an unknown feature", [plain, "--features", "y"], /plain\.csv: no column "y"/],
    ["windows without a time", [plain, "--window", "1d"], /--window needs --time/],
    ["a bad duration", [plain, "--time", "x", "--window", "1 day"], /duration must look like/],
    ["a bad share", [plain, "--alpha", "5"], /E_USAGE: .*expected a share/],
    ["a bad threshold", [plain, "--threshold", "x=much"], /E_USAGE: .*column=number/],
    ["a feature that is a slice", [plain, "--features", "x,g", "--slices", "g"], /"g" is named by --features/],
    [
      "a ragged row",
      [() => csv("ragged.csv", ["x,g", "1,a", "2"])],
      /ragged\.csv line 3: expected 2 fields as in the header, got 1/,
    ],
  ] as const)("is one line on stderr: %s", (_what, [current, ...more], message) => {
    const { code, stderr } = run(plain(), typeof current === "function" ? current() : current, "bad.json", ...more);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(at("bad.json"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes(".tmp"))).toEqual([]);
  });

  it("refuses whole numbers that would be rounded, with file, row, column and the fix", async () => {
    const big = await written("big.parquet", "SELECT 9007199254740990 + i AS id, i AS x FROM range(40) r(i)");
    const { code, stderr } = run(big, big, "bad.json");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /big\.parquet row 4: column "id": got "9007199254740993", expected a whole number or whole part within/,
    );
    expect(stderr).toContain("--features");
    expect(run(big, big, "narrow.json", "--features", "x").code).toBe(0);
  });

  it("refuses to write over an input", () => {
    const { code, stderr } = fleetlens([
      "drift",
      "--reference",
      plain(),
      "--current",
      plain(),
      "--out",
      at("plain.csv"),
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--out must end in .json")]);
  });
});

describe("what cannot be compared", () => {
  const refused = (...args: Parameters<typeof run>) => {
    const { code, stderr } = run(...args);
    expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
    return stderr;
  };

  it("is refused by the names of the files", () => {
    const [a, b, empty] = [
      csv("only-a.csv", ["a,g", "1,x", "2,y"]),
      csv("only-b.csv", ["b", "1"]),
      csv("no-rows.csv", ["a,g"]),
    ];
    expect(refused(a, b, "no.json")).toContain(
      `${a} and ${b}: no feature in common: the reference has "a" (numeric), "g" (categorical); the current rows have "b" (numeric)`,
    );
    expect(refused(a, empty, "no.json")).toContain(`${empty}: current has no rows`);
    expect(refused(a, b, "no.json", "--score", "a")).toContain(`${b}: the current table has no column a`);
    expect(refused(a, a, "no.json", "--time", "g", "--window", "0d")).toContain("--window must be longer than nothing");
    expect(refused(csv("object.json", ["{}"]), a, "no.json")).toContain(
      "object.json: a JSON object is neither a table",
    );
    expect(run(a, a, "saved.json", "--save-profile", at("saved-profile.json")).code).toBe(0);
    const profile = at("saved-profile.json");
    expect(refused(profile, a, "no.json", "--slices", "g")).toContain(
      `${profile}: the reference profile has no slices`,
    );
  });

  it("takes names with commas in quotes, and options that are repeated", () => {
    const file = csv("commas.csv", [
      '"speed, km/h",gear,x',
      ...Array.from({ length: 40 }, (_, i) => `${i},${i % 2},${i}`),
    ]);
    const names = ["--features", '"speed, km/h"', "--features", "x", "--slices", "gear"];
    expect(run(file, file, "commas.json", ...names).code).toBe(0);
    expect(Object.keys(verdicts(read("commas.json")))).toEqual(["speed, km/h", "x"]);
    expect(refused(file, file, "no.json", "--features", '"x')).toContain("those with a comma quoted");
  });
});

describe("odd tables", () => {
  it("takes identical files, one row, constant, empty and new columns", async () => {
    const odd = await written(
      "odd.parquet",
      `SELECT i AS x, 5.0 AS constant, NULL::DOUBLE AS empty, 'a' AS one, NULL::VARCHAR AS nothing,
        CASE WHEN i % 7 = 0 THEN 'infinity'::DOUBLE WHEN i % 5 = 0 THEN 'nan'::DOUBLE ELSE i END AS broken,
        [i, i] AS list, TIMESTAMP '2026-01-01' AS at, i % 2 = 0 AS even FROM range(2000) r(i)`,
    );
    const { code, stderr } = run(odd, odd, "odd.json");
    expect(code).toBe(0);
    expect(stderr).toContain('column "list" is no feature, since its type is BIGINT[]');
    const { features } = read("odd.json");
    expect(features.map(({ feature }) => feature)).toEqual([
      "x",
      "constant",
      "empty",
      "one",
      "nothing",
      "broken",
      "even",
    ]);
    expect(features.map(({ test }) => test.p)).toEqual([1, 1, null, 1, null, 1, 1]);
    expect(features.map(({ effect }) => effect.value)).toEqual([0, 0, null, 0, null, 0, 0]);
    expect(features.find(({ feature }) => feature === "broken")).toMatchObject({ missing_reference: 628 });
    const single = csv("single.csv", ["x", "1"]);
    expect(run(single, single, "single.json").code).toBe(0);
    expect(read("single.json").features[0]).toMatchObject({ verdict: "inconclusive", reason: "few_rows" });
  });

  it("takes column names that are hostile, and zero of both signs as one", () => {
    const names = ["__proto__", 'say ""hi""', "a b; DROP", "constructor"];
    const rows = (zero: string) => Array.from({ length: 60 }, (_, i) => `${i},${zero},${i % 3},z${i % 2}`);
    const head = names.map((name) => `"${name}"`).join(",");
    const [a, b] = [csv("hostile-a.csv", [head, ...rows("0")]), csv("hostile-b.csv", [head, ...rows("-0")])];
    expect(run(a, b, "hostile.json", "--slices", "constructor", "--threshold", "__proto__=0.3").code).toBe(0);
    const { features } = read("hostile.json");
    expect(features.filter(({ slice }) => !slice).map(({ feature }) => feature)).toEqual([
      "__proto__",
      'say "hi"',
      "a b; DROP",
    ]);
    expect(features.every(({ effect }) => effect.value === 0)).toBe(true);
    expect(features[0].effect.threshold).toBe(0.3);
  });
});

describe.skipIf(!existsSync(DATA))(
  "the examples of docs/drift.md on shared data (skipped where ../shared/data is absent)",
  () => {
    /** The first and the second half of a drive; its rows are in order of time. */
    function halves(name: string): [string, string] {
      const [head, ...rows] = readFileSync(join(DATA, "driving", `${name}.csv`), "utf8")
        .trim()
        .split("\n");
      const half = Math.floor(rows.length / 2);
      return [
        csv(`${name}-first.csv`, [head, ...rows.slice(0, half)]),
        csv(`${name}-second.csv`, [head, ...rows.slice(half)]),
      ];
    }
    const pods = (which: string) => join(DATA, "openb", `openb_pod_list_${which}.csv`);
    const REQUESTS = ["--features", "cpu_milli,memory_mib,num_gpu,gpu_milli"];

    it("finds that the halves of a drive differ by their route, on the CAN bus and on the phone", () => {
      const [first, second] = halves("car_can");
      const { code, stdout } = run(first, second, "can.json", "--time", "Time");
      expect(code).toBe(0);
      expect(stdout).toMatch(/^10 features, 2354 reference and 2354 current rows/m);
      expect(verdicts(read("can.json"))).toMatchObject({ "Speed (MPH)": "drift", "Distance (Miles)": "drift" });
      const phone = run(...halves("phone_imu_gps"), "phone.json");
      expect(phone.code).toBe(0);
      expect(verdicts(read("phone.json"))).toMatchObject({
        "locationSpeed(m/s)": "drift",
        "locationFloor(Z)": "stable",
      });
    });

    it("finds that sharing GPUs changes what pods ask of a GPU, and more pods of several GPUs do not", () => {
      expect(run(pods("default"), pods("gpushare40"), "share.json", ...REQUESTS).code).toBe(0);
      expect(verdicts(read("share.json"))).toMatchObject({ gpu_milli: "drift", num_gpu: "stable" });
      expect(run(pods("default"), pods("multigpu20"), "multi.json", ...REQUESTS).code).toBe(0);
      expect(new Set(Object.values(verdicts(read("multi.json"))))).toEqual(new Set(["stable"]));
    });
  },
);

if (!existsSync(DATA)) console.warn(`skipped: examples on shared data, since ${DATA} is not there`);
