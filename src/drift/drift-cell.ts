import type { BinnedSample } from "./binned-sample.js";
import type { LevelSketchSample, SketchSample } from "./sketch/sketch-sample.js";
import type { DriftWindow, LevelSample, NumericSample } from "./types.js";

export type NumericSide = NumericSample | SketchSample | BinnedSample;
export type LevelSide = LevelSample | LevelSketchSample;

/** A feature in a slice and a window: what a verdict is about. Sides are of one kind, each exact or a sketch, or both in the same bins. */
export interface DriftCell {
  feature: string;
  slice: Readonly<Record<string, string>> | null;
  window: DriftWindow | null;
  reference: NumericSide | LevelSide;
  current: NumericSide | LevelSide;
}

export function isNumeric(side: NumericSide | LevelSide): side is NumericSide {
  return side.kind !== "categorical" && side.kind !== "level-sketch";
}
