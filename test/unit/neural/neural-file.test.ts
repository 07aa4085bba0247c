import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { decodeModel, encodeModel, NeuralFileSchema, neuralQuantiles } from "../../../src/neural/index.js";
import { neuralChecksum } from "../../../src/neural/neural-checksum.js";
import type { NeuralFile } from "../../../src/neural/neural-file.js";
import { randomModel, twoSeasons } from "./small-model.js";

const MODEL = randomModel(3);
const FILE = (): NeuralFile => NeuralFileSchema.parse(JSON.parse(encodeModel(MODEL)));

/** The text of a file with fields of another content, under a checksum that fits. */
function written(change: (file: NeuralFile) => void): string {
  const file = FILE();
  change(file);
  return JSON.stringify({ ...file, checksum: neuralChecksum(file) });
}

describe("the file of a neural model", () => {
  it("comes back as it was, and forecasts the same bytes", () => {
    const model = decodeModel(encodeModel(MODEL), "m.json");
    expect(model).toEqual(MODEL);
    expect(encodeModel(model)).toBe(encodeModel(MODEL));
    const { y } = twoSeasons(1, 1, 40)[0];
    expect(neuralQuantiles(model, y, { horizon: 9 })).toEqual(neuralQuantiles(MODEL, y, { horizon: 9 }));
  });

  it("keeps a loss that is not known", () => {
    const unknown = { ...MODEL, training: { ...MODEL.training, loss: Number.NaN, naiveLoss: Number.NaN } };
    expect(JSON.parse(encodeModel(unknown)).training.loss).toBeNull();
    expect(decodeModel(encodeModel(unknown), "m.json")).toEqual(unknown);
  });

  it("holds weights as little-endian float32", () => {
    const bytes = Buffer.from(FILE().weights, "base64");
    expect(bytes.readFloatLE(0)).toBe(MODEL.weights["block0.in"][0]);
    expect(bytes.readFloatLE(bytes.length - 4)).toBe(MODEL.weights["spread.bias"].at(-1));
  });

  it("refuses a file that was changed anywhere", () => {
    const text = encodeModel(MODEL);
    const file = FILE();
    const middle = file.weights.length / 2;
    const other = file.weights[middle] === "A" ? "B" : "A";
    const weights = `${file.weights.slice(0, middle)}${other}${file.weights.slice(middle + 1)}`;
    for (const damaged of [
      text.replace('"steps":7', '"steps":8'),
      text.replace('"seed":3', '"seed":4'),
      JSON.stringify({ ...file, weights }),
      JSON.stringify({ ...file, checksum: "00000000" }),
    ]) {
      expect(() => decodeModel(damaged, "m.json")).toThrow(/^m\.json: checksum: .* the file is damaged$/);
    }
    expect(() => decodeModel(text.slice(0, -20), "m.json")).toThrow(/^m\.json: not JSON .* was it cut off\?$/);
  });

  it.each<[string, (file: NeuralFile) => void]>([
    ["schema", (file) => Object.assign(file, { schema: "fleetlens.neural/2" })],
    ["probabilities: must be 0.025", (file) => file.probabilities.pop()],
    ["shape.window", (file) => Object.assign(file.shape, { window: 0 })],
    ["shape.width", (file) => Object.assign(file.shape, { width: 1e9 })],
    ["shape.seasons: must ascend", (file) => file.shape.seasons.reverse()],
    ['shape: unknown key "widht"', (file) => Object.assign(file.shape, { widht: 3 })],
    ["training.backend", (file) => Object.assign(file.training, { backend: "abacus" })],
    ["training.steps", (file) => Object.assign(file.training, { steps: -1 })],
    ["weights: 1182 numbers", (file) => Object.assign(file, { weights: file.weights.slice(0, 6304) })],
    ["weights: not base64", (file) => Object.assign(file, { weights: `?${file.weights.slice(1)}` })],
    ["weights: not base64 of float32", (file) => Object.assign(file, { weights: "AAAA" })],
    ["weights: number 0 is NaN", (file) => Object.assign(file, { weights: `AADAfwAA${file.weights.slice(8)}` })],
    ["shape: a network of", (file) => Object.assign(file.shape, { window: 20_000, horizon: 2000, width: 1024 })],
  ])("refuses a wrong field: %s", (problem, change) => {
    expect(() => decodeModel(written(change), "m.json")).toThrow(InputError);
    expect(() => decodeModel(written(change), "m.json")).toThrow(`m.json: ${problem}`);
  });

  it("refuses text far over the size of any network before it reads it", () => {
    expect(() => decodeModel(" ".repeat(43_000_000), "m.json")).toThrow("over the bound of");
    for (const text of ["", "null", "[]", "{}", '"x"']) expect(() => decodeModel(text, "m.json")).toThrow(InputError);
  });
});
