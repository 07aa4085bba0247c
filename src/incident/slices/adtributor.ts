/** Explanatory power of a slice: its share of a KPI's movement, by sums expected and seen (Bhagwan et al., NSDI 2014). */
export function explanatoryPower(expected: number, seen: number, allExpected: number, allSeen: number): number {
  const movement = allSeen - allExpected;
  return movement === 0 ? 0 : (seen - expected) / movement;
}

/**
 * Surprise of a slice: its part of the Jensen-Shannon divergence between the shares that slices were expected to have and
 * have (Bhagwan et al., NSDI 2014), in nats. It is 0 where a slice moved as everything did.
 *
 * @param expected share expected, 0 … 1
 * @param seen share seen, 0 … 1
 */
export function surprise(expected: number, seen: number): number {
  const both = expected + seen;
  const part = (share: number): number => (share > 0 ? share * Math.log((2 * share) / both) : 0);
  return (part(expected) + part(seen)) / 2;
}
