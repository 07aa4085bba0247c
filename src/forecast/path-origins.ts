import type { PreparedSeries } from "./prepare.js";

/**
 * Past origins whose errors make the patterns of paths. Origin k starts `length + k * stride` steps before the end of
 * the history, so that k is the same time for all series that end together.
 */
export interface PathOrigins {
  /** Steps of the block of errors after each origin. */
  length: number;
  /** Steps between origins. */
  stride: number;
  /** Origins that are drawn from, k = 0 … count − 1. */
  count: number;
}

/** Most origins: spread over a long history rather than all taken. */
const MOST = 64;

type History = Pick<PreparedSeries, "y" | "seasons">;

const blockLength = ({ y }: History, horizon: number): number =>
  Math.max(1, Math.min(horizon, Math.floor(y.length / 3)));

/** Steps over which origins may lie: each leaves room for its block and has a season before it. */
function room({ y, seasons }: History, length: number): number {
  const first = Math.max(1, seasons[seasons.length - 1] ?? Math.floor(y.length / 3));
  return y.length - length - first + 1;
}

const strideOf = (series: History, length: number): number =>
  Math.max(1, series.seasons[0] ?? 1, Math.ceil(room(series, length) / MOST));

/** Origins that a series has of a panel's: the latest ones. */
export function ownCount(series: History, { length, stride }: PathOrigins): number {
  return Math.max(0, Math.floor((room(series, length) - 1) / stride) + 1);
}

/**
 * Origins for a panel: blocks, spacing and number that three quarters of the series can follow. Older origins are left
 * out even where a series has them, since there the others' errors of the same time are missing.
 */
export function panelOrigins(panel: readonly History[], horizon: number): PathOrigins {
  const length = lowerQuartile(panel.map((series) => blockLength(series, horizon)));
  const stride = lowerQuartile(panel.map((series) => strideOf(series, length)));
  const shape = { length, stride, count: 0 };
  return { ...shape, count: Math.max(1, lowerQuartile(panel.map((series) => ownCount(series, shape)))) };
}

function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 4)];
}
