// The neural model: what it adds to the pool, and what it costs.
//
//   node scripts/bench.mjs neural [accuracy,backends,panel]
//
// - accuracy: M4 hourly and weekly (test parts) and Helios, the pool with and without the network, trained on wasm. Needs the
//   shared data beside the repository.
// - backends: milliseconds of a training step on the M4 hourly series, on every tensor backend that this machine has. With
//   VK_ICD_FILENAMES naming a software Vulkan driver WebGPU is there too, for what that is worth.
// - panel: the whole command on 1,000 generated queues of 2,000 hours, trained and from saved weights. Needs `npm run build`.
//
// Nothing is tuned on these figures; choices are made by `neural-choices`. Writes bench/neural.json.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { FAMILIES, hourlyFamilies } from "../fixtures/families.js";
import { InputError } from "../src/core/errors.js";
import { VERSION } from "../src/core/version.js";
import { coverage, type Forecast, forecast, mase, msis, owa, type Series, smape, wql } from "../src/forecast/index.js";
import { readTelemetry } from "../src/ingest/index.js";
import { neuralForecasters } from "../src/ingest/neural/neural-forecaster.js";
import { trainNets } from "../src/ingest/neural/train-nets.js";
import {
  openTensorBackend,
  TENSOR_BACKENDS,
  type TensorBackend,
  type TensorBackendName,
  trainNeural,
} from "../src/neural/index.js";
import { DATA, DECILES, M4, readM4 } from "./m4.js";
// @ts-expect-error: a script without types.
import { fleetlens, measure } from "./measure.mjs";

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const rounded = (value: number): number => Number(value.toPrecision(4));

/** Forecasts with the network trained on the same panel, and how long the training took. */
async function withNetwork(panel: readonly Series[], options: Parameters<typeof forecast>[1], backend: TensorBackend) {
  const started = performance.now();
  const { nets } = await trainNets(panel, options, backend);
  const seconds = (performance.now() - started) / 1000;
  const forecasters = neuralForecasters(nets);
  const forecasts = forecast(panel, { ...options, forecasters });
  const alone = forecast(panel, { ...options, forecasters, models: ["neural"] });
  return { forecasts, alone, seconds, steps: nets.atOrigins.training.steps, join: forecasts[0].joins?.neural };
}

async function m4Scores(frequency: keyof typeof M4, backend: TensorBackend) {
  const { horizon, season, scale, naive2 } = M4[frequency];
  const { train, test } = await readM4(frequency);
  const score = (forecasts: readonly Forecast[]) => {
    const each = (of: (f: Forecast, actual: Float64Array, history: Float64Array) => number): number =>
      mean(forecasts.map((f, i) => of(f, test[i].y, train[i].y)));
    const errors = {
      smape: each((f, actual) => smape(actual, f.mean)),
      mase: each((f, actual, history) => mase(actual, f.mean, history, scale)),
    };
    return {
      ...errors,
      owa: owa(errors.smape, errors.mase, naive2),
      msis_95: each((f, actual, history) => msis(actual, f.lo[95], f.hi[95], history, scale)),
      coverage_95: each((f, actual) => coverage(actual, f.lo[95], f.hi[95])),
    };
  };
  const options = { horizon, season };
  const { forecasts, alone, seconds, steps, join } = await withNetwork(train, options, backend);
  return {
    ...{ training_seconds: seconds, steps, join },
    pool: score(forecast(train, options)),
    with_neural: score(forecasts),
    neural_alone: score(alone),
  };
}

/** Demand of 16 queues in May 2020, a week ahead, three origins. Where histories are too short to train on the pool is alone. */
async function heliosScores(backend: TensorBackend) {
  const { hourly } = await readTelemetry({
    files: join(DATA, "helios/earth_vc_minutely_2020-05.parquet"),
    columns: { queue: "vc", time: "time", running: "running_gpu_num", pending: "pending_gpu_num" },
  });
  const options = { horizon: 168, season: [24, 168], quantiles: DECILES };
  const actual: number[] = [];
  const sets = new Map<string, Map<number, number[]>>();
  const add = (name: string, forecasts: readonly Forecast[]): void => {
    const quantiles = sets.get(name) ?? new Map(DECILES.map((q): [number, number[]] => [q, []]));
    sets.set(name, quantiles);
    for (const f of forecasts) for (const [q, values] of quantiles) values.push(...f.quantiles[q]);
  };
  let seconds = 0;
  const joins: unknown[] = [];
  for (const origin of [408, 480, 576]) {
    const panel = hourly.queues.map((id, q) => ({ id, y: hourly.demand[q].subarray(0, origin) }));
    for (const demand of hourly.demand) actual.push(...demand.subarray(origin, origin + options.horizon));
    const pool = forecast(panel, options);
    const run = await withNetwork(panel, options, backend).catch((error: Error) => {
      if (!(error instanceof InputError)) throw error;
      return { forecasts: pool, seconds: 0, join: error.message };
    });
    seconds += run.seconds;
    joins.push(run.join);
    add("pool", pool);
    add("with_neural", run.forecasts);
  }
  const scores = [...sets].map(([name, quantiles]) => [
    name,
    {
      wql: wql(actual, quantiles),
      coverage_80: coverage(actual, quantiles.get(0.1) ?? [], quantiles.get(0.9) ?? []),
    },
  ]);
  return { training_seconds: seconds, joins, ...Object.fromEntries(scores) };
}

