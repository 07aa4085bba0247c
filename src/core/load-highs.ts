import type { Highs } from "highs";

/** HiGHS, loaded when it is needed: half a second that most callers never pay. */
export async function loadHighs(): Promise<Highs> {
  // The package's types speak of its CommonJS file; the default export of its ES module is the loader itself.
  const loaded: unknown = await import("highs");
  return (loaded as { default: () => Promise<Highs> }).default();
}
