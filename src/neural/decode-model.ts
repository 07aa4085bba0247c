import { InputError } from "../core/errors.js";
import { problemText, schemaProblems } from "../core/schema-problems.js";
import { firstNotFinite } from "./first-not-finite.js";
import { base64ToFloat32 } from "./float32-base64.js";
import { NEURAL_BOUNDS } from "./neural-bounds.js";
import { neuralChecksum } from "./neural-checksum.js";
import { type NeuralFile, NeuralFileSchema } from "./neural-file.js";
import { splitWeights } from "./tensor-weights.js";
import type { NeuralModel } from "./types.js";
import { weightCount } from "./weight-shapes.js";

/** Longest text: all weights as base64, and room for the rest. */
const LONGEST = Math.ceil((NEURAL_BOUNDS.weights * 16) / 3) + 100_000;

function parse(text: string, name: string): NeuralFile {
  if (text.length > LONGEST) {
    throw new InputError(
      `${name}: ${text.length} characters, over the bound of ${LONGEST}: not the file of a neural model`,
      {
        file: name,
      },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${name}: not JSON (${(error as Error).message}): was it cut off?`, { file: name });
  }
  const parsed = NeuralFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(NeuralFileSchema, value, parsed.error);
  throw new InputError(`${name}: ${problemText(problems)}`, { file: name, problems });
}

function readWeights({ shape, weights }: NeuralFile, name: string): Float32Array {
  const refuse = (problem: string): InputError => new InputError(`${name}: ${problem}`, { file: name });
  const expected = weightCount(shape);
  if (expected > NEURAL_BOUNDS.weights) {
    throw refuse(`shape: a network of ${expected} weights, over the bound of ${NEURAL_BOUNDS.weights}`);
  }
  const values = base64ToFloat32(weights);
  if (values === null) throw refuse("weights: not base64 of float32 numbers");
  if (values.length !== expected) throw refuse(`weights: ${values.length} numbers, but its shape has ${expected}`);
  const hole = firstNotFinite(values);
  if (hole >= 0) throw refuse(`weights: number ${hole} is ${values[hole]}`);
  return values;
}

/**
 * The network of a file's value by `modelToFile`.
 *
 * @param name what to call the file in errors
 * @throws InputError naming the field that does not fit its shape, or the checksum if the file is damaged
 */
export function modelOfFile(file: NeuralFile, name: string): NeuralModel {
  const checksum = neuralChecksum(file);
  if (checksum !== file.checksum) {
    throw new InputError(
      `${name}: checksum: ${file.checksum} is written, but its content has ${checksum}: the file is damaged`,
      {
        file: name,
      },
    );
  }
  const { shape, training } = file;
  const weights = splitWeights(shape, readWeights(file, name));
  const { loss, naiveLoss } = training;
  return { shape, weights, training: { ...training, loss: loss ?? Number.NaN, naiveLoss: naiveLoss ?? Number.NaN } };
}

/**
 * The network in the text of a file by `encodeModel`.
 *
 * @param name what to call the file in errors
 * @throws InputError naming the field that is wrong, missing or too large, or the checksum if the file is damaged
 */
export function decodeModel(text: string, name: string): NeuralModel {
  return modelOfFile(parse(text, name), name);
}
