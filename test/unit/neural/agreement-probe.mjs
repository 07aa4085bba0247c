// `node agreement-probe.mjs BACKEND FILE`: forecasts by the network in the file on a tensor backend, and trains others for
// as many steps as the file says. Prints the quantiles and the held-out losses as one line of JSON.
import { readFileSync } from "node:fs";
import { decodeModel, forecastOnBackend, openTensorBackend, trainNeural } from "../../../dist/src/neural/index.js";

const [, , name, file] = process.argv;
const { model, panel, options, steps: counts } = JSON.parse(readFileSync(file, "utf8"));
const series = panel.map(({ y, ...rest }) => ({ ...rest, y: Float64Array.from(y) }));
const backend = await openTensorBackend(name);
const forecasts = await forecastOnBackend(decodeModel(model, "model"), series, backend);
const losses = [];
for (const steps of counts) losses.push((await trainNeural(series, { ...options, steps }, backend)).training.loss);
const quantiles = forecasts.map((levels) => levels.map((steps) => [...steps]));
const { numTensors } = backend.tf.memory();
process.stdout.write(`${JSON.stringify({ quantiles, losses, numTensors })}\n`);
