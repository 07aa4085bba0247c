import { shown } from "./detection.js";
import { newTailHistory, type TailHistory } from "./tail-history.js";
import type { StreamRule } from "./tail-streams.js";

/** What single observations are judged by: `value` itself, its `residual`, its `jump` away from the latest median. */
export type ExtremeStream = "value" | "residual" | "jump";

export type Extremes = Record<ExtremeStream, TailHistory>;

export const newExtremes = (): Extremes => ({
  value: newTailHistory(),
  residual: newTailHistory(),
  jump: newTailHistory(),
});

/** New extremes: observations beyond all of a long history by a margin. */
export const EXTREMES: StreamRule<ExtremeStream> = {
  words: {
    value: (x, limit) => `new extreme: ${shown(x)}, limit ${shown(limit)}`,
    residual: (x, limit) => `new extreme: ${shown(x)} off the baseline, limit ${shown(limit)}`,
    jump: (x, limit) => `jump: ${shown(x)} off the latest median, limit ${shown(limit)}`,
  },
  margin: ({ valueMargin }) => valueMargin,
  // Counts go one beyond their record now and then.
  steps: 1.5,
};

/** Jumps alone, as long as parts of a season may not have been seen: all the rest moves with it. */
export const JUMPS: StreamRule<"jump"> = { ...EXTREMES, words: { jump: EXTREMES.words.jump } };
