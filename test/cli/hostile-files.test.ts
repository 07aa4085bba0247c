import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDb } from "../../src/engine/index.js";

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
  await mkdir(at("out"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MIB = 2 ** 20;
/** Node and DuckDB's library alone take about 120 MiB. */
const BASE_MIB = 160;
const MEMORY_MIB = 256;

/** Runs `aggregate` with a memory limit and tells how much memory it took at most, in MiB. */
async function aggregate(input: string) {
  const hook = `import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(process.env.RSS,String(process.resourceUsage().maxRSS)))`;
  const names = ["--queue-col", "q", "--time-col", "t", "--value-col", "v", "--sample-seconds", "60"];
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [`--import=data:text/javascript,${hook}`, "dist/src/cli/main.js", "aggregate", "--input", input].concat(
      ["--out", at("out/o.json"), "--memory", `${MEMORY_MIB}MB`, "--threads", "1", "--temp-dir", at("spill")],
      names,
    ),
    { encoding: "utf8", env: { ...process.env, NO_COLOR: "1", RSS: at("rss") } },
  );
  expect(signal).toBeNull();
  return { code: status, stderr, mib: Number(await readFile(at("rss"), "utf8")) / 1024 };
}

/** Writes a file piece by piece. */
async function stream(name: string, head: string, piece: string, times: number, tail = ""): Promise<string> {
  const file = await open(at(name), "w");
  await file.write(head);
  const bytes = Buffer.from(piece);
  for (let i = 0; i < times; i++) await file.write(bytes);
  await file.write(tail);
  await file.close();
  return at(name);
}

describe("a Parquet bomb", () => {
  it("of a few kilobytes that hold a gigabyte is summed in bounded memory", async () => {
    const engine = await openDuckDb({ allowedFiles: [at("bomb.parquet")], memory: "2GB" });
    await engine.run(
      `COPY (SELECT repeat('queue', 8) AS q, TIMESTAMP '2020-05-01' AS t, 3::BIGINT AS v FROM range(20000000))
        TO ${engine.dialect.literal(at("bomb.parquet"))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
    );
    await engine.close();
    const { size } = await stat(at("bomb.parquet"));
    const { code, stderr, mib } = await aggregate(at("bomb.parquet"));
    console.log(`${size} bytes of Parquet hold ${(20e6 * 56) / 1e9} GB; read in ${mib.toFixed(0)} MiB`);
    expect(size).toBeLessThan(MIB);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(await readFile(at("out/o.json"), "utf8")).rows).toMatchObject([{ value_sum: "60000000" }]);
    expect(mib).toBeLessThan(BASE_MIB + MEMORY_MIB);
    await rm(at("out/o.json"));
  });
});

describe("hostile CSV", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(",");
  it.each<[string, () => Promise<string>, number]>([
    ["one line of 256 MiB", () => stream("line.csv", "q,t,v\n", "a".repeat(MIB), 256), 2],
    ["one line of 256 MiB from the start", () => stream("first.csv", "", "a".repeat(MIB), 256), 2],
    [
      "a line of 40 MiB among others",
      () => stream("among.csv", "q,t,v\na,2020-05-01,1\n", "a".repeat(MIB), 40, "\na,2020-05-01,1\n"),
      2,
    ],
    ["a quote that never ends", () => stream("quote.csv", 'q,t,v\n"', "a,b\n".repeat(MIB / 4), 64), 2],
    ["100,000 columns", () => stream("columns.csv", `${many}\n`, `${many.replaceAll("c", "")}\n`, 3), 2],
    ["100,000 columns beyond the header", () => stream("more.csv", "q,t,v\n", `${many}\n`, 3), 2],
    ["NUL bytes", () => stream("nul.csv", "q,t,v\n", "\0\0,\0,\0\n", 1000), 2],
    ["NUL bytes alone", () => stream("nuls.csv", "", "\0".repeat(MIB), 64), 2],
  ])("%s is refused in bounded memory", async (name, make, expected) => {
    const input = await make();
    const { code, stderr, mib } = await aggregate(input);
    console.log(`${name}: exit ${code}, ${mib.toFixed(0)} MiB: ${stderr.slice(0, 200)}`);
    expect([code, stderr]).toEqual([expected, expect.stringMatching(/^E_(INPUT|ENGINE): /)]);
    expect(stderr.length).toBeLessThan(5000);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(mib).toBeLessThan(BASE_MIB + 2 * MEMORY_MIB);
    expect(await readdir(at("out"))).toEqual([]);
    await rm(input);
  });

  it("nothing is left behind", async () => {
    await writeFile(at("empty.csv"), "");
    expect((await aggregate(at("empty.csv"))).code).toBe(2);
    expect([await readdir(at("out")), await readdir(at("spill"))]).toEqual([[], []]);
  });
});
