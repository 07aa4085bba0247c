import { disjoint, type GangShape } from "./gang-shape.js";
import type { Reach } from "./reach.js";

/** A domain and which parts of the gang it can take. */
export interface Reachable {
  reach: Reach;
  free: number;
}

/**
 * Splits a gang over as few domains as possible: over those with the least free capacity in sum, or, `balanced`, with
 * the most even numbers of pods. Exact: domain after domain, the cheapest way to take each part of the gang so far.
 *
 * @returns the part (a state) of each domain that gets one; null when all domains together cannot take the gang
 */
export function splitGang(
  shape: GangShape,
  domains: readonly Reachable[],
  balanced: boolean,
): { domain: number; part: number }[] | null {
  const { states } = shape;
  const sizes = Float64Array.from({ length: states }, (_, state) => podsIn(shape, state));
  // One more domain always outweighs any evenness: squares of part sizes never sum to more than size².
  const perDomain = shape.size ** 2 + 1;
  const first = new Float64Array(states).fill(Number.POSITIVE_INFINITY);
  const second = new Float64Array(states);
  first[0] = 0;
  const chosen = domains.map(({ reach, free }) => {
    const took = new Int32Array(states);
    const parts = [...reach.step.keys()].filter((state) => state > 0 && reach.step[state] >= 0);
    // From the whole gang down, so that what is built upon has not yet used this domain.
    for (let state = states - 1; state > 0; state--) {
      for (const part of parts) {
        if (part > state) break;
        const before = state - part;
        if (!disjoint(shape, before, part)) continue;
        const cost = first[before] + perDomain + (balanced ? sizes[part] ** 2 : 0);
        if (cost < first[state] || (cost === first[state] && second[before] + free < second[state])) {
          first[state] = cost;
          second[state] = second[before] + free;
          took[state] = part;
        }
      }
    }
    return took;
  });
  if (first[states - 1] === Number.POSITIVE_INFINITY) return null;
  const out: { domain: number; part: number }[] = [];
  let open = states - 1;
  for (let domain = domains.length - 1; domain >= 0; domain--) {
    if (chosen[domain][open] === 0) continue;
    out.push({ domain, part: chosen[domain][open] });
    open -= chosen[domain][open];
  }
  return out.reverse();
}

function podsIn(shape: GangShape, state: number): number {
  const kinds = shape.pods.length;
  let pods = 0;
  for (let kind = 0; kind < kinds; kind++) pods += shape.digits[state * kinds + kind];
  return pods;
}
