import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";
import { standardDeviation } from "../../../src/core/statistics.js";
import {
  encodeModel,
  type NeuralModel,
  type NeuralSeries,
  neuralQuantiles,
  openTensorBackend,
  trainNeural,
} from "../../../src/neural/index.js";
import { weightShapes } from "../../../src/neural/weight-shapes.js";
import { hasNative } from "./native.js";
import { SWIFTSHADER, swiftShader } from "./swiftshader.js";

/** Furthest that a backend may be from plain TypeScript, in deviations of the series' window. */
const TOLERANCE = 1e-5;
/** Furthest that losses after a few steps may be apart, as a share of them. */
const LOSS_TOLERANCE = 1e-4;

const SHAPE = { window: 24, horizon: 10, seasons: [12], blocks: 3, width: 16 };

/** A small one, since a step on WebGPU in software takes a second. */
const TRAINING = { horizon: 10, season: [12], window: 24, blocks: 1, width: 8, batch: 16, seed: 1 };
const STEPS = [1, 3];

/** A network none of whose weights is zero, as no training makes them. */
function anyNetwork(): NeuralModel {
  const random = createRandom(5);
  const weights = Object.fromEntries(
    [...weightShapes(SHAPE)].map(([name, [rows, columns]]) => [
      name,
      Float32Array.from({ length: rows * columns }, () => random.normal() / Math.sqrt(rows)),
    ]),
  );
  const training = {
    backend: "cpu",
    seed: 5,
    series: 1,
    windows: 1,
    steps: 1,
    loss: Number.NaN,
    naiveLoss: Number.NaN,
  };
  return { shape: SHAPE, weights, training };
}

/** Waves under noise; sizes from thousandths to millions. */
const panel: NeuralSeries[] = Array.from({ length: 12 }, (_, i) => {
  const random = createRandom(11).child(`${i}`);
  const size = 10 ** ((i % 10) - 3);
  const y = Float64Array.from(
    { length: 100 },
    (_, t) => size * (20 + 5 * Math.sin((2 * Math.PI * (t + i)) / 12) + 2 * random.normal()),
  );
  return { id: `series ${i}`, y, clock: i };
});

describe("one network on every backend", () => {
  const model = anyNetwork();
  const wanted = panel.map(({ y, clock }) => neuralQuantiles(model, y, { horizon: SHAPE.horizon, clock })!);
  const losses: number[] = [];
  let folder: string;
  let file: string;

  beforeAll(async () => {
    const cpu = await openTensorBackend("cpu");
    for (const steps of STEPS) losses.push((await trainNeural(panel, { ...TRAINING, steps }, cpu)).training.loss);
    folder = mkdtempSync(join(tmpdir(), "fleetlens-agreement-"));
    file = join(folder, "network.json");
    const series = panel.map(({ id, y, clock }) => ({ id, y: [...y], clock }));
    writeFileSync(file, JSON.stringify({ model: encodeModel(model), panel: series, options: TRAINING, steps: STEPS }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function check(backend: string, env: Record<string, string> = {}): void {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, "agreement-probe.mjs"), backend, file],
      { encoding: "utf8", timeout: 110_000, env: { ...process.env, ...env } },
    );
    if (backend !== "node") expect(stderr).toBe("");
    expect(status).toBe(0);
    const found: { quantiles: number[][][]; losses: number[]; numTensors: number } = JSON.parse(stdout);
    let furthest = 0;
    wanted.forEach((levels, i) => {
      const unit = standardDeviation(panel[i].y.subarray(-SHAPE.window));
      levels.forEach((steps, q) => {
        steps.forEach((value, h) => {
          furthest = Math.max(furthest, Math.abs(found.quantiles[i][q][h] - value) / unit);
        });
      });
    });
    expect(furthest).toBeLessThan(TOLERANCE);
    found.losses.forEach((loss, i) => {
      expect(Math.abs(loss - losses[i]), `held-out loss after ${STEPS[i]} steps`).toBeLessThan(
        LOSS_TOLERANCE * losses[i],
      );
    });
    expect(found.losses[1]).toBeLessThan(0.999 * found.losses[0]);
    expect(found.numTensors, "tensors never let go").toBe(0);
  }

  it.each(["cpu", "wasm"])("%s forecasts the same and learns", (backend) => check(backend));

  it.skipIf(!swiftShader)(`webgpu in software, too (skipped without ${SWIFTSHADER})`, () => {
    check("webgpu", swiftShader ?? {});
  });

  it.skipIf(!hasNative)("node, too (skipped without @tensorflow/tfjs-node and its native library)", () =>
    check("node"),
  );
});
