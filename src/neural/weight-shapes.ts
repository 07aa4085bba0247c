import { NEURAL_PROBABILITIES, type NeuralShape } from "./types.js";

/** Rows and columns of a layer's weights; a bias is one row. */
export type WeightShape = readonly [rows: number, columns: number];

/** Sizes of one block. Block 0 is the coarsest; each next one looks, and gives knots, four times as finely. */
export interface BlockSizes {
  /** Means of the window that it sees, and knots of its backcast. */
  seen: number;
  /** Knots of its forecast. */
  knots: number;
}

/** Most knots of the distances between neighbouring quantiles along the horizon. */
const SPREAD_KNOTS = 24;

/** Distances between neighbouring quantiles: one fewer than quantiles. */
export const GAPS = NEURAL_PROBABILITIES.length - 1;

/** Which of the probabilities is the median. */
export const MEDIAN = NEURAL_PROBABILITIES.indexOf(0.5);

export function blockSizes({ window, horizon, blocks }: NeuralShape): BlockSizes[] {
  return Array.from({ length: blocks }, (_, block) => {
    const stride = 4 ** (blocks - 1 - block);
    return { seen: Math.ceil(window / stride), knots: Math.min(horizon, Math.max(2, Math.ceil(horizon / stride))) };
  });
}

export const spreadKnots = ({ horizon }: NeuralShape): number => Math.min(horizon, SPREAD_KNOTS);

/** Sine and cosine of each season's phase; the log of the window's change over one step and over each season. */
export const featureCount = ({ seasons }: NeuralShape): number => 3 * seasons.length + 1;

/** Seasons that the window holds at least once; only they have simple forecasts to mix. */
export const heldSeasons = ({ window, seasons }: NeuralShape): readonly number[] => seasons.filter((s) => s <= window);

/** Simple forecasts that are mixed: mean, last value, and for each season held its last round and the mean of its rounds. */
export const candidateCount = (shape: NeuralShape): number => 2 + 2 * heldSeasons(shape).length;

/** Names of a network's weights and their shapes, in the order in which the optimiser and the file hold them. */
export function weightShapes(shape: NeuralShape): ReadonlyMap<string, WeightShape> {
  const { window, horizon, width, blocks } = shape;
  const [features, candidates, gaps] = [featureCount(shape), candidateCount(shape), GAPS * spreadKnots(shape)];
  const weights = new Map<string, WeightShape>();
  blockSizes(shape).forEach(({ seen, knots }, block) => {
    weights.set(`block${block}.in`, [seen, width]);
    weights.set(`block${block}.features`, [features, width]);
    weights.set(`block${block}.in.bias`, [1, width]);
    weights.set(`block${block}.hidden`, [width, width]);
    weights.set(`block${block}.hidden.bias`, [1, width]);
    weights.set(`block${block}.forecast`, [width, knots]);
    // Nothing comes after the last block that could see what it explains.
    if (block < blocks - 1) weights.set(`block${block}.backcast`, [width, seen]);
    weights.set(`block${block}.mix`, [width, candidates]);
    weights.set(`block${block}.spread`, [width, gaps]);
  });
  weights.set("linear", [window, horizon]);
  weights.set("mix.bias", [candidates, horizon]);
  weights.set("spread.bias", [1, gaps]);
  return weights;
}

/** Weights of a network of this shape. */
export const weightCount = (shape: NeuralShape): number =>
  [...weightShapes(shape).values()].reduce((sum, [rows, columns]) => sum + rows * columns, 0);
