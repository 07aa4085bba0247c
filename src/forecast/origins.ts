import { isShort } from "./season-kind.js";

/** Where a series is cut to see how its models would have done. */
export interface OriginPlan {
  /** Training lengths, earliest origin first. */
  cuts: number[];
  /** Steps forecast and scored after each cut, ≤ horizon. */
  horizon: number;
}

/** Shortest training parts at which a model is judged, best first: a shorter one only where the panel asks for it. */
const TRAINING = [60, 30, 9, 1] as const;
/** Scored steps that a panel must have: a 95 % quantile wants 39 of them. */
const LEAST_SCORED = 40;

/**
 * Rolling origins at the end of a series of `n` steps: `count` of them, `horizon` apart as long as the training part
 * keeps two cycles of the longest season; otherwise closer together (whole shortest seasons), and at last with a
 * shorter horizon. Too short a series has none.
 */
export function planOrigins(
  n: number,
  horizon: number,
  seasons: readonly number[],
  count: number,
  shortest: number = TRAINING[0],
): OriginPlan {
  const longest = seasons.length ? seasons[seasons.length - 1] : 1;
  const stepUnit = seasons.length ? seasons[0] : 1;
  const training = Math.max(shortest, Math.min(2 * longest, Math.floor(n / 2)));
  const room = n - training;
  if (room < 1) return { cuts: [], horizon: 0 };
  const steps = Math.min(horizon, count > 1 ? Math.max(1, Math.floor(0.6 * room)) : room);
  let origins = Math.min(count, Math.floor(room / steps));
  let step = steps;
  if (origins < count) {
    const stride = Math.floor((room - steps) / (count - 1));
    step = stride >= stepUnit ? Math.floor(stride / stepUnit) * stepUnit : Math.max(1, stride);
    origins = Math.min(count, 1 + Math.floor((room - steps) / step));
  }
  return { cuts: Array.from({ length: origins }, (_, k) => n - steps - (origins - 1 - k) * step), horizon: steps };
}

/** Scored steps of all plans. */
export function scoredSteps(plans: readonly OriginPlan[]): number {
  return plans.reduce((sum, { cuts, horizon }) => sum + cuts.length * horizon, 0);
}

/**
 * Origins of all series of a panel. Series too short for {@link planOrigins} have none and borrow the others' errors;
 * only where the whole panel is too short to make intervals from are shorter training parts allowed.
 */
export function planPanel(
  panel: readonly { n: number; seasons: readonly number[] }[],
  horizon: number,
  count: number,
): { plans: OriginPlan[]; few: boolean } {
  for (const shortest of TRAINING) {
    const plans = panel.map(({ n, seasons }) => planOrigins(n, horizon, seasons, count, shortest));
    const few = scoredSteps(plans) < LEAST_SCORED;
    if (!few || shortest === 1) return { plans, few };
  }
  return { plans: [], few: true };
}

/** Origins per series: few suffice where many series pool their errors. */
export function originCount(seriesCount: number, seasons: readonly number[], horizon: number): number {
  const least = isShort(seasons[0]) ? 4 : 8;
  // Where few steps are scored at each origin, more origins make up for it.
  const most = Math.max(12, Math.ceil(LEAST_SCORED / horizon));
  return Math.min(most, Math.max(least, Math.ceil(128 / Math.max(1, seriesCount))));
}
