/** [x, y], here [longitude, latitude]. */
export type Point = readonly [number, number];

/** Closed ring: the first point comes again as the last. */
export type Ring = readonly Point[];
