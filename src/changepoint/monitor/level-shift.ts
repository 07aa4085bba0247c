import { shown } from "./detection.js";
import { newTailHistory, type TailHistory } from "./tail-history.js";
import type { StreamRule } from "./tail-streams.js";

/** The medians of the latest observations, without season. */
export type LevelStream = "short" | "long";

export type Levels = Record<LevelStream, TailHistory>;

export const newLevels = (): Levels => ({ short: newTailHistory(), long: newTailHistory() });

/** Level shifts: a short median beyond all that it was in a long history, by a margin. */
export const LEVEL_SHIFTS: StreamRule<LevelStream> = {
  words: {
    short: (x, limit) => `level shift: short median ${shown(x)}, limit ${shown(limit)}`,
    long: (x, limit) => `level shift: long median ${shown(x)}, limit ${shown(limit)}`,
  },
  margin: ({ levelMargin }) => levelMargin,
  // A median of counts moves by whole steps.
  steps: 0.75,
};
