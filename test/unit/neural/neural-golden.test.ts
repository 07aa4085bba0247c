import type * as Tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { emptyBatch, readExample, weighMean } from "../../../src/neural/batch.js";
import { batchLoss } from "../../../src/neural/held-out.js";
import { neuralQuantiles, openTensorBackend } from "../../../src/neural/index.js";
import { tensorNetwork } from "../../../src/neural/tensor-forward.js";
import { joinWeights, namedTensors, weightTensors } from "../../../src/neural/tensor-weights.js";
import golden from "../../golden/neural.golden.json" with { type: "json" };

const { shape } = golden;
const weights = Object.fromEntries(
  Object.entries(golden.weights).map(([name, values]) => [name, Float32Array.from(values)]),
);
const model = {
  shape,
  weights,
  training: { backend: "cpu", seed: 0, series: 3, windows: 3, steps: 0, loss: Number.NaN, naiveLoss: Number.NaN },
};
const series = golden.series.map(({ y, clock }, i) => ({ id: `s${i}`, y: Float64Array.from(y), clock }));

describe("the neural model beside numpy", () => {
  it("gives the same quantiles but for the single precision of its window", () => {
    series.forEach(({ y, clock }, i) => {
      const deviation = Math.max(...y) - Math.min(...y);
      neuralQuantiles(model, y, { horizon: shape.horizon, clock })!.forEach((quantile, q) => {
        quantile.forEach((v, h) => {
          expect(Math.abs(v - golden.quantiles[i][q][h]) / deviation).toBeLessThan(1e-6);
        });
      });
    });
  });

  it.each(["cpu", "wasm"] as const)(
    "has the same loss, and the gradient by numeric differences, on %s",
    async (name) => {
      const tf = (await openTensorBackend(name)).tf as typeof Tf;
      const batch = emptyBatch(series.length, shape);
      const targets = series.map((one, row) => readExample(one, one.y.length - shape.horizon, shape, batch, row));
      weighMean(
        batch,
        targets.reduce((sum, count) => sum + count),
      );
      const network = tensorNetwork(tf, shape);
      const { value, grads } = tf.tidy(() =>
        tf.valueAndGrads((...tensors) =>
          batchLoss(tf, network, shape, namedTensors(shape, tensors as Tf.Tensor2D[]), batch),
        )(weightTensors(tf, shape, joinWeights(shape, weights))),
      );
      expect(value.dataSync()[0]).toBeCloseTo(golden.loss, 5);
      const byName = namedTensors(shape, grads as Tf.Tensor2D[]);
      const largest = Math.max(...Object.values(golden.gradient).flat().map(Math.abs));
      for (const [name, wanted] of Object.entries(golden.gradient)) {
        const got = byName.get(name)!.dataSync();
        wanted.forEach((slope, k) => {
          expect(Math.abs(got[k] - slope) / largest, `${name}[${k}]`).toBeLessThan(1e-4);
        });
      }
      tf.dispose([value, ...grads]);
      network.dispose();
    },
  );
});
