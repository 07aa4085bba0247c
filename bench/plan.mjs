// The whole monthly plan of the Helios telemetry: time, memory, and whether two runs give the same bytes.
//
//   node bench/plan.mjs [--rounds 3]
//
// Needs `npm run build` and the shared data beside the repository. Writes bench/plan.json.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fleetlens, measure, median, root } from "./measure.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const data = resolve(root, "../shared/data/helios");
if (!existsSync(data)) throw new Error("no shared data beside the repository");
const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));

const inputs = {
  "telemetry alone": ["--telemetry", join(data, "earth_vc_minutely_2020-05.parquet")],
  "plan.yaml": [join(data, "plan.yaml")],
};

/** One digest over all files of a folder. */
async function digest(path) {
  const hash = createHash("sha256");
  for (const name of (await readdir(path)).toSorted()) hash.update(name).update(await readFile(join(path, name)));
  return hash.digest("hex");
}

const results = [];
try {
  for (const [name, args] of Object.entries(inputs)) {
    const digests = new Set();
    for (const threads of ["1", "2"]) {
      const rounds = [];
      for (let round = 0; round < Number(values.rounds); round++) {
        const out = join(folder, `${threads}-${round}`);
        const load = loadavg()[0];
        rounds.push({ load, ...(await measure([...fleetlens, "plan", ...args, "--out", out, "--threads", threads])) });
        digests.add(await digest(out));
        await rm(out, { recursive: true });
      }
      const of = (what) => median(rounds.map((one) => one[what]));
      results.push({ input: name, threads: Number(threads), wall: of("wall"), cpu: of("cpu"), rss: of("rss"), rounds });
      console.log(
        `${name}, ${threads} thread(s): ${of("wall").toFixed(1)} s, CPU ${of("cpu").toFixed(1)} s, ${of("rss").toFixed(0)} MiB`,
      );
    }
    console.log(`${name}: ${digests.size === 1 ? "all runs gave the same bytes" : "RUNS DIFFER"}`);
    if (digests.size !== 1) process.exitCode = 1;
  }
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
  const report = { schema: "fleetlens.bench-plan/1", machine, results };
  await writeFile(join(root, "bench/plan.json"), `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
