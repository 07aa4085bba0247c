import type * as Tf from "@tensorflow/tfjs";
import { createRandom } from "../core/random.js";
import { type AdamState, adamStart, adamStep } from "./adam.js";
import { type Batch, emptyBatch } from "./batch.js";
import { drawBatch } from "./draw-batch.js";
import { batchLoss, heldOutLoss, holdOut } from "./held-out.js";
import { initialWeights } from "./initial-weights.js";
import { learningRate } from "./learning-rate.js";
import { resolveNeuralOptions, type TrainingPlan } from "./resolve-neural-options.js";
import { type TensorNetwork, tensorNetwork } from "./tensor-forward.js";
import { joinWeights, namedTensors, splitWeights, weightTensors } from "./tensor-weights.js";
import { trainingWindows } from "./training-windows.js";
import type { NeuralModel, NeuralOptions, NeuralSeries, TensorBackend } from "./types.js";

/** Steps between checks on what is held out, and bad checks in a row after which training stops. */
const CHECK_EVERY = 50;
const PATIENCE = 6;
/**
 * A check is bad where its loss lies more than this share over the lowest. Less is noise of a single origin, and then the
 * later weights, of smaller steps, forecast better.
 */
const SLACK = 0.06;
/** Steps after which others may run: an abort, a progress bar. */
const YIELD_EVERY = 5;

/** A run under way: the network on its backend and what its steps need. */
interface Run {
  tf: typeof Tf;
  plan: TrainingPlan;
  network: TensorNetwork;
  state: AdamState;
  next(batch: Batch): void;
  batch: Batch;
  options: NeuralOptions;
}

/** The step that was best on what is held out. */
interface Best {
  step: number;
  loss: number;
  weights: Float32Array;
}

/** Gradient of the loss of the batch by all weights, end to end. */
async function gradient({ tf, plan: { shape }, network, state, batch }: Run): Promise<Float32Array> {
  const loss = (...weights: Tf.Tensor[]): Tf.Scalar =>
    batchLoss(tf, network, shape, namedTensors(shape, weights as Tf.Tensor2D[]), batch);
  const joined = tf.tidy(() => {
    const parts = tf.grads(loss)(weightTensors(tf, shape, state.weights));
    return tf.concat1d(parts.map((part) => tf.reshape(part, [part.size])));
  });
  try {
    return (await joined.data()) as Float32Array;
  } finally {
    joined.dispose();
  }
}

/** One step, 1 … `steps`. */
async function advance(run: Run, step: number): Promise<void> {
  const { tf, plan, options } = run;
  options.signal?.throwIfAborted();
  run.next(run.batch);
  adamStep(run.state, await gradient(run), step, learningRate(step, plan.steps));
  options.onProgress?.(step, plan.steps, "training");
  if (step % YIELD_EVERY === 0) await tf.nextFrame();
}

async function trainAll(run: Run): Promise<Best> {
  for (let step = 1; step <= run.plan.steps; step++) await advance(run, step);
  return { step: run.plan.steps, loss: Number.NaN, weights: run.state.mean.slice() };
}

/** Trains until the held-out loss rises, and keeps the last good weights; untrained ones count too. */
async function trainToBest(run: Run, check: () => Promise<number>): Promise<Best> {
  const keep = (step: number, loss: number): Best => ({ step, loss, weights: run.state.mean.slice() });
  let best = keep(0, await check());
  let lowest = best.loss;
  for (let step = 1, bad = 0; step <= run.plan.steps && bad < PATIENCE; step++) {
    await advance(run, step);
    if (step % CHECK_EVERY !== 0 && step !== run.plan.steps) continue;
    const loss = await check();
    lowest = Math.min(lowest, loss);
    bad = loss <= (1 + SLACK) * lowest ? 0 : bad + 1;
    if (bad === 0) best = keep(step, loss);
  }
  return best;
}

/**
 * Trains one network on all series: N-BEATS-like blocks (Oreshkin et al. 2020), each at its own scale as in N-HiTS
 * (Challu et al. 2023), beside a linear map (Zeng et al. 2023) and a learnt mixture of simple forecasts, by the pinball loss
 * of all quantiles. The last horizon of each series is held back, decides when to stop, and is never a target.
 *
 * The same panel, options, seed and backend give the same weights.
 *
 * @throws InputError where the panel is too short or not finite, or an option is out of bounds
 * @throws NumericalError where no window has anything to learn from
 */
export async function trainNeural(
  panel: readonly NeuralSeries[],
  options: NeuralOptions,
  backend: TensorBackend,
): Promise<NeuralModel> {
  const tf = backend.tf as typeof Tf;
  const plan = resolveNeuralOptions(panel, options);
  const { shape, seed } = plan;
  const windows = trainingWindows(panel, shape);
  const random = createRandom(seed).child("batches");
  const run: Run = {
    tf,
    plan,
    network: tensorNetwork(tf, shape),
    state: adamStart(joinWeights(shape, initialWeights(shape, seed))),
    batch: emptyBatch(plan.batch, shape),
    next: (batch) => drawBatch(windows, shape, random, batch),
    options,
  };
  try {
    const held = holdOut(panel, shape);
    const best = held.targets
      ? await trainToBest(run, () => heldOutLoss(tf, run.network, shape, run.state.mean, held))
      : await trainAll(run);
    return {
      shape,
      weights: splitWeights(shape, best.weights),
      training: {
        backend: backend.name,
        seed,
        series: panel.length,
        windows: windows.count,
        steps: best.step,
        loss: best.loss,
        naiveLoss: held.naiveLoss,
      },
    };
  } finally {
    run.network.dispose();
  }
}
