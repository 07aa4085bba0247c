import type { WarningCell } from "./types.js";

/** What a warning is called, so that its weight is not told by colour alone. */
export const SEVERITY_WORDS: Readonly<Record<WarningCell["severity"], string>> = Object.freeze({
  info: "Note",
  warning: "Warning",
  error: "Error",
});
