import { UnavailableError } from "../../core/errors.js";
import { type ForecastOptions, layOut, type Series } from "../../forecast/index.js";
import type { BatchSetting, SeriesSource } from "../../ingest/index.js";
import type { NeuralNets } from "../../ingest/neural/neural-forecaster.js";
import { neuralPanel, readSample } from "../../ingest/neural/neural-panel.js";
import { encodeNets } from "../../ingest/neural/neural-weights-file.js";
import {
  type NeuralMissing,
  type NeuralRequest,
  type NeuralSource,
  netHorizon,
  netsFor,
} from "../../ingest/neural/open-neural.js";
import type { TrainedNets } from "../../ingest/neural/train-nets.js";
import type { CommandContext } from "../frame.js";
import type { NeuralFacts } from "./forecast-meta-schema.js";

/** The neural model's part in a forecast. */
export interface NeuralPart {
  /** Absent where there are none. */
  nets?: NeuralNets;
  facts: NeuralFacts;
  /** The text of `--save-weights`. */
  file?: string;
  warnings: string[];
}

/** Series of which the earliest origin is looked up. */
const LOOKED_AT = 100;

/**
 * Networks for the series of a table, from a file or trained on them.
 *
 * @param source from `openNeural`
 * @throws UnavailableError where the model is named and there is none
 */
export async function neuralPart(
  table: SeriesSource,
  { grid, zone, options }: BatchSetting,
  request: NeuralRequest,
  source: NeuralSource | NeuralMissing,
  { signal, onProgress }: CommandContext,
): Promise<NeuralPart> {
  const named = options.models !== "auto";
  if ("reason" in source) return withoutNets(source, named);
  const wanted: ForecastOptions = {
    ...options,
    horizon: netHorizon(options.horizon, grid, zone),
    ...{ signal, onProgress },
  };
  const laid = (series: { id: string; t: Float64Array; y: Float64Array }): Series =>
    layOut(series, grid, options.horizon, zone).series;
  const sample = async () => (await readSample(table)).map(laid);
  const found = await netsFor(source, sample, grid, wanted, request.mode);
  if ("reason" in found) return withoutNets(found, named);
  const first: Series[] = [];
  if (source.saved) for await (const series of table.series(LOOKED_AT)) first.push(laid(series));
  return {
    nets: found.nets,
    facts: factsOf(found, source),
    ...(source.saved ? {} : { file: encodeNets(found, grid) }),
    warnings: source.saved ? hindsight(found, neuralPanel(first, { ...options }).reach.origin) : [],
  };
}

/** Goes on without networks, unless they are all that was asked for. */
export function withoutNets({ reason }: NeuralMissing, named: boolean): NeuralPart {
  if (named) throw new UnavailableError("E_NEURAL_UNAVAILABLE", `the model "neural" cannot be had: ${reason}`);
  return { facts: "unavailable", warnings: [`the pool runs without the neural model: ${reason}`] };
}

/** What is said of networks whatever becomes of them. */
function factsOf({ nets: { atOrigins, whole } }: TrainedNets, { saved }: NeuralSource): NeuralFacts {
  const orNull = (v: number) => (Number.isFinite(v) ? v : null);
  const { backend, seed, series, windows, loss, naiveLoss } = atOrigins.training;
  return {
    ...{
      backend,
      seed,
      series,
      windows,
      steps: whole.training.steps,
      loss: orNull(loss),
      naive_loss: orNull(naiveLoss),
    },
    window: whole.shape.window,
    weights_sha256: saved?.sha256 ?? null,
  };
}

/**
 * Networks from a file must not have seen what they are judged by.
 *
 * @param origin earliest origin of the series at hand
 */
export function hindsight({ reach }: TrainedNets, origin: number | null): string[] {
  const judged = "the errors by which they are weighed and their intervals made may be too small";
  if (reach.origin === null || origin === null) {
    return [
      `--weights: without time stamps nothing tells whether the networks have seen values after the origins inside these histories; if they have, ${judged}`,
    ];
  }
  if (origin >= reach.origin) return [];
  return [
    `--weights: the networks have seen values ${reach.origin - origin} steps after the earliest origin inside these histories: ${judged}`,
  ];
}
