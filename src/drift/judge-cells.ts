import { type ComparedCell, compareCells } from "./compare-cells.js";
import { distribution } from "./distribution.js";
import type { DriftCell } from "./drift-cell.js";
import type { DriftEntry, DriftReport } from "./drift-schema.js";
import { firstDrift } from "./first-drift.js";
import type { DriftOptions } from "./types.js";

/** Features whose distributions are told. */
const MOST_DISTRIBUTIONS = 6;

/**
 * Entries of cells, what they come to, and the distributions of the features that moved most.
 *
 * @param cellsOf all cells, or those without a slice of some features
 * @param known as of {@link compareCells}
 */
export function judgeCells(
  cellsOf: (only?: ReadonlySet<string>) => Iterable<DriftCell>,
  options: DriftOptions,
  known?: ReadonlyMap<string, ComparedCell>,
): Pick<DriftReport, "features" | "dataset" | "distributions"> {
  const features = compareCells(cellsOf(), options, known);
  const judgements = features.flatMap((entry) => [entry, entry.missingness ?? []].flat());
  return {
    features,
    dataset: {
      n_tests: judgements.filter(({ test }) => test.p !== null).length,
      n_drift: features.filter(({ verdict }) => verdict === "drift").length,
      n_missing_drift: features.filter(({ missingness }) => missingness?.verdict === "drift").length,
      first_drift: firstDrift(features),
    },
    distributions: distributionsOf(mostMoved(features), cellsOf),
  };
}

/** Features with the largest effects on the whole table, against their thresholds. */
function mostMoved(entries: readonly DriftEntry[]): string[] {
  const size = ({ effect }: DriftEntry) => effect.value! / Math.max(effect.threshold, Number.MIN_VALUE);
  return entries
    .filter(({ slice, window, effect }) => slice === null && window === null && effect.value !== null)
    .map((entry) => ({ feature: entry.feature, size: size(entry) }))
    .sort((a, b) => (a.size === b.size ? 0 : b.size - a.size))
    .slice(0, MOST_DISTRIBUTIONS)
    .map(({ feature }) => feature);
}

function distributionsOf(
  features: readonly string[],
  cellsOf: (only: ReadonlySet<string>) => Iterable<DriftCell>,
): DriftReport["distributions"] {
  const found = new Map<string, DriftReport["distributions"][number]>();
  for (const cell of cellsOf(new Set(features))) {
    const shares = cell.window === null ? distribution(cell) : null;
    if (shares) found.set(cell.feature, shares);
  }
  return features.flatMap((feature) => found.get(feature) ?? []);
}
