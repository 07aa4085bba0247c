import type { LevelSketchSample, SketchSample } from "./sketch/sketch-sample.js";
import type { DriftWindow, LevelSample, NumericSample } from "./types.js";

export type NumericSide = NumericSample | SketchSample;
export type LevelSide = LevelSample | LevelSketchSample;

/** A feature in a slice and a window: what a verdict is about. Sides are of one kind, each exact or a sketch. */
export interface DriftCell {
  feature: string;
  slice: Readonly<Record<string, string>> | null;
  window: DriftWindow | null;
  reference: NumericSide | LevelSide;
  current: NumericSide | LevelSide;
}

export function isNumeric(side: NumericSide | LevelSide): side is NumericSide {
  return side.kind === "numeric" || side.kind === "numeric-sketch";
}
