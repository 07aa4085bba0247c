import { type ComparedCell, comparedCells, entriesOf } from "./compare-cells.js";
import { distribution } from "./distribution.js";
import type { DriftCell } from "./drift-cell.js";
import type { DriftReport } from "./drift-schema.js";
import type { DriftSettings } from "./drift-settings.js";
import { firstDrift } from "./first-drift.js";

/** Features whose distributions are told. */
const MOST_DISTRIBUTIONS = 6;

/** Cells that have been compared, of all features or some. */
export interface ComparedCells {
  cells: ComparedCell[];
  /** Of the features that moved most, the largest first. */
  distributions: DriftReport["distributions"];
}

/**
 * Compares cells, each by itself.
 *
 * @param cellsOf all cells, or those without a slice of some features
 */
export function compareAllCells(
  cellsOf: (only?: ReadonlySet<string>) => Iterable<DriftCell>,
  settings: DriftSettings,
): ComparedCells {
  const cells = comparedCells(cellsOf(), settings);
  return { cells, distributions: distributionsOf(mostMoved(cells), cellsOf) };
}

/** Entries of all cells of a run, what they come to, and the distributions of the features that moved most. */
export function judgeCells(
  { cells, distributions }: ComparedCells,
  settings: DriftSettings,
): Pick<DriftReport, "features" | "dataset" | "distributions"> {
  const features = entriesOf(cells, settings);
  const judgements = features.flatMap((entry) => [entry, entry.missingness ?? []].flat());
  const told = new Map(distributions.map((one) => [one.feature, one]));
  return {
    features,
    dataset: {
      n_tests: judgements.filter(({ test }) => test.p !== null).length,
      n_drift: features.filter(({ verdict }) => verdict === "drift").length,
      n_missing_drift: features.filter(({ missingness }) => missingness?.verdict === "drift").length,
      first_drift: firstDrift(features),
    },
    distributions: mostMoved(cells).flatMap((feature) => told.get(feature) ?? []),
  };
}

/** Features with the largest effects on the whole table, against their thresholds. */
function mostMoved(cells: readonly ComparedCell[]): string[] {
  return cells
    .filter(({ place, finding }) => place.slice === null && place.window === null && finding.effect.value !== null)
    .map(({ place, finding: { effect } }) => ({
      feature: place.feature,
      size: effect.value! / Math.max(effect.threshold, Number.MIN_VALUE),
    }))
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
