import type { MapMatchSection } from "./map-match-schema.js";
import { type MatchOptions, matchOptions } from "./match-options.js";
import { type MatchTally, mergeMatchTallies } from "./match-tally.js";

/** Nearest-rank quantile of counts by centimetre, metres; null without a row. */
function offsetQuantile(counts: readonly number[], p: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(p * total));
  let below = 0;
  for (const [centimetre, count] of counts.entries()) {
    below += count;
    if (below >= rank) return centimetre / 100;
  }
  return null;
}

/**
 * The report of a run's matching from the tallies of its parts, in any order.
 *
 * @param engine what matched
 * @param options the same as those of the matcher
 */
export function mapMatchSection(
  parts: readonly MatchTally[],
  engine: MapMatchSection["engine"],
  options: Partial<MatchOptions> = {},
): MapMatchSection {
  const { rows, noPosition, matched, byCentimetre, breaks, listed } = mergeMatchTallies(parts);
  const { sigmaM, betaM, radiusM, maxGapMs } = matchOptions(options);
  const at = (p: number) => offsetQuantile(byCentimetre, p);
  const [gap, noCandidate, noRoute] = breaks;
  return {
    engine,
    options: { sigma_m: sigmaM, beta_m: betaM, radius_m: radiusM, max_gap_ms: maxGapMs },
    rows,
    no_position: noPosition,
    matched,
    offset_m: { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) },
    breaks: {
      count: gap + noCandidate + noRoute,
      by_reason: { gap, no_candidate: noCandidate, no_route: noRoute },
      listed,
    },
  };
}
