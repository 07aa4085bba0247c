import { InputError } from "../../core/errors.js";
import {
  type Hierarchy,
  layOut,
  nodeSums,
  panelWithSums,
  type ReconcileMethod,
  reconcileForecasts,
} from "../../forecast/index.js";
import {
  type BatchSetting,
  drawPaths,
  forecastLaidOut,
  type SeriesForecast,
  type SeriesSource,
} from "../../ingest/index.js";

/** Numbers of paths that `td` and `mint` may hold: all series' at once, before and after (1 GB). */
const MOST_NUMBERS = 64_000_000;

const NO_STEPS = new Int32Array(0);

/**
 * Adds the sums of a hierarchy to forecasts of its leaves, bottom-up: the leaves' stay as they are. Their paths are
 * drawn one after the other, so they need not be in memory together.
 *
 * @param keepPaths whether the leaves' paths will be wanted again
 * @returns leaves and sums by the UTF-8 bytes of their ids
 */
export async function* addSums(
  batches: AsyncIterable<SeriesForecast[]>,
  hierarchy: Hierarchy,
  { options }: BatchSetting,
  keepPaths: boolean,
): AsyncGenerator<SeriesForecast[]> {
  const sums = nodeSums(hierarchy, options.paths ?? 0, options.horizon);
  const leaves: SeriesForecast[] = [];
  for await (const batch of batches) {
    for (const leaf of batch) {
      checkEnds(leaf, leaves[0] ?? leaf);
      sums.add(leaf.forecast, drawPaths(leaf) ?? new Float64Array(0));
      leaves.push(keepPaths ? leaf : { ...leaf, pathTask: null });
    }
  }
  const { times } = leaves[0];
  const nodes = sums
    .forecasts({ levels: options.levels ?? [], quantiles: options.quantiles ?? [] })
    .map((forecast) => ({ forecast, times, pathTask: null, steps: NO_STEPS }));
  yield sorted([...leaves, ...nodes]);
}

/**
 * Forecasts leaves and sums of a hierarchy as one panel and reconciles them by `td` or `mint`.
 *
 * @throws InputError when the series do not end together, or the paths would not fit into memory
 */
export async function* reconciled(
  source: SeriesSource,
  hierarchy: Hierarchy,
  method: ReconcileMethod,
  { grid, zone, options, neural }: BatchSetting,
  run: { threads: number; signal: AbortSignal; onProgress?: (done: number, total: number, label: string) => void },
): AsyncGenerator<SeriesForecast[]> {
  const { horizon, paths = 0 } = options;
  const count = source.ids.length + Object.keys(hierarchy.nodes).length;
  if (count * paths * horizon > MOST_NUMBERS) {
    const size = ((count * paths * horizon * 16) / 1e9).toFixed(1);
    throw new InputError(
      `--reconcile ${method} holds the paths of all ${count} series and sums in memory, ${size} GB here; use bu, or fewer series or steps`,
      { option: "reconcile", series: count },
    );
  }
  const laidOut = [];
  for await (const series of source.series()) laidOut.push(layOut(series, grid, horizon, zone));
  const [{ times, steps }] = laidOut;
  for (const { series, times: own } of laidOut)
    checkEnds({ forecast: series, times: own }, { forecast: laidOut[0].series, times });
  const panel = panelWithSums(
    laidOut.map(({ series }) => series),
    hierarchy,
    method,
  );
  const made = await forecastLaidOut(
    panel.map((series) => ({ series, times, steps })),
    { ...options, keepErrors: method === "mint", neural },
    run,
  );
  const base = made.map((one) => ({
    ...one.forecast,
    paths: { n: paths, data: drawPaths(one) ?? new Float64Array(0) },
  }));
  const wanted = { levels: options.levels ?? [], quantiles: options.quantiles ?? [] };
  const forecasts = reconcileForecasts(base, hierarchy, method, wanted);
  yield sorted(forecasts.map((forecast) => ({ forecast, times, pathTask: null, steps: NO_STEPS })));
}

type Ending = { forecast: { id: string }; times: Float64Array };

/** Sums need one step to mean one time for all. */
function checkEnds(one: Ending, other: Ending): void {
  if (one.times[0] === other.times[0]) return;
  throw new InputError(
    `a hierarchy needs series that end with the same step; "${one.forecast.id}" and "${other.forecast.id}" do not`,
    { id: one.forecast.id },
  );
}

function sorted(series: SeriesForecast[]): SeriesForecast[] {
  const keyed = series.map((one) => ({ one, key: Buffer.from(one.forecast.id) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ one }) => one);
}
