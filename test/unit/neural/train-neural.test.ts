import type * as Tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { NumericalError } from "../../../src/core/errors.js";
import { emptyBatch, readExample } from "../../../src/neural/batch.js";
import {
  encodeModel,
  forecastOnBackend,
  type NeuralModel,
  type NeuralOptions,
  type NeuralSeries,
  neuralQuantiles,
  openTensorBackend,
  type TensorBackend,
  trainNeural,
} from "../../../src/neural/index.js";
import { twoSeasons } from "./small-model.js";

const OPTIONS: NeuralOptions = { horizon: 6, season: [4, 12], width: 16, blocks: 2, batch: 32, steps: 60 };
const PANEL = twoSeasons(1, 12, 120);
const wasm = (): Promise<TensorBackend> => openTensorBackend("wasm");
const tensors = (backend: TensorBackend): number => (backend.tf as typeof Tf).memory().numTensors;

/** Mean absolute errors of the median and of the seasonal naive over `horizon` steps, in units of each series' deviation. */
function errors(model: NeuralModel, panel: readonly NeuralSeries[], horizon: number, season: number) {
  const sum = { network: 0, naive: 0, covered: 0 };
  for (const { y } of panel) {
    const history = y.subarray(0, y.length - horizon);
    const mean = history.reduce((s, v) => s + v, 0) / history.length;
    const deviation = Math.sqrt(history.reduce((s, v) => s + (v - mean) ** 2, 0) / history.length);
    const quantiles = neuralQuantiles(model, history, { horizon })!;
    for (let h = 0; h < horizon; h++) {
      const actual = y[history.length + h];
      sum.network += Math.abs(actual - quantiles[5][h]) / deviation;
      sum.naive += Math.abs(actual - history[history.length - season + (h % season)]) / deviation;
      if (quantiles[1][h] <= actual && actual <= quantiles[9][h]) sum.covered++;
    }
  }
  return { ...sum, covered: sum.covered / (panel.length * horizon) };
}

