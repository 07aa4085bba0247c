import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fleetlens } from "./program.js";

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

const POLICY = `schema: fleetlens.policy/1
version: 1.2.3
signals: {accel_g: {unit: g, range: [-2, 2]}}
triggers:
  - id: hard_brake
    enabled: true
    when: {mode: all, conditions: [{name: brake, signal: accel_g, op: "<=", enter: -0.25, exit: -0.2}]}
    dwell_ms: 0
`;

/** By command: what it is asked but for --out, and how its output ends. */
const COMMANDS: Record<string, { args: (at: (name: string) => string) => string[]; end: string }> = {
  aggregate: {
    args: (file) =>
      ["--input", file("rows.csv"), "--queue-col", "id", "--time-col", "t", "--value-col", "n"].concat([
        "--sample-seconds",
        "60",
      ]),
    end: ".parquet",
  },
  forecast: {
    args: (file) => [file("rows.csv"), "--id", "id", "--time", "t", "--value", "y", "--horizon", "6"],
    end: ".csv",
  },
  changepoint: {
    args: (file) => [file("rows.csv"), "--id", "id", "--time", "t", "--value", "y", "--no-timing"],
    end: ".json",
  },
  drift: {
    args: (file) => ["--reference", file("rows.csv"), "--current", file("rows.csv"), "--slices", "id"],
    end: ".json",
  },
  backtest: { args: (file) => ["--policy", file("policy.yaml"), "--logs", file("logs.csv")], end: "" },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  const rows = Array.from({ length: 600 }, (_, i) => {
    const hour = new Date(Date.UTC(2026, 0, 1, Math.floor(i / 6))).toISOString();
    return `q${i % 6},${hour},${10 + Math.sin(i) + (i > 300 ? 5 : 0)},${i % 7}`;
  });
  await writeFile(at("rows.csv"), `id,t,y,n\n${rows.join("\n")}\n`);
  const logs = Array.from(
    { length: 400 },
    (_, i) => `v${i % 4},${Math.floor(i / 4) * 100},0,${i * 1e-5},${Math.sin(i)}`,
  );
  await writeFile(at("logs.csv"), `vehicle_id,ts,lat,lon,accel_g\n${logs.join("\n")}\n`);
  await writeFile(at("policy.yaml"), POLICY);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (name: string, out: string, ...more: string[]) =>
  fleetlens([name, ...COMMANDS[name].args(at), "--out", at(out), ...more]);
const merge = (parts: string, out: string, ...more: string[]) =>
  fleetlens(["merge", "--inputs", at(parts), "--out", at(out), ...more]);

async function filesOf(path: string): Promise<Map<string, Buffer>> {
  const names = await readdir(path).catch(() => null);
  if (names === null) return new Map([["", await readFile(path)]]);
  return new Map(
    await Promise.all(names.sort().map(async (name) => [name, await readFile(join(path, name))] as const)),
  );
}

describe.each(Object.keys(COMMANDS))("fleetlens %s --shard and merge", (name) => {
  it("gives the whole through processes", async () => {
    const { end } = COMMANDS[name];
    expect(run(name, `whole-${name}${end}`)).toMatchObject({ code: 0 });
    for (const [i, shard] of ["2/3", "0/3", "1/3"].entries()) {
      expect(merge(`parts-${name}`, "none.json")).toMatchObject({ code: 2, stdout: "" });
      const told = run(name, `parts-${name}`, "--shard", shard, "--json");
      expect(told).toMatchObject({ code: 0, stderr: "" });
      const file = at(`parts-${name}`, `shard-${shard.replace("/", "-of-")}.jsonl`);
      expect(JSON.parse(told.stdout)).toMatchObject({ command: name, ok: true, outputs: [file] });
      expect(await readdir(at(`parts-${name}`))).toHaveLength(i + 1);
    }
    expect(merge(`parts-${name}`, `merged-${name}${end}`)).toMatchObject({ code: 0 });
    expect(await filesOf(at(`merged-${name}${end}`))).toEqual(await filesOf(at(`whole-${name}${end}`)));
  });
});

describe("fleetlens aggregate --shard into files", () => {
  it.each([".json", ".parquet"])(
    "gives a table of the shard's queues, and what merge needs beside it: %s",
    async (end) => {
      const parts = `files${end.slice(1)}`;
      expect(run("aggregate", `all${end}`)).toMatchObject({ code: 0 });
      for (const i of [0, 1, 2]) {
        expect(run("aggregate", `${parts}/${i}${end}`, "--shard", `${i}/3`)).toMatchObject({ code: 0 });
      }
      expect(await readdir(at(parts))).toEqual(
        [0, 1, 2].flatMap((i) => [`${i}${end}`, `${i}${end}.shard-${i}-of-3.jsonl`]),
      );
      expect(merge(parts, `merged${end}`)).toMatchObject({ code: 0 });
      expect(await readFile(at(`merged${end}`))).toEqual(await readFile(at(`all${end}`)));
      if (end === ".json") {
        const rowsOf = async (name: string) => JSON.parse(await readFile(at(name), "utf8")).rows;
        const some = (await Promise.all([0, 1, 2].map((i) => rowsOf(`${parts}/${i}.json`)))).flat();
        const all = await rowsOf("all.json");
        expect(some).toHaveLength(all.length);
        expect(some).toEqual(expect.arrayContaining(all));
      }
    },
  );
});

describe("a shard that is killed", () => {
  it("leaves nothing that looks whole, and can be run again", async () => {
    const args = ["forecast", ...COMMANDS["forecast"].args(at), "--shard", "0/1", "--out", at("killed")];
    const program = resolve(import.meta.dirname, "../../dist/src/cli/main.js");
    expect(run("forecast", "unkilled.csv")).toMatchObject({ code: 0 });
    const mergesToTheWhole = async () => {
      expect(merge("killed", "killed.csv")).toMatchObject({ code: 0 });
      expect(await readFile(at("killed.csv"))).toEqual(await readFile(at("unkilled.csv")));
    };
    // Killed while it starts, reads, works and writes; or after the rename, and then the file must be whole.
    for (const ms of [200, 500, 800]) {
      const child = spawn(process.execPath, [program, ...args], { stdio: "ignore" });
      const ended = new Promise((done) => child.on("exit", done));
      await setTimeout(ms);
      child.kill("SIGKILL");
      await ended;
      const names = await readdir(at("killed")).catch(() => []);
      if (names.some((file) => !file.startsWith("."))) {
        await mergesToTheWhole();
        break;
      }
      expect(merge("killed", "killed.csv")).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/no (shards|such)/),
      });
    }
    expect(run("forecast", "killed", "--shard", "0/1")).toMatchObject({ code: 0 });
    await mergesToTheWhole();
  });
});

