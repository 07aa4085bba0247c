// `fleetlens gc plan` beside what people write today with polars and scipy (bench/gc.py): 2 M objects and 10 M edges with
// ids of 80 characters, from Parquet to written files, one thread each. Needs `npm run build`.
//
//   FLEETLENS_PYTHON=python3 node scripts/bench.mjs gc [--objects 2000000] [--edges 10000000] [--rounds 1]
//
// Ours decides by the whole table of rules and writes every file of a plan; theirs keeps what is protected or young and
// writes the ids of the rest. Writes bench/gc.json: CPU and wall seconds, peak memory of the whole processes, ratios.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../dist/src/core/index.js";
import { openDuckDb } from "../dist/src/engine/index.js";
import { fleetlens, measure, median, root } from "./measure.mjs";

const { values } = parseArgs({
  options: {
    objects: { type: "string", default: "2000000" },
    edges: { type: "string", default: "10000000" },
    rounds: { type: "string", default: "1" },
  },
});
const [objects, edges, rounds] = [values.objects, values.edges, values.rounds].map(Number);
const python = process.env["FLEETLENS_PYTHON"] ?? "python3";
const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
const AS_OF = "2026-10-01T00:00:00";

const POLICY = `schema_version: 1
weak_relations: [doc_link]
classes:
  Bronze: {horizon_days: 30, on_expire: delete}
  Silver: {horizon_days: 90, on_expire: transition, transition_to: GLACIER}
  Gold: {horizon_days: 365, on_expire: keep}
storage_classes:
  STANDARD: {usd_per_gb_month: 0.023}
  STANDARD_IA: {usd_per_gb_month: 0.0125, min_days: 30, min_bytes: 131072}
  GLACIER: {usd_per_gb_month: 0.0036, min_days: 90, overhead_bytes: 32768, overhead_standard_bytes: 8192, transition_usd_per_1000: 0.03}
`;

/** Groups of 100 objects of one class and age that need each other, and 400 groups that many others need. */
async function generate() {
  const engine = await openDuckDb({ allowedDirectories: [folder], memory: "4GB" });
  const id = (x) =>
    `('s3://ml-artifacts/' || md5((${x})::VARCHAR) || '/' || substr(md5(((${x}) + 7)::VARCHAR), 1, 29))`;
  const share = (x, salt) => `(hash(${x} * 16 + ${salt}) / 18446744073709551616.0)`;
  const write = (sql, name) =>
    engine.run(`COPY (${sql}) TO ${engine.dialect.literal(join(folder, name))} (FORMAT parquet)`);
  const kind = share("i", 1);
  const group = share("i // 100", 2);
  try {
    await write(
      `SELECT ${id("i")} AS id,
        CASE WHEN ${kind} < 0.5 THEN 'checkpoint' WHEN ${kind} < 0.8 THEN 'dataset_shard' ELSE 'log_partition' END AS kind,
        CASE WHEN ${group} < 0.5 THEN 'Bronze' WHEN ${group} < 0.9 THEN 'Silver' WHEN ${group} < 0.999 THEN 'Gold' END AS class,
        (${share("i", 3)} * ${share("i", 3)} * 1e9)::BIGINT AS size_bytes,
        CASE WHEN ${share("i", 4)} < 0.8 THEN 'STANDARD' ELSE 'STANDARD_IA' END AS storage_class,
        TIMESTAMP '${AS_OF}' - to_seconds((${share("i // 100", 5)} * 700 * 86400)::BIGINT) AS created_at,
        NULL::TIMESTAMP AS last_access_at FROM range(${objects}) t(i)`,
      "objects.parquet",
    );
    await write(
      `SELECT ${id("s")} AS src, ${id("d")} AS dst, CASE WHEN ${share("e", 6)} < 0.01 THEN 'doc_link' ELSE 'uses' END AS rel
        FROM (SELECT e, s, CASE WHEN ${share("e", 7)} < 0.97 THEN (s // 100) * 100 + (${share("e", 8)} * 100)::BIGINT % 100
            ELSE (pow(${share("e", 9)}, 3) * 400)::BIGINT * 100 % ${objects} END AS d
          FROM (SELECT e, (${share("e", 0)} * ${objects})::BIGINT % ${objects} AS s FROM range(${edges}) t(e)))`,
      "edges.parquet",
    );
    await write(
      `SELECT ${id(`i * 997 % ${objects}`)} AS id, NULL::VARCHAR AS prefix, 'golden_dataset' AS type, 'golden-' || i AS name,
        NULL::TIMESTAMP AS expires_at FROM range(500) t(i)`,
      "protections.parquet",
    );
  } finally {
    await engine.close();
  }
  await writeFile(join(folder, "policy.yaml"), POLICY);
}

const file = (name) => join(folder, name);
const ours = [
  ...[...fleetlens, "gc", "plan", "--objects", file("objects.parquet"), "--edges", file("edges.parquet")],
  ...["--protections", file("protections.parquet"), "--policy", file("policy.yaml"), "--as-of", `${AS_OF}Z`],
  ...["--threads", "1", "--out", file("plan")],
];
const theirs = [python, "bench/gc.py", folder, AS_OF, file("theirs.parquet")];
// polars and numpy read these when they start.
Object.assign(process.env, { POLARS_MAX_THREADS: "1", OMP_NUM_THREADS: "1" });

const rounded = (value) => Number(value.toPrecision(4));

try {
  await generate();
  const load = rounded(loadavg()[0]);
  const runs = { fleetlens: [], peer: [] };
  for (let round = 0; round < rounds; round++) {
    runs.fleetlens.push(await measure(ours));
    runs.peer.push(await measure(theirs));
  }
  const middle = (side, key) => median(runs[side].map((run) => run[key]));
  const figures = (side) => Object.fromEntries(["cpu", "wall", "rss"].map((key) => [key, rounded(middle(side, key))]));
  const versions = JSON.parse(
    spawnSync(
      python,
      [
        "-c",
        "import json,polars,scipy,sys;print(json.dumps({'python':sys.version.split()[0],'polars':polars.__version__,'scipy':scipy.__version__}))",
      ],
      { encoding: "utf8" },
    ).stdout,
  );
  const { candidates } = JSON.parse(await readFile(join(folder, "plan/report.json"), "utf8"));
  const result = {
    schema: "fleetlens.bench-gc/1",
    versions: { fleetlens: VERSION, node: process.version, ...versions },
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    load,
    ...{ objects, edges, rounds },
    fleetlens: { ...figures("fleetlens"), candidates: candidates.objects },
    peer: { ...figures("peer"), candidates: runs.peer[0].candidates },
    cpu_ratio: rounded(middle("fleetlens", "cpu") / middle("peer", "cpu")),
    memory_ratio: rounded(middle("fleetlens", "rss") / middle("peer", "rss")),
  };
  await writeFile(join(root, "bench/gc.json"), `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result, null, 2));
} finally {
  await rm(folder, { recursive: true, force: true });
}
