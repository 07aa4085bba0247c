export { decodeModel, modelOfFile } from "./decode-model.js";
export { encodeModel, modelToFile } from "./encode-model.js";
export { forecastOnBackend } from "./forecast-on-backend.js";
export { type NeuralFile, NeuralFileSchema } from "./neural-file.js";
export { type NeuralQuantilesOptions, neuralQuantiles } from "./neural-quantiles.js";
export { openTensorBackend } from "./open-tensor-backend.js";
export { DEFAULT_NEURAL_OPTIONS } from "./options.js";
export { trainNeural } from "./train-neural.js";
export * from "./types.js";
