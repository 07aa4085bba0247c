import { choleskyInPlace, choleskySolveInPlace } from "../../core/linear-algebra.js";
import { dot, dotMany } from "../dot.js";
import type { Model, PanelCut } from "../model.js";
import { logOrNull, range } from "./lag-ridge.js";

/** Coefficients by output step: `weights[h * (length + 1) + lag]`, the last of each row is the intercept. */
interface GlobalFit {
  /** Window length that the fit was made for. */
  length: number;
  weights: Float64Array;
}

/** Windows whose target leaves the window's own range by more than this many of its deviations are left out. */
const LARGEST_SCORE = 20;
const PENALTY = 1e-3;
const BLOCK = 256;
/** Windows that begin one after the other say almost the same: of many, so many per coefficient are enough … */
const ENOUGH = 60;
/** … but no thinner than every so manyth: with seasons 24 and 168 they still begin at every hour of the day. */
const LARGEST_STRIDE = 7;

interface Scale {
  centre: number;
  spread: number;
}

function windowScale(x: Float64Array, from: number, length: number): Scale | null {
  let total = 0;
  for (let i = 0; i < length; i++) total += x[from + i];
  const centre = total / length;
  let squares = 0;
  for (let i = 0; i < length; i++) squares += (x[from + i] - centre) ** 2;
  const spread = Math.sqrt(squares / length);
  return spread > 1e-9 * Math.abs(centre) ? { centre, spread } : null;
}

/** Normal equations that grow window by window, so that a later origin only adds what it sees more. */
class WindowGram {
  readonly gram: Float64Array;
  readonly right: Float64Array;
  count = 0;
  private filled = 0;
  private readonly columns: Float64Array[];

  constructor(
    readonly length: number,
    readonly horizon: number,
  ) {
    const width = length + 1;
    this.gram = new Float64Array(width * width);
    this.right = new Float64Array(width * horizon);
    this.columns = Array.from({ length: width + horizon }, () => new Float64Array(BLOCK));
  }

  add(x: Float64Array, from: number): void {
    const { length, horizon, columns } = this;
    const scale = windowScale(x, from, length);
    if (scale === null) return;
    const row = this.filled;
    for (let i = 0; i < length + horizon; i++) {
      const score = (x[from + i] - scale.centre) / scale.spread;
      if (Math.abs(score) > LARGEST_SCORE) return;
      columns[i < length ? i : i + 1][row] = score;
    }
    columns[length][row] = 1;
    this.count++;
    if (++this.filled === BLOCK) this.flush();
  }

  /** Adds every `stride`-th window from the one that begins at `from` to the one at `last`; gives where the next begins. */
  addAll(x: Float64Array, from: number, last: number, stride: number): number {
    let at = from;
    for (; at <= last; at += stride) this.add(x, at);
    return at;
  }

  flush(): void {
    const { gram, right, columns, horizon, filled } = this;
    const width = this.length + 1;
    for (let i = 0; i < width; i++) {
      dotMany(columns[i], columns, i + 1, filled, gram, i * width);
      for (let h = 0; h < horizon; h++) right[h * width + i] += dot(columns[i], columns[width + h], filled);
    }
    this.filled = 0;
  }

  solve(): GlobalFit | null {
    this.flush();
    const width = this.length + 1;
    if (this.count < 2 * width) return null;
    const factor = this.gram.slice();
    for (let i = 0; i < width; i++) factor[i * width + i] += PENALTY * this.count;
    choleskyInPlace(factor, width);
    const weights = this.right.slice();
    for (let h = 0; h < this.horizon; h++) {
      choleskySolveInPlace(factor, width, weights.subarray(h * width, (h + 1) * width));
    }
    return { length: this.length, weights };
  }
}

/**
 * One linear map from the last `length` values, normalised by their own mean and deviation, to all steps of the
 * horizon; fitted by ridge over the windows of all series (Montero-Manso & Hyndman 2021).
 */
function globalLinear(name: string, seasons: number, log: boolean): Model {
  const lengthFor = (season: number) => Math.round(seasons * season);
  const values = (y: Float64Array) => (log ? logOrNull(y) : y);
  return {
    name,
    fitPanel(panel: readonly PanelCut[], season: number, horizon: number): (GlobalFit | null)[] {
      const length = lengthFor(season);
      const transformed = panel.map(({ y }) => values(y));
      const gram = new WindowGram(length, horizon);
      const origins = panel.reduce((most, { cuts }) => Math.max(most, cuts.length), 0);
      const from = panel.map(() => 0);
      let windows = 0;
      for (const { y } of panel) windows += Math.max(0, y.length - length - horizon + 1);
      const stride = Math.max(1, Math.min(LARGEST_STRIDE, Math.round(windows / (ENOUGH * (length + 1)))));
      const fits: (GlobalFit | null)[] = [];
      for (let k = 0; k < origins; k++) {
        for (let i = 0; i < panel.length; i++) {
          const x = transformed[i];
          if (x !== null) from[i] = gram.addAll(x, from[i], panel[i].cuts[k] - length - horizon, stride);
        }
        fits.push(gram.solve());
      }
      return fits;
    },
    point(y, { horizon }, panelFit) {
      const fit = panelFit as GlobalFit | null | undefined;
      if (!fit) return null;
      // The panel's window, also for a series too short to show two seasons of its own.
      const { length } = fit;
      const x = values(y);
      if (x === null || x.length < length) return null;
      const from = x.length - length;
      const scale = windowScale(x, from, length);
      if (scale === null) return null;
      const shown = range(x.subarray(from));
      const low = (shown.low - scale.centre) / scale.spread;
      const high = (shown.high - scale.centre) / scale.spread;
      const out = new Float64Array(horizon);
      for (let h = 0; h < horizon; h++) {
        const row = h * (length + 1);
        let score = fit.weights[row + length];
        for (let i = 0; i < length; i++) score += (fit.weights[row + i] * (x[from + i] - scale.centre)) / scale.spread;
        // Another series' map may not suit this one: as in the recursive models, bounded by what its window has shown.
        const value = scale.centre + scale.spread * Math.min(high + 1, Math.max(low - 1, score));
        out[h] = log ? Math.exp(value) : value;
      }
      return out;
    },
  };
}

/** Two of the longest seasons (336 hours): what the panel's other series do after such a fortnight. */
const twoSeasonsLog = globalLinear("global_linear_long_log", 2, true);

export const globalLinearShort: readonly Model[] = [twoSeasonsLog];

/** Windows of 1.25, 2 and 3 seasons (65, 104 and 156 weeks of a year of 52). */
export const globalLinearLong: readonly Model[] = [
  globalLinear("global_linear_short_log", 1.25, true),
  globalLinear("global_linear_long", 2, false),
  twoSeasonsLog,
  globalLinear("global_linear_longest", 3, false),
];
