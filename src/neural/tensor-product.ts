import type * as Tf from "@tensorflow/tfjs";

/**
 * Products of matrices that can be derived by their factors. tfjs derives `matMul` into products with transposed factors,
 * for which its wasm backend has only a slow loop; a transpose of its own before the product is ten times faster there.
 */
export interface TensorProduct {
  /** x · w, derived by both. */
  both(x: Tf.Tensor2D, w: Tf.Tensor2D): Tf.Tensor2D;
  /** x · w, derived by `w` alone: `x` is data. */
  byWeights(x: Tf.Tensor2D, w: Tf.Tensor2D): Tf.Tensor2D;
  /** x · w, derived by `x` alone: `w` is a constant. */
  byInput(x: Tf.Tensor2D, w: Tf.Tensor2D): Tf.Tensor2D;
}

export function tensorProduct(tf: typeof Tf): TensorProduct {
  /** x · w with both factors saved for the way back, derived by `by`; `customGrad` disposes of all that is not saved. */
  const derived = (
    x: Tf.Tensor2D,
    w: Tf.Tensor2D,
    by: Tf.Tensor2D[],
    back: (dy: Tf.Tensor, x: Tf.Tensor, w: Tf.Tensor) => Tf.Tensor[],
  ): Tf.Tensor2D =>
    tf.customGrad((...inputs) => {
      const save = inputs.at(-1) as unknown as (tensors: Tf.Tensor[]) => void;
      save([x, w]);
      return { value: tf.matMul(x, w), gradFunc: (dy, saved) => back(dy, saved[0], saved[1]) };
    })(...by) as Tf.Tensor2D;
  const towardsInput = (dy: Tf.Tensor, w: Tf.Tensor): Tf.Tensor => tf.matMul(dy, tf.transpose(w));
  const towardsWeights = (dy: Tf.Tensor, x: Tf.Tensor): Tf.Tensor => tf.matMul(tf.transpose(x), dy);
  return {
    both: (x, w) => derived(x, w, [x, w], (dy, a, b) => [towardsInput(dy, b), towardsWeights(dy, a)]),
    byWeights: (x, w) => derived(x, w, [w], (dy, a) => [towardsWeights(dy, a)]),
    byInput: (x, w) => derived(x, w, [x], (dy, _, b) => [towardsInput(dy, b)]),
  };
}
