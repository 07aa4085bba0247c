import {
  type Forecaster,
  type Model,
  type ModelSetting,
  type QuantileForecast,
  spreadQuantiles,
} from "../../forecast/index.js";
import { NEURAL_PROBABILITIES, type NeuralModel, neuralQuantiles } from "../../neural/index.js";

/** The networks of one run: plain data, structured-clone-able. */
export interface NeuralNets {
  /** Trained on what lies before the earliest origin of each series. */
  atOrigins: NeuralModel;
  /** Trained on everything: it makes the forecast. */
  whole: NeuralModel;
}

/** Name of the neural model in `--model`, and of its component in the pool. */
export const NEURAL = "neural";

const MEDIAN = NEURAL_PROBABILITIES.indexOf(0.5);

function quantilesOf(y: Float64Array, { horizon, clock }: ModelSetting, fit: unknown): QuantileForecast | null {
  const net = fit as NeuralModel | null | undefined;
  return net && horizon <= net.shape.horizon ? neuralQuantiles(net, y, { horizon, clock }) : null;
}

/** The network as the forecast sees it: its `panelFit` is one of {@link NeuralNets}. */
export const neuralModel: Model = {
  name: NEURAL,
  point: (y, setting, net) => quantilesOf(y, setting, net)?.[MEDIAN] ?? null,
  distribution: (y, setting, probabilities, net) => {
    const quantiles = quantilesOf(y, setting, net);
    return quantiles && spreadQuantiles(quantiles, NEURAL_PROBABILITIES, probabilities);
  },
};

/** The networks as models to be handed in; none without them. */
export function neuralForecasters(nets: NeuralNets | undefined): Forecaster[] {
  return nets ? [{ model: neuralModel, ...nets }] : [];
}
