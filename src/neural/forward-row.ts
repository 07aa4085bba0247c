import type { WindowRows } from "./read-window.js";
import { softplus } from "./softplus.js";
import type { NeuralModel, NeuralShape } from "./types.js";
import { blockSizes, candidateCount, GAPS, MEDIAN, spreadKnots } from "./weight-shapes.js";

/** out += x · weights, with weights [x, out] row-major. */
function addProduct(x: Float64Array, weights: Float32Array, out: Float64Array): void {
  const columns = out.length;
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (v === 0) continue;
    for (let j = 0, at = i * columns; j < columns; j++, at++) out[j] += v * weights[at];
  }
}

/** Sets negative values to 0. */
function rectify(x: Float64Array): Float64Array {
  for (let j = 0; j < x.length; j++) x[j] = Math.max(0, x[j]);
  return x;
}

/** Means of `pools` neighbourhoods, as by `poolMatrix`. */
function poolValues(x: Float64Array, pools: number, out: Float64Array): void {
  const length = Math.ceil(x.length / pools);
  for (let pool = 0; pool < pools; pool++) {
    const end = x.length - (pools - 1 - pool) * length;
    const start = Math.max(0, end - length);
    let sum = 0;
    for (let i = start; i < end; i++) sum += x[i];
    out[pool] = sum / (end - start);
  }
}

/** out += factor · the straight lines between knots, as by `lineMatrix`. */
function addLines(knots: Float64Array, factor: number, out: Float64Array): void {
  const last = knots.length - 1;
  for (let step = 0; step < out.length; step++) {
    const at = out.length > 1 ? (step * last) / (out.length - 1) : 0;
    const left = Math.min(Math.floor(at), Math.max(0, last - 1));
    const share = at - left;
    out[step] += factor * ((1 - share) * knots[left] + (share > 0 ? share * knots[left + 1] : 0));
  }
}

/** What the blocks add up: the forecast (in steps), logits of the mixture, and gaps at knots. */
interface Sums {
  forecast: Float64Array;
  mix: Float64Array;
  spread: Float64Array;
}

/** The blocks, coarsest first, each on what the ones before it left unexplained. */
function runBlocks({ shape, weights }: NeuralModel, input: WindowRows): Sums {
  const residual = Float64Array.from(input.z);
  const features = Float64Array.from(input.features);
  const sums: Sums = {
    forecast: new Float64Array(shape.horizon),
    mix: new Float64Array(candidateCount(shape)),
    spread: Float64Array.from(weights["spread.bias"]),
  };
  blockSizes(shape).forEach(({ seen, knots }, block) => {
    const layer = (name: string): Float32Array => weights[`block${block}.${name}`];
    const x = new Float64Array(seen);
    poolValues(residual, seen, x);
    const first = Float64Array.from(layer("in.bias"));
    addProduct(x, layer("in"), first);
    addProduct(features, layer("features"), first);
    const hidden = Float64Array.from(layer("hidden.bias"));
    addProduct(rectify(first), layer("hidden"), hidden);
    rectify(hidden);
    const forecast = new Float64Array(knots);
    addProduct(hidden, layer("forecast"), forecast);
    addLines(forecast, 1, sums.forecast);
    addProduct(hidden, layer("mix"), sums.mix);
    addProduct(hidden, layer("spread"), sums.spread);
    if (block === shape.blocks - 1) return;
    const backcast = new Float64Array(seen);
    addProduct(hidden, layer("backcast"), backcast);
    addLines(backcast, -1, residual);
  });
  return sums;
}

/** Adds the mixture of the simple forecasts: softmax over them of one logit per row plus one per step. */
function addMixture({ shape, weights }: NeuralModel, input: WindowRows, logits: Float64Array, out: Float64Array): void {
  const { horizon } = shape;
  const candidates = candidateCount(shape);
  const bias = weights["mix.bias"];
  for (let h = 0; h < horizon; h++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < candidates; c++) largest = Math.max(largest, logits[c] + bias[c * horizon + h]);
    let [sum, mixed] = [0, 0];
    for (let c = 0; c < candidates; c++) {
      const weight = Math.exp(logits[c] + bias[c * horizon + h] - largest);
      sum += weight;
      mixed += weight * input.candidates[c * horizon + h];
    }
    out[h] += mixed / sum;
  }
}

/** The quantiles around the median: distances of neighbours are positive at knots, hence everywhere between. */
function spreadOut(shape: NeuralShape, unit: number, spread: Float64Array, median: Float64Array): Float64Array[] {
  const knots = spreadKnots(shape);
  const gaps = spread.map(softplus);
  const quantiles: Float64Array[] = [];
  quantiles[MEDIAN] = median;
  const next = (from: number, gap: number, sign: number): Float64Array => {
    const out = quantiles[from].slice();
    addLines(gaps.subarray(gap * knots, (gap + 1) * knots), sign * unit, out);
    return out;
  };
  for (let q = MEDIAN + 1; q <= GAPS; q++) quantiles[q] = next(q - 1, q - 1, 1);
  for (let q = MEDIAN - 1; q >= 0; q--) quantiles[q] = next(q + 1, q, -1);
  return quantiles;
}

/** Forward pass of one window (`rows` 1): [probability][step], in units of the window's deviation around its mean. */
export function forwardRow(model: NeuralModel, input: WindowRows): Float64Array[] {
  const { forecast, mix, spread } = runBlocks(model, input);
  addProduct(Float64Array.from(input.z), model.weights["linear"], forecast);
  const unit = input.unit[0];
  const median = forecast.map((v) => unit * v);
  addMixture(model, input, mix, median);
  return spreadOut(model.shape, unit, spread, median);
}