describe("what is refused", () => {
  it.each(["2/2", "0/0", "-1/2", "1", "a/b", "0/1000001", "0.5/2"])("--shard %s", (shard) => {
    expect(run("changepoint", "never", "--shard", shard)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^E_USAGE: .*expected i\/n with i from 0 to n-1/),
    });
  });

  it.each<[string, string[], RegExp]>([
    ["forecast", ["--hierarchy", "id"], /--hierarchy needs the whole run/],
    ["forecast", ["--paths", "p.parquet"], /--paths needs the whole run.*fleetlens merge/],
    ["drift", ["--multivariate"], /--multivariate needs the whole run/],
    ["drift", ["--save-profile", "p.json"], /--save-profile needs the whole run/],
    ["drift", ["--prediction", "id"], /--prediction needs the whole run/],
    ["aggregate", ["--engine", "spark://localhost:1"], /--engine needs the whole run/],
  ])("%s --shard with %j", (name, more, pattern) => {
    const { code, stderr } = run(name, "never", "--shard", "0/2", ...more);
    expect([code, stderr]).toEqual([2, expect.stringMatching(pattern)]);
    expect(stderr).toMatch(/^E_USAGE/);
  });

  it("an --out that is a file, or the folder of the input", () => {
    expect(run("forecast", "x.csv", "--shard", "0/2")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--out is the folder/),
    });
    const own = fleetlens(
      ["forecast", folder, ...COMMANDS["forecast"].args(at).slice(1)].concat(["--shard", "0/2", "--out", at("in")]),
    );
    expect(own).toMatchObject({ code: 2, stderr: expect.stringMatching(/lies in its folder/) });
  });

  it("a merge of what is not there, damaged, or of several runs", async () => {
    expect(merge("nowhere", "x.csv")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^E_INPUT: .*no such folder/),
    });
    for (const i of [0, 1]) run("changepoint", "bad", "--shard", `${i}/2`);
    expect(merge("bad", "x.csv")).toMatchObject({ code: 2, stderr: expect.stringMatching(/must end in \.json/) });
    expect(merge("bad", "x.json", "--paths", "p.csv")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--paths/),
    });
    run("changepoint", "bad", "--shard", "1/2", "--level", "0.9");
    expect(merge("bad", "x.json")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/shard-1-of-2.*another level/),
    });
    run("changepoint", "bad", "--shard", "1/2");
    const path = at("bad", "shard-1-of-2.jsonl");
    await writeFile(path, (await readFile(path, "utf8")).replace('"n":100', '"n":101'));
    expect(merge("bad", "x.json")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/shard-1-of-2\.jsonl: the shard is damaged/),
    });
    expect(await readdir(folder)).not.toContain("x.json");
  });
});
