// The real drive, end to end: the phone's axes found, its acceleration replayed as raw and as trailing means, and the
// events scored against what the car's bus says, by its acceleration and by the slope of its speed.
//
//   node scripts/bench.mjs backtest-driving
//
// Needs ../shared/data/driving. One drive of less than six minutes with four events: it shows that the pieces fit, and
// says nothing about accuracy. Leaves logs, policies and reports in .tmp/driving; writes bench/backtest-driving.json.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { writeDrivingLogs } from "../fixtures/driving-logs.js";
import { VERSION } from "../src/core/version.js";
import { openDuckDb } from "../src/engine/duckdb.js";

const SOURCE = "../shared/data/driving";
const FOLDER = ".tmp/driving";

if (!existsSync(SOURCE)) {
  console.error(`skipped: there is no ${SOURCE}`);
  process.exit(0);
}

function fleetlens(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/src/cli/main.js", ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`fleetlens ${args.join(" ")}: ${stderr}`);
  return stdout;
}

const place = (name: string) => join(FOLDER, name);

/** A policy with one trigger on a signal, or on its trailing mean. */
async function writePolicy(name: string, signal: string, enter: number, windowMs = 0): Promise<string> {
  const derived = `derived:\n  - {name: smooth, from: ${signal}, op: trailing_mean, window_ms: ${windowMs}, unit: g, range: [-2, 2]}\n`;
  const text = `schema: fleetlens.policy/1
version: "1.0.0"
rationale: Braking on one real drive
signals:
  ${signal}: {unit: g, range: [-2, 2]}
${windowMs > 0 ? derived : ""}triggers:
  - id: hard_brake
    enabled: true
    when:
      mode: all
      conditions:
        - {name: brake, signal: ${windowMs > 0 ? "smooth" : signal}, op: "<=", enter: ${enter}, exit: ${Number((enter + 0.05).toFixed(2))}}
    dwell_ms: 300
    cooldown_ms: 2000
`;
  await writeFile(place(name), text);
  return place(name);
}

/** Events of a signal of the bus as labels. */
async function writeLabels(signal: string, enter: number): Promise<{ file: string; labels: number }> {
  const name = `truth_${signal}_${-100 * enter}`;
  const policy = await writePolicy(`${name}.yaml`, signal, enter);
  fleetlens("backtest", "--policy", policy, "--logs", place("can.parquet"), "--out", place(name));
  const engine = await openDuckDb({ allowedDirectories: [resolve(FOLDER)] });
  const file = place(`${name}.parquet`);
  try {
    await engine.run(`COPY (SELECT 'label-' || row_number() OVER () AS label_id, vehicle_id, trigger_id, onset_ts AS ts, end_ts
      FROM read_parquet('${resolve(FOLDER, name, "events.parquet")}')) TO '${resolve(file)}' (FORMAT parquet)`);
    const [row] = await engine.rows({ sql: `SELECT count(*) AS n FROM read_parquet('${resolve(file)}')` });
    return { file, labels: Number(row["n"]) };
  } finally {
    await engine.close();
  }
}

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
await writeDrivingLogs(SOURCE, FOLDER);
const aligned = JSON.parse(
  fleetlens(
    ...["align", "--logs", place("phone.parquet"), "--speed", "speed_mps", "--keep", "user_z"],
    ...["--acceleration", "user_x,user_y,user_z", "--gravity", "gravity_x,gravity_y,gravity_z"],
    ...["--out", place("aligned.parquet"), "--json"],
  ),
).summary.vehicles[0];
console.log(
  `fleetlens ${VERSION}; one drive, axes found: forward (${aligned.forward.map((v: number) => v.toFixed(3)).join(", ")}),`,
);
console.log(
  `  ${aligned.errorDegrees.toFixed(1)} degrees of standard error, R2 ${aligned.r2.toFixed(2)}, speed ${aligned.lagMs} ms late`,
);

const truths = [];
for (const signal of ["accel_g", "slope_g"]) {
  for (const enter of [-0.15, -0.2, -0.25, -0.3]) truths.push({ signal, enter, ...(await writeLabels(signal, enter)) });
}
console.log("\nlabels (dwell 300 ms, exit = enter + 0.05 g)");
for (const { signal, enter, labels } of truths) console.log(`  ${signal} ${enter.toFixed(2)}: ${labels}`);

const scores = [];
for (const truth of truths.filter(({ enter }) => enter === -0.15)) {
  for (const signal of ["user_z", "accel_long_g"]) {
    for (const windowMs of [0, 500, 1000]) {
      const name = `${signal}_${windowMs}_${truth.signal}`;
      const policy = await writePolicy(`${name}.yaml`, signal, -0.15, windowMs);
      const files = ["--logs", place("aligned.parquet"), "--labels", truth.file, "--out", place(name)];
      fleetlens("backtest", "--policy", policy, ...files);
      const { hard_brake: found } = JSON.parse(await readFile(join(place(name), "metrics.json"), "utf8")).triggers;
      const { tp, fp, fn, precision, recall, f1 } = found;
      scores.push({ truth: truth.signal, signal, windowMs, tp, fp, fn, precision, recall, f1 });
    }
  }
}
console.log("\nphone at -0.15 g against the bus at -0.15 g, tolerance 2000 ms, cooldown 2000 ms");
console.log("  truth     signal        mean of  tp fp fn  precision recall");
for (const { truth, signal, windowMs, tp, fp, fn, precision, recall } of scores) {
  const cells = [truth.padEnd(9), signal.padEnd(13), `${windowMs} ms`.padStart(7), ` ${tp}  ${fp}  ${fn}`];
  console.log(`  ${cells.join(" ")}  ${precision?.toFixed(3) ?? "-"}     ${recall?.toFixed(3) ?? "-"}`);
}
const labels = truths.map(({ signal, enter, labels: n }) => ({ signal, enter, labels: n }));
await writeFile(
  "bench/backtest-driving.json",
  `${JSON.stringify({ version: VERSION, aligned, labels, scores }, null, 2)}\n`,
);
