// What the neural model's choices are judged by: the last origin inside training data, never a test part.
//
//   node scripts/bench.mjs neural-choices [SET,…]
//
// - hourly, weekly: the last horizon of the M4 train files. queues: Philly's virtual clusters, a week ahead. helios: hours
//   360 to 408 of its first 408. families: generated hourly series with a seed that no other bench uses.
//
// Prints for the network, the seasonal naive, the forecaster without it, and the plain average of that and the network.
import { cpus, loadavg } from "node:os";
import { forecast, mase, smape, wql } from "../src/forecast/index.js";
import {
  DEFAULT_NEURAL_OPTIONS,
  NEURAL_PROBABILITIES,
  neuralQuantiles,
  openTensorBackend,
  trainNeural,
} from "../src/neural/index.js";
import { DECILES } from "./m4.js";
import { type NeuralCase, neuralCases } from "./neural-cases.js";

type Deciles = Float64Array[];

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** sMAPE and MASE of the median, and wQL of the deciles over all series alike: each scaled by its own history. */
function score({ panel, actual, scale }: NeuralCase, deciles: readonly Deciles[]): Record<string, number> {
  const each = (f: (i: number) => number): number => mean(panel.map((_, i) => f(i)).filter(Number.isFinite));
  const quantiles = (i: number) => new Map(DECILES.map((p, q) => [p, deciles[i][q]]));
  return {
    mase: each((i) => mase(actual[i], deciles[i][4], panel[i].y, scale)),
    smape: each((i) => smape(actual[i], deciles[i][4])),
    wql: each((i) => wql(actual[i], quantiles(i))),
  };
}

const asked = process.argv[2]?.split(",");
const backend = await openTensorBackend("auto");
console.log(`${backend.detail}, ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}`);
for await (const one of neuralCases(asked)) {
  const { name, panel, horizon, season } = one;
  const started = performance.now();
  const model = await trainNeural(panel, { horizon, season }, backend);
  const seconds = (performance.now() - started) / 1000;
  const other = (models: "auto" | string[]): Deciles[] =>
    forecast(panel, { horizon, season, quantiles: DECILES, models }).map((f) => DECILES.map((p) => f.quantiles[p]));
  const auto = other("auto");
  // A history shorter than the window has no forecast by the network: the forecaster's own stands there.
  const net = panel.map(({ y }, i) => {
    const all = neuralQuantiles(model, y, { horizon });
    return all ? DECILES.map((p) => all[NEURAL_PROBABILITIES.indexOf(p)]) : auto[i];
  });
  const both = net.map((own, i) => own.map((values, q) => values.map((v, h) => (v + auto[i][q][h]) / 2)));
  const { steps, loss, naiveLoss } = model.training;
  console.log(
    `${name}: ${panel.length} series, window ${model.shape.window}, ${steps} of ${DEFAULT_NEURAL_OPTIONS.steps} steps in ${seconds.toFixed(0)} s, held-out loss ${loss.toFixed(4)} (naive ${naiveLoss.toFixed(4)})`,
  );
  for (const [who, deciles] of Object.entries({
    naive: other(["seasonal_naive"]),
    network: net,
    auto,
    average: both,
  })) {
    const cells = Object.entries(score(one, deciles)).map(([key, value]) => `${key} ${value.toPrecision(4)}`);
    console.log(`  ${who.padEnd(10)}${cells.join("  ")}`);
  }
}
