import type { LevelSide, NumericSide } from "../drift-cell.js";
import { DdSketch } from "./dd-sketch.js";
import { KllSketch } from "./kll-sketch.js";
import { LevelCounts } from "./level-counts.js";
import { emptyOfKind, sketchOfSample } from "./sketch-of-sample.js";
import type { LevelSketchSample, SketchSample } from "./sketch-sample.js";

/** Samples of one kind as one sketch; they stay as they are. Those without values may be of either kind. */
export function mergeSamples(
  samples: readonly (NumericSide | LevelSide)[],
  kind: "numeric" | "categorical",
): SketchSample | LevelSketchSample {
  const sides = samples.map((sample) => emptyOfKind(sample, kind) ?? sketchOfSample(sample));
  const n = sides.reduce((sum, side) => sum + side.n, 0);
  const missing = sides.reduce((sum, side) => sum + side.missing, 0);
  if (kind === "numeric") return { kind: "numeric-sketch", n, missing, ...mergedNumbers(sides as SketchSample[]) };
  const levels = new LevelCounts();
  for (const side of sides as LevelSketchSample[]) levels.merge(side.levels);
  return { kind: "level-sketch", n, missing, levels };
}

function mergedNumbers(sides: readonly SketchSample[]): Pick<SketchSample, "sketch" | "latency"> {
  const filled = sides.filter(({ sketch }) => sketch.n > 0);
  const sketch = new KllSketch(filled[0]?.sketch.k);
  for (const side of filled) sketch.merge(side.sketch);
  const latencies = filled.flatMap(({ latency }) => latency ?? []);
  if (latencies.length === 0 || latencies.length < filled.length) return { sketch };
  const latency = new DdSketch(latencies[0].accuracy);
  for (const one of latencies) latency.merge(one);
  return { sketch, latency };
}
