/** Where a series is cut to see how its models would have done. */
export interface OriginPlan {
  /** Training lengths, earliest origin first. */
  cuts: number[];
  /** Steps forecast and scored after each cut, ≤ horizon. */
  horizon: number;
}

/** Shortest training part at which a model is judged. */
const SHORTEST_TRAINING = 60;

/**
 * Rolling origins at the end of a series of `n` steps: `count` of them, `horizon` apart as long as the training part
 * keeps two cycles of the longest season; otherwise closer together (whole shortest seasons), and at last with a
 * shorter horizon. Too short a series has none.
 */
export function planOrigins(n: number, horizon: number, seasons: readonly number[], count: number): OriginPlan {
  const longest = seasons.length ? seasons[seasons.length - 1] : 1;
  const shortest = seasons.length ? seasons[0] : 1;
  const training = Math.max(SHORTEST_TRAINING, Math.min(2 * longest, Math.floor(n / 2)));
  const room = n - training;
  if (room < 1) return { cuts: [], horizon: 0 };
  const steps = Math.min(horizon, count > 1 ? Math.max(1, Math.floor(0.6 * room)) : room);
  let origins = Math.min(count, Math.floor(room / steps));
  let step = steps;
  if (origins < count) {
    const stride = Math.floor((room - steps) / (count - 1));
    step = stride >= shortest ? Math.floor(stride / shortest) * shortest : Math.max(1, stride);
    origins = Math.min(count, 1 + Math.floor((room - steps) / step));
  }
  return { cuts: Array.from({ length: origins }, (_, k) => n - steps - (origins - 1 - k) * step), horizon: steps };
}

/** Origins per series: few suffice where many series pool their errors. */
export function originCount(seriesCount: number, seasons: readonly number[]): number {
  const least = seasons.length > 0 && seasons[0] < 26 ? 4 : 5;
  return Math.min(12, Math.max(least, Math.ceil(128 / Math.max(1, seriesCount))));
}
