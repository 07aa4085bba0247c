import type { InputFile } from "../../core/demand.js";

/** What an error calls the files that an input stands for: the first one, and how many more there are. */
export function fileNames(inputs: readonly InputFile[]): string {
  const more = inputs.length - 1;
  return more > 0 ? `${inputs[0].name} and ${more} more` : inputs[0].name;
}
