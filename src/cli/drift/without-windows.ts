import type { DriftOptions } from "../../drift/index.js";

/** Options of the reference, which has no windows. */
export function withoutWindows({ windowMs, ...settings }: DriftOptions): DriftOptions {
  return settings;
}
