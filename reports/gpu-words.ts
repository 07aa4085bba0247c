import { counted, figure } from "./capacity-plan/words.js";

/** GPU milli as GPUs, to a hundredth: no reader asks for more. */
export function inGpus(milli: number): number {
  return Math.round(milli / 10) / 100;
}

/** `278.7 GPUs`, `1 GPU`. */
export function gpuWords(milli: number): string {
  const gpus = inGpus(milli);
  return `${figure(gpus)} ${gpus === 1 ? "GPU" : "GPUs"}`;
}

/** `no GPU`, `share of a GPU`, `8 GPUs`. */
export function sizeWords(gpus: number): string {
  if (gpus === 0) return "no GPU";
  return gpus < 1 ? "share of a GPU" : counted(gpus, "GPU");
}
