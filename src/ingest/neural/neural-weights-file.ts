import { createHash } from "node:crypto";
import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";
import { VERSION } from "../../core/version.js";
import { FREQUENCIES, type Frequency } from "../../forecast/index.js";
import { modelOfFile, modelToFile, NeuralFileSchema } from "../../neural/index.js";
import { readBytes } from "../read-document.js";
import type { TrainedNets } from "./train-nets.js";

const position = z.int().nullable();

/** What `--save-weights` writes and `--weights` reads. */
export const NeuralWeightsSchema = z
  .strictObject({
    schema: z.literal("fleetlens.neural-weights/1"),
    version: z.string().describe("of fleetlens"),
    frequency: z.enum(FREQUENCIES).describe("step of the series it was trained on"),
    reach: z
      .strictObject({ origin: position, end: position })
      .describe(
        "steps from a Monday's midnight in the year 1 to the earliest origin, where the first network ends, and to the end of what the second has seen; null for integer steps",
      ),
    at_origins: NeuralFileSchema.describe("trained on what lies before each series' earliest origin"),
    whole: NeuralFileSchema.describe("trained on everything: it makes the forecasts"),
  })
  .describe("Neural networks of a forecast");

/** Networks from a file. */
export interface SavedNets extends TrainedNets {
  frequency: Frequency;
  sha256: string;
}

/** The text of a file of networks: the same bytes for the same networks. */
export function encodeNets({ nets, reach }: TrainedNets, frequency: Frequency): string {
  const head = { schema: "fleetlens.neural-weights/1", version: VERSION, frequency, reach };
  return `${JSON.stringify({ ...head, at_origins: modelToFile(nets.atOrigins), whole: modelToFile(nets.whole) })}\n`;
}

/**
 * Networks of a file by {@link encodeNets}.
 *
 * @throws InputError naming the file and what is wrong with it
 */
export async function readNets(path: string): Promise<SavedNets> {
  const bytes = await readBytes(path, "neural weights");
  const file = parsed(bytes.toString("utf8"), path);
  const net = (part: "at_origins" | "whole") => modelOfFile(file[part], `${path} ${part}`);
  const [atOrigins, whole] = [net("at_origins"), net("whole")];
  if (JSON.stringify(atOrigins.shape) !== JSON.stringify(whole.shape)) {
    throw new InputError(`${path}: its two networks are not of one shape: save them again`, { file: path });
  }
  const { frequency, reach } = file;
  return { nets: { atOrigins, whole }, reach, frequency, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function parsed(text: string, path: string): z.infer<typeof NeuralWeightsSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${path}: not JSON (${(cause as Error).message}): was it cut off?`, { file: path }, { cause });
  }
  const result = NeuralWeightsSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = schemaProblems(NeuralWeightsSchema, value, result.error);
  throw new InputError(`${path}: no file of --save-weights: ${problemText(problems)}`, { file: path });
}