describe("trainNeural", () => {
  it("learns: it beats the seasonal naive on what it never saw, also on series that it never saw", async () => {
    const [known, unseen] = [twoSeasons(2, 40, 200), twoSeasons(3, 40, 200)];
    const histories = known.map(({ id, y }) => ({ id, y: y.slice(0, -12) }));
    const options = { horizon: 12, season: [4, 12], width: 32, blocks: 2, batch: 64, steps: 150 };
    const model = await trainNeural(histories, options, await wasm());
    expect(model.training.loss).toBeLessThan(0.75 * model.training.naiveLoss);
    for (const panel of [known, unseen]) {
      const { network, naive, covered } = errors(model, panel, 12, 12);
      // Noise alone gives the best forecast 1/√2 of the naive's error.
      expect(network / naive).toBeLessThan(0.88);
      expect(network / naive).toBeGreaterThan(0.65);
      expect(covered).toBeGreaterThan(0.7);
      expect(covered).toBeLessThan(0.9);
    }
  });

  it.each(["wasm", "cpu"] as const)(
    "gives the same weights from the same seed on %s, others from another",
    async (name) => {
      const backend = await openTensorBackend(name);
      const options = { ...OPTIONS, steps: 12 };
      const once = await trainNeural(PANEL, options, backend);
      const again = await trainNeural(PANEL, options, backend);
      const other = await trainNeural(PANEL, { ...options, seed: 1 }, backend);
      expect(encodeModel(again)).toBe(encodeModel(once));
      expect(other.weights).not.toEqual(once.weights);
      expect(once.training).toMatchObject({ backend: name, seed: 0, series: 12, steps: 12 });
    },
  );

  it("gives nearly the same on wasm and cpu", async () => {
    const models = [];
    for (const name of ["wasm", "cpu"] as const) {
      models.push(await trainNeural(PANEL, { ...OPTIONS, steps: 8 }, await openTensorBackend(name)));
    }
    const [a, b] = models.map((model) => neuralQuantiles(model, PANEL[0].y, { horizon: 6 })![5]);
    a.forEach((v, h) => {
      expect(v).toBeCloseTo(b[h], 1);
    });
  });

  it("leaves no tensor behind, whether it ends, forecasts or is stopped", async () => {
    const backend = await wasm();
    const before = tensors(backend);
    const model = await trainNeural(PANEL, { ...OPTIONS, steps: 3 }, backend);
    expect(tensors(backend)).toBe(before);
    await forecastOnBackend(model, PANEL, backend);
    expect(tensors(backend)).toBe(before);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(trainNeural(PANEL, { ...OPTIONS, signal }, backend)).rejects.toThrow("enough");
    expect(tensors(backend)).toBe(before);
  });

  it("stops between steps when it is told to from outside, and reports each step", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = (done: number, total: number, label: string) => {
      seen.push(done);
      expect([total, label]).toEqual([60, "training"]);
      if (done === 4) setTimeout(() => controller.abort(new Error("enough")), 0);
    };
    const training = trainNeural(PANEL, { ...OPTIONS, signal: controller.signal, onProgress }, await wasm());
    await expect(training).rejects.toThrow("enough");
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(seen.length).toBeLessThan(20);
    expect(seen).toEqual(seen.map((_, i) => i + 1));
  });

  it("holds back the last horizon of each series: its values change the held-out loss, not the weights", async () => {
    const backend = await wasm();
    const end = PANEL.map(({ id, y }) => ({ id, y: y.map((v, t) => (t < y.length - 6 ? v : 1.001 * v)) }));
    const options = { ...OPTIONS, steps: 10 };
    const [model, changed] = [await trainNeural(PANEL, options, backend), await trainNeural(end, options, backend)];
    expect(changed.training.loss).not.toBe(model.training.loss);
    expect([model.training.steps, changed.training.steps]).toEqual([10, 10]);
    expect(changed.weights).toEqual(model.weights);
  });

  it("takes no target that was not observed, that follows an extreme change or a flat window", async () => {
    const { y } = PANEL[0];
    const shape = { window: 12, horizon: 6, seasons: [4, 12], blocks: 1, width: 1 };
    const batch = emptyBatch(3, shape);
    const observed = Uint8Array.from(y, (_, t) => (t % 3 === 0 ? 0 : 1));
    expect(readExample({ id: "a", y, observed }, 30, shape, batch, 0)).toBe(4);
    expect(Array.from(batch.weights.subarray(0, 6), (w) => w > 0)).toEqual([false, true, true, false, true, true]);
    expect(readExample({ id: "a", y: y.map((v, t) => (t === 33 ? v + 1e6 : v)) }, 30, shape, batch, 1)).toBe(0);
    expect(readExample({ id: "a", y: y.map((v, t) => (t < 30 ? 3 : v)) }, 30, shape, batch, 2)).toBe(0);
    const never = [{ id: "a", y, observed: new Uint8Array(y.length) }];
    await expect(trainNeural(never, OPTIONS, await wasm())).rejects.toThrow(NumericalError);
  });

  it("trains on a single series, and on none of the flat ones beside it", async () => {
    const backend = await wasm();
    const flat = { id: "flat", y: new Float64Array(120).fill(7) };
    const model = await trainNeural([flat, PANEL[0]], { ...OPTIONS, steps: 20 }, backend);
    expect(Number.isFinite(model.training.loss)).toBe(true);
    expect(neuralQuantiles(model, flat.y, { horizon: 6 })!.every((q) => q.every((v) => v === 7))).toBe(true);
    await expect(trainNeural([flat], OPTIONS, backend)).rejects.toThrow(NumericalError);
  });

  it("shortens the window to what the panel holds, down to 8 steps and one of the shortest season", async () => {
    const backend = await wasm();
    const train = (length: number, options: Partial<NeuralOptions> = {}) =>
      trainNeural(twoSeasons(4, 5, length), { ...OPTIONS, steps: 1, ...options }, backend);
    expect((await train(120)).shape.window).toBe(24);
    expect((await train(42)).shape.window).toBe(20);
    expect((await train(21)).shape.window).toBe(8);
    expect((await train(120, { season: [] })).shape.window).toBe(12);
    expect((await train(120, { window: 50 })).shape.window).toBe(50);
    await expect(train(19)).rejects.toThrow(
      "the neural model needs a series of 20 steps (a window of 8 and 12 after it), but the longest has 19: give longer histories or a shorter horizon",
    );
    await expect(train(120, { window: 109 })).rejects.toThrow("needs a series of 121 steps");
  });

  it.each<[string, Partial<NeuralOptions>]>([
    ["horizon must be a whole number from 1 to 2000, not 0", { horizon: 0 }],
    ["horizon must be a whole number from 1 to 2000, not NaN", { horizon: Number.NaN }],
    ["season must be a whole number from 2 to 100000, not 1", { season: [1] }],
    ["season must be a whole number from 2 to 100000, not 2.5", { season: [2.5] }],
    ["width must be a whole number from 1 to 1024, not 5000", { width: 5000 }],
    ["blocks must be a whole number from 1 to 8, not 0", { blocks: 0 }],
    ["batch must be a whole number from 1 to 4096, not 0", { batch: 0 }],
    ["steps must be a whole number from 0 to 100000, not -1", { steps: -1 }],
    ["window must be a whole number from 2 to 20000, not 1", { window: 1 }],
    ["seed must be a whole number, not 0.5", { seed: 0.5 }],
  ])("refuses: %s", async (message, options) => {
    const training = trainNeural(PANEL, { ...OPTIONS, ...options }, await wasm());
    await expect(training).rejects.toThrow(expect.objectContaining({ message, code: "E_INPUT" }));
  });

  it("refuses a panel that is empty or has gaps, and a model of another shape", async () => {
    const backend = await wasm();
    const y = PANEL[0].y.slice();
    y[3] = Number.NaN;
    await expect(trainNeural([], OPTIONS, backend)).rejects.toThrow("at least one series");
    await expect(trainNeural([{ id: "hole", y }], OPTIONS, backend)).rejects.toThrow('series "hole": value 3 is NaN');
    const observed = new Uint8Array(3);
    await expect(trainNeural([{ ...PANEL[0], observed }], OPTIONS, backend)).rejects.toThrow(
      "3 entries for 120 values",
    );
    await expect(trainNeural([{ ...PANEL[0], clock: 0.5 }], OPTIONS, backend)).rejects.toThrow("clock must be");
  });
});
