import type { Random } from "../core/random.js";
import type { NeuralSeries, NeuralShape } from "./types.js";

/** The places of a panel at which a window with all its targets fits. */
export interface TrainingWindows {
  /** Windows that could be drawn. */
  count: number;
  /** Draws a series, then the end of a window in it. */
  draw(random: Random): { series: NeuralSeries; end: number };
}

/**
 * Series are drawn in proportion to the square root of the windows that they have: a long one has more to tell, but the
 * short ones of a panel must count too. Size plays no part, since windows are normalised. The last horizon of each series is
 * held back.
 */
export function trainingWindows(panel: readonly NeuralSeries[], { window, horizon }: NeuralShape): TrainingWindows {
  const fitting = panel
    .map((series) => ({ series, windows: series.y.length - 2 * horizon - window + 1 }))
    .filter(({ windows }) => windows > 0);
  let sum = 0;
  const sums = fitting.map(({ windows }) => {
    sum += Math.sqrt(windows);
    return sum;
  });
  return {
    count: fitting.reduce((count, { windows }) => count + windows, 0),
    draw(random) {
      const at = random.uniform() * sum;
      let [low, high] = [0, sums.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sums[middle] > at) high = middle;
        else low = middle + 1;
      }
      const { series, windows } = fitting[low];
      return { series, end: window + random.int(windows) };
    },
  };
}
