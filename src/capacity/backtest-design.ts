/** Rolling origins of a backtest, in hours. */
export interface BacktestDesign {
  horizon: number;
  origins: number;
  step: number;
  /** What the history did not allow, or null. */
  note: string | null;
}

/** Two weeks: what a weekly season needs to be seen twice. */
const LEAST_TRAINING = 336;
const MOST_ORIGINS = 3;
const DAY = 24;

function originsFor(hours: number, horizon: number): { origins: number; step: number } {
  const room = hours - LEAST_TRAINING - horizon;
  if (room < DAY) return { origins: 0, step: 0 };
  const step = Math.max(DAY, Math.min(horizon, Math.floor(room / (MOST_ORIGINS - 1) / DAY) * DAY));
  return { origins: Math.min(MOST_ORIGINS, 1 + Math.floor(room / step)), step };
}

/**
 * Up to three origins with the plan's own horizon where the history is long enough for at least two; otherwise the
 * longest whole number of weeks whose training and test parts fit twice, then one day; null for less than that.
 */
export function backtestDesign(hours: number, horizon: number): BacktestDesign | null {
  const same = originsFor(hours, horizon);
  if (same.origins >= 2) return { horizon, ...same, note: null };
  const weeks = Math.floor((hours - LEAST_TRAINING) / 2 / 168);
  for (const shorter of [weeks * 168, DAY]) {
    const { origins, step } = originsFor(hours, shorter);
    if (shorter === 0 || shorter >= horizon || origins < 2) continue;
    const note =
      `${hours} hours of history do not allow two origins with the plan's horizon of ${horizon} hours; ` +
      `the backtest looks ${shorter} hours ahead`;
    return { horizon: shorter, origins, step, note };
  }
  return null;
}
