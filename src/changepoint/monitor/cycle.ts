/**
 * Typical deviations along a cycle, e.g. over the hours of a day: a curve through equally spaced anchors, straight
 * between them, that follows the observations as they come. Plain data, so that it can be stored as JSON.
 */
export interface Cycle {
  /** Length in units of the time that is given to it. */
  length: number;
  /** Value at each anchor; null until seen. */
  anchors: (number | null)[];
  /** Weight of the observations near each anchor. */
  seen: number[];
}

export const newCycle = (length: number, anchors: number): Cycle => ({
  length,
  anchors: new Array<null>(anchors).fill(null),
  seen: new Array<number>(anchors).fill(0),
});

/** Part of the way to the values of its newest visit that an anchor goes. */
const FOLLOW = 0.25;

function placeOf({ length, anchors }: Cycle, t: number): { left: number; right: number; part: number } {
  const turns = t / length;
  const at = (turns - Math.floor(turns)) * anchors.length;
  const left = Math.min(Math.floor(at), anchors.length - 1);
  return { left, right: (left + 1) % anchors.length, part: at - left };
}

/** Value of the curve at a time; null where it has not been for as long as an anchor's share of the cycle. */
export function cycleValue(cycle: Cycle, t: number, perCycle: number): number | null {
  const { anchors, seen } = cycle;
  const { left, right, part } = placeOf(cycle, t);
  const [a, b] = [anchors[left], anchors[right]];
  if (a === null || seen[left] < (0.4 * perCycle) / anchors.length) return null;
  return b === null ? a : a + part * (b - a);
}

/**
 * Lets the curve follow an observation.
 *
 * @param deviation the observation, less what is no season
 * @param miss deviation less the value of the curve, limited; null where the curve has no value yet
 * @param perCycle observations in a cycle
 */
export function followCycle(cycle: Cycle, t: number, deviation: number, miss: number | null, perCycle: number): void {
  const { anchors, seen } = cycle;
  const { left, right, part } = placeOf(cycle, t);
  const follow = FOLLOW / Math.max(1, perCycle / anchors.length);
  const norm = part * part + (1 - part) * (1 - part);
  for (const [anchor, weight] of [
    [left, 1 - part],
    [right, part],
  ]) {
    if (weight === 0) continue;
    const value = anchors[anchor];
    const own = value === null ? 0 : (miss ?? deviation - value);
    const gain = Math.max(1 / (1 + seen[anchor]), follow);
    anchors[anchor] = value === null ? deviation : value + (gain * weight * own) / norm;
    seen[anchor] += weight;
  }
}
