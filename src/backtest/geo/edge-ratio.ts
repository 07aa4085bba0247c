import { clopperPearson } from "../../core/clopper-pearson.js";
import { studentQuantile } from "../../core/distributions.js";

/** Counts and exposure of one vehicle near edges and away from them. */
export interface EdgeCounts {
  near: number;
  away: number;
  kmNear: number;
  kmAway: number;
}

/** A ratio of rates with its interval; nulls where there is none. */
export interface EdgeRatio {
  ratio: number | null;
  low: number | null;
  high: number | null;
  /** Vehicles behind the clustered interval; 0 where the exact one stands alone. */
  clusters: number;
}

/** With fewer vehicles their spread says nothing about a fleet. */
const FEWEST_VEHICLES = 10;

const NONE: EdgeRatio = Object.freeze({ ratio: null, low: null, high: null, clusters: 0 });

/**
 * The exact interval of the ratio of two Poisson rates, given the sum of their counts (Przyborowski & Wilenski, 1940).
 */
function exactInterval(total: EdgeCounts, level: number): [low: number, high: number] {
  const { low, high } = clopperPearson(total.near, total.near + total.away, level);
  const odds = (share: number) => (share / (1 - share)) * (total.kmAway / total.kmNear);
  return [odds(low as number), odds(high as number)];
}

/** The interval of the log ratio whose variance comes from how far vehicles differ (linearisation over clusters). */
function clusteredInterval(vehicles: readonly EdgeCounts[], total: EdgeCounts, level: number): [number, number] {
  const centre = Math.log(total.near / total.kmNear / (total.away / total.kmAway));
  const squares = vehicles.reduce((sum, one) => {
    const near = one.near / total.near - one.kmNear / total.kmNear;
    const away = one.away / total.away - one.kmAway / total.kmAway;
    return sum + (near - away) ** 2;
  }, 0);
  const degrees = vehicles.length - 1;
  const half = studentQuantile(1 - (1 - level) / 2, degrees) * Math.sqrt((squares * vehicles.length) / degrees);
  return [Math.exp(centre - half), Math.exp(centre + half)];
}

/**
 * How many times as often events come near edges as away from them, for each km driven there. The interval is the wider
 * on each side of the exact one and, from ten vehicles on, the one that vehicles' differences give: events of a vehicle
 * come in bunches, which the exact one does not know, and few events need the exact one.
 */
export function edgeRatio(vehicles: readonly EdgeCounts[], level: number): EdgeRatio {
  const total = { near: 0, away: 0, kmNear: 0, kmAway: 0 };
  for (const one of vehicles) for (const key of Object.keys(total) as (keyof EdgeCounts)[]) total[key] += one[key];
  if (total.near + total.away === 0 || total.kmNear === 0 || total.kmAway === 0) return NONE;
  const ratio = total.away === 0 ? null : total.near / total.kmNear / (total.away / total.kmAway);
  const [low, high] = exactInterval(total, level);
  const spread = vehicles.length >= FEWEST_VEHICLES && total.near > 0 && total.away > 0;
  const [lower, upper] = spread ? clusteredInterval(vehicles, total, level) : [low, high];
  const most = Math.max(high, upper);
  return {
    ratio,
    low: Math.min(low, lower),
    high: Number.isFinite(most) ? most : null,
    clusters: spread ? vehicles.length : 0,
  };
}
