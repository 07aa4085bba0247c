import { InputError } from "../../core/errors.js";
import type { LevelSide, NumericSide } from "../drift-cell.js";
import { DdSketch } from "./dd-sketch.js";
import { KllSketch } from "./kll-sketch.js";
import { LevelCounts } from "./level-counts.js";
import type { LevelSketchSample, SketchSample } from "./sketch-sample.js";

/**
 * A sample as a sketch; one that is a sketch already is given back.
 *
 * @param isLatency also make a sketch of values with a relative error
 */
export function sketchOfSample(sample: NumericSide | LevelSide, isLatency = false): SketchSample | LevelSketchSample {
  if (sample.kind === "numeric-sketch" || sample.kind === "level-sketch") return sample;
  const { n, missing } = sample;
  if (sample.kind === "categorical") return { kind: "level-sketch", n, missing, levels: LevelCounts.of(sample.counts) };
  if (sample.kind === "numeric-bins") throw new InputError("counts in bins cannot become a sketch of values");
  const sketch = new KllSketch();
  sketch.updateMany(sample.values);
  if (!isLatency) return { kind: "numeric-sketch", n, missing, sketch };
  const latency = new DdSketch();
  latency.updateMany(sample.values);
  return { kind: "numeric-sketch", n, missing, sketch, latency };
}

/** A side without any value takes the kind of the other one, whatever its reader took it for; null: it has values. */
export function emptyOfKind(
  { n, missing }: NumericSide | LevelSide,
  kind: "numeric" | "categorical",
): SketchSample | LevelSketchSample | null {
  if (n > missing) return null;
  return kind === "numeric"
    ? { kind: "numeric-sketch", n, missing, sketch: new KllSketch() }
    : { kind: "level-sketch", n, missing, levels: new LevelCounts() };
}
