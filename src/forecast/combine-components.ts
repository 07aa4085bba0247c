import { type CombinedFit, combineFits } from "./combine.js";
import type { ComponentFit, SeriesTask } from "./fit-series.js";
import type { FittedComponent } from "./score-pool.js";

/** Names of the components that any series has, each once. */
export const componentNames = (fits: readonly ComponentFit[][]): string[] => [
  ...new Set(fits.flatMap((components) => components.map((fit) => fit.name))),
];

/** Each component of each series as the weighted median of its members, whose weights know the whole panel. */
export function combineComponents(tasks: readonly SeriesTask[], fits: readonly ComponentFit[][]): FittedComponent[][] {
  const combined = fits.map((components) => new Array<CombinedFit>(components.length));
  for (const name of componentNames(fits)) {
    const places = fits.flatMap((components, i) =>
      components.flatMap((fit, c) => (fit.name === name ? [{ i, c }] : [])),
    );
    const found = combineFits(
      places.map(({ i, c }) => ({ series: tasks[i].series, plan: tasks[i].plan, fit: fits[i][c] })),
    );
    places.forEach(({ i, c }, at) => {
      combined[i][c] = found[at];
    });
  }
  return combined.map((row, i) => row.map((fit) => ({ series: tasks[i].series, plan: tasks[i].plan, fit })));
}
