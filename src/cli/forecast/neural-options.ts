import { type Command, Option } from "commander";
import { InputError } from "../../core/errors.js";
import type { NeuralRequest } from "../../ingest/neural/open-neural.js";

/** Options of commands that may train or use a neural model. */
export interface NeuralOptions {
  neural: "off" | "auto" | "on";
  backend?: "auto" | "cuda" | "node" | "webgpu" | "wasm" | "cpu";
  saveWeights?: string;
  weights?: string;
}

/** As in `TENSOR_BACKENDS`, which would take time to load. */
const BACKENDS = ["auto", "cuda", "node", "webgpu", "wasm", "cpu"];

/** Adds `--neural` and what belongs to it. */
export function addNeuralOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--neural <mode>",
        "train a neural model on all series, which joins where it lowers the errors; auto goes on where it cannot be trained",
      )
        .choices(["off", "auto", "on"])
        .default("off"),
    )
    .addOption(
      new Option("--backend <name>", "what the neural model is trained on (default: the fastest there is)").choices(
        BACKENDS,
      ),
    )
    .option("--weights <file>", "use the neural networks of this file instead of training some");
}

/** Adds `--save-weights`. */
export function addSaveWeights(command: Command): Command {
  return command.option("--save-weights <file>", "also write the trained networks, for --weights");
}

/**
 * What is asked of the neural model; null is nothing.
 *
 * @param models names of `--model` or `--models`
 * @throws InputError for options that cannot be meant together
 */
export function neuralRequest(o: NeuralOptions, models: readonly string[]): NeuralRequest | null {
  const { neural, backend, weights, saveWeights } = o;
  const refuse = (option: string, why: string) => new InputError(why, { option }, { code: "E_USAGE" });
  const named = models.includes("neural");
  if (neural === "off" && weights === undefined) {
    if (named) throw refuse("neural", 'the model "neural" needs --neural auto, --neural on or --weights');
    if (backend !== undefined) throw refuse("backend", "--backend needs --neural auto or on");
    if (saveWeights !== undefined) throw refuse("save-weights", "--save-weights needs --neural auto or on");
    return null;
  }
  if (weights !== undefined) {
    if (backend !== undefined) throw refuse("backend", "--backend is for training, which --weights makes needless");
    if (saveWeights !== undefined) throw refuse("save-weights", "--save-weights would write what --weights reads");
  }
  if (!named && !models.includes("auto")) {
    throw refuse("neural", `the neural model joins "auto", or is named: add neural to ${models.join(",")}`);
  }
  return { mode: neural === "auto" ? "auto" : "on", backend, weights };
}
