/**
 * Probabilities of the quantiles that the network gives at every step, ascending: the nine deciles and the bounds of 80
 * and 95 % intervals.
 */
export const NEURAL_PROBABILITIES: readonly number[] = Object.freeze([
  0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975,
]);

/** A series as the network sees it; values are finite, gaps filled before. */
export interface NeuralSeries {
  id: string;
  y: Float64Array;
  /** 1 where the value was observed: filled steps are no targets. Default: all were. */
  observed?: Uint8Array;
  /** Steps from the common start of all seasons to `y[0]` (hours since a Monday's midnight, say); default 0. */
  clock?: number;
}

/** Sizes of the network; they cannot change once it is trained. */
export interface NeuralShape {
  /** Values that it looks back on. */
  window: number;
  /** Steps ahead that it gives; a shorter forecast takes the first of them. */
  horizon: number;
  /** Season lengths whose phase at the origin it is told, ascending; may be empty. */
  seasons: readonly number[];
  blocks: number;
  /** Neurons of a hidden layer. */
  width: number;
}

/** A trained network: plain data, structured-clone-able. */
export interface NeuralModel {
  shape: NeuralShape;
  /** Weights by layer name, row-major. */
  weights: Readonly<Record<string, Float32Array>>;
  training: NeuralTraining;
}

/** How a network came about. */
export interface NeuralTraining {
  /** Name of the tensor backend. Another one's rounding gives other weights from the same seed. */
  backend: string;
  seed: number;
  series: number;
  /** Windows that could be drawn. */
  windows: number;
  /** Optimiser steps whose weights were kept. */
  steps: number;
  /**
   * Mean pinball loss on the last horizon of each series, held back, in units of each window's own seasonal change (see
   * `readWindow`), and that of the seasonal naive as every quantile; NaN where nothing was held back.
   */
  loss: number;
  naiveLoss: number;
}

/** Options of `trainNeural`; defaults are in `DEFAULT_NEURAL_OPTIONS`. */
export interface NeuralOptions {
  /** Steps ahead, ≥ 1. */
  horizon: number;
  season?: readonly number[];
  /** Default: two of the longest season, at least two horizons, as far as the panel's histories reach. */
  window?: number;
  blocks?: number;
  width?: number;
  /** Windows of a batch. */
  batch?: number;
  /** Most optimiser steps. */
  steps?: number;
  seed?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, label: string) => void;
}

/** The names of `--backend`, fastest first. */
export const TENSOR_BACKENDS = Object.freeze(["cuda", "node", "webgpu", "wasm", "cpu"] as const);
export type TensorBackendName = (typeof TENSOR_BACKENDS)[number];

/** An opened tensor backend. */
export interface TensorBackend {
  name: TensorBackendName;
  /**
   * The namespace of `@tensorflow/tfjs` (or of tfjs-node, which is the same and more). Its type is not named here, since
   * the package is optional and these declarations must compile without it.
   */
  tf: unknown;
  /** What it runs on, for people, e.g. "WebAssembly with SIMD, tfjs 4.22.0". */
  detail: string;
  /** Faster ones that were tried first, and why they are not it. */
  passedOver: { name: TensorBackendName; reason: string }[];
}
