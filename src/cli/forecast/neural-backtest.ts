import type { Backtest, Forecast, ForecastBacktest, ForecastOptions, JoinTest, Series } from "../../forecast/index.js";
import type { NeuralNets } from "../../ingest/neural/neural-forecaster.js";
import {
  type NeuralMissing,
  type NeuralRequest,
  type NeuralSource,
  netsFor,
  openNeural,
} from "../../ingest/neural/open-neural.js";
import type { CommandContext } from "../frame.js";
import { withoutNets } from "./neural-part.js";
import type { Panel } from "./series-options.js";

/** The neural model in a backtest: before each origin it is trained anew, on what lies before. */
export interface NeuralBacktest {
  /** Networks for one forecast of the backtest; undefined where it has no use for them, or there are none. */
  netsFor(training: readonly Series[], options: ForecastOptions): Promise<NeuralNets | undefined>;
  /** Is told whether they joined. */
  note(joins: Forecast["joins"]): void;
  /** What there is to say once all is done. */
  result(backtest: Backtest): ForecastBacktest["neural"];
  warnings(): string[];
}

/**
 * Opens what the neural model needs before the series are read.
 *
 * @param models names asked for
 * @returns its part in the backtest of a panel whose first origin lies `back` steps before the end
 * @throws InputError and UnavailableError as `openNeural` does, and where "neural" is named and cannot be had
 */
export async function openNeuralBacktest(
  request: NeuralRequest,
  models: readonly string[],
): Promise<(panel: Panel, back: number, context: CommandContext) => NeuralBacktest> {
  const source = await openNeural(request);
  const warnings = "reason" in source ? withoutNets(source, models.includes("neural")).warnings : [];
  return (panel, back, context) => {
    const seen = seenBefore(source, panel.series, back);
    return neuralBacktest(source, request, panel, [...warnings, ...seen], models.includes("neural"), context);
  };
}

/** The origin that is being forecast from, by its number from 1. */
interface Origin {
  training: readonly Series[];
  count: number;
  /** Null until they were wanted. */
  nets: { found: NeuralNets | undefined } | null;
}

function neuralBacktest(
  source: NeuralSource | NeuralMissing,
  { mode }: NeuralRequest,
  { grid }: Panel,
  known: readonly string[],
  named: boolean,
  { signal, onProgress }: CommandContext,
): NeuralBacktest {
  const warnings = new Set(known);
  /** By number of the origin. */
  const tests: (JoinTest | undefined)[] = [];
  let origin: Origin = { training: [], count: 0, nets: null };
  let backend: string | null = null;

  async function make(training: readonly Series[], options: ForecastOptions): Promise<NeuralNets | undefined> {
    if ("reason" in source) return undefined;
    const found = await netsFor(source, () => training, grid, { ...options, signal, onProgress }, mode);
    if ("reason" in found) {
      for (const text of withoutNets(found, named).warnings) warnings.add(text);
      return undefined;
    }
    backend = found.nets.whole.training.backend;
    return found.nets;
  }

  return {
    async netsFor(training, options) {
      // All models of an origin are given the same panel: one training is enough.
      if (origin.training !== training) origin = { training, count: origin.count + 1, nets: null };
      if (options.models !== "auto" && !options.models?.includes("neural")) return undefined;
      origin.nets ??= { found: await make(training, options) };
      return origin.nets.found;
    },
    note(joins) {
      const test = joins?.["neural"];
      if (test) tests[origin.count - 1] = test;
    },
    result({ origins }) {
      if (backend === null) return undefined;
      // Both in the order of the origins that have series; a training that failed has no test.
      const joins = origins.flatMap(({ steps_before_end }, k) => {
        const test = tests[k];
        return test ? [{ steps_before_end, ...test }] : [];
      });
      return { backend, weights_sha256: ("saved" in source && source.saved?.sha256) || null, joins };
    },
    warnings: () => [...warnings],
  };
}

/** Networks of a file are no test of themselves on what they have seen. */
function seenBefore(source: NeuralSource | NeuralMissing, panel: readonly Series[], back: number): string[] {
  if ("reason" in source || !source.saved) return [];
  const { end } = source.saved.reach;
  const origins = panel.map(({ y, clock = Number.NaN }) => clock + y.length - back);
  const origin = origins.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  if (end === null || Number.isNaN(origin)) {
    return [
      "--weights: without time stamps nothing tells whether the networks have seen what the backtest forecasts; if they have, their scores are too good",
    ];
  }
  if (end <= origin) return [];
  return [
    `--weights: the networks have seen ${end - origin} steps after the first origin: their scores, and those of auto with them, are too good`,
  ];
}