async function accuracy() {
  if (!existsSync(DATA)) return { skipped: "no shared data beside the repository" };
  const backend = await openTensorBackend("wasm");
  return {
    hourly: await m4Scores("hourly", backend),
    weekly: await m4Scores("weekly", backend),
    helios: await heliosScores(backend),
  };
}

/** A step of training with the default sizes, beyond the first ones, and the peak memory of this process; or why there is none. */
async function trainOn(name: TensorBackendName) {
  const backend = await openTensorBackend(name).catch((error: Error) => error.message);
  if (typeof backend === "string") return { unavailable: backend };
  const [warm, steps] = name === "cpu" || name === "webgpu" ? [2, 5] : [10, 40];
  let [at, started] = [0, 0];
  const onProgress = (done: number): void => {
    if (done === warm) started = performance.now();
    if (done === warm + steps) at = performance.now();
  };
  const options = { horizon: 48, season: [24, 168], steps: warm + steps, onProgress };
  await trainNeural(hourlyFamilies(3, 24 * 35, 20), options, backend);
  const peak = process.resourceUsage().maxRSS / 1024;
  return { detail: backend.detail, ms_per_step: rounded((at - started) / steps), peak_mib: Math.round(peak) };
}

/** Each backend in a process of its own. */
async function backends() {
  const found: Record<string, unknown> = {};
  for (const name of TENSOR_BACKENDS) {
    const args = ["scripts/bench.mjs", "neural", `backend:${name}`];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (!stdout) throw new Error(`training on ${name} failed: ${stderr}`);
    found[name] = JSON.parse(stdout);
  }
  return found;
}

async function panel() {
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-bench-"));
  try {
    const [queues, hours, horizon] = [1000, 2000, 168];
    const series = hourlyFamilies(20_261_128, hours, Math.ceil(queues / FAMILIES.length)).slice(0, queues);
    const input = join(folder, "queues.csv");
    const lines = series.flatMap(({ id, y }) => Array.from(y, (v, t) => `${id},${t},${v}`));
    await writeFile(input, `id,t,y\n${lines.join("\n")}\n`);
    const weights = join(folder, "weights.json");
    const run = (args: string[]): Promise<Record<"wall" | "cpu" | "rss", number>> =>
      measure([
        ...fleetlens,
        ...["forecast", input, "--id", "id", "--time", "t", "--value", "y", "--season", "24,168"],
        ...["--horizon", String(horizon), "--out", join(folder, "f.parquet"), ...args],
      ]);
    return {
      ...{ queues, hours, horizon },
      pool: await run([]),
      neural_trained_on_wasm: await run([
        ...["--model", "neural", "--neural", "on", "--backend", "wasm", "--save-weights", weights],
      ]),
      neural_from_weights: await run(["--model", "neural", "--weights", weights]),
      weights_bytes: (await readFile(weights)).length,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function report(asked: readonly string[]): Promise<void> {
  const parts: Record<string, () => Promise<unknown>> = { accuracy, backends, panel };
  const target = "bench/neural.json";
  const results: Record<string, unknown> = existsSync(target) ? JSON.parse(await readFile(target, "utf8")) : {};
  for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
    const result = { load: rounded(loadavg()[0]), ...((await parts[name]()) as object) };
    results[name] = result;
    console.log(`${name}\n${JSON.stringify(result, (_, v) => (typeof v === "number" ? rounded(v) : v), 2)}`);
  }
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };
  const head = { schema: "fleetlens.bench-neural/1", fleetlens: VERSION, ...machine };
  await writeFile(target, `${JSON.stringify({ ...results, ...head }, null, 2)}\n`);
}

const asked = process.argv[2]?.split(",") ?? [];
const alone = TENSOR_BACKENDS.find((name) => asked[0] === `backend:${name}`);
if (alone) console.log(JSON.stringify(await trainOn(alone)));
else await report(asked);
