import type { ChartCell } from "./types.js";
import { downsample } from "./vega/downsample.js";

/** A chart's caption, with what was done to its data when it had too many points; empty when there is neither. */
export function chartCaption(cell: ChartCell): string {
  return [cell.caption, downsample(cell.spec).note].filter((text) => text).join(" ");
}
