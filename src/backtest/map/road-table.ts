/** Junctions and ends of roads, as read. All columns have the same length. */
export interface RoadNodes {
  /** Unique. */
  id: readonly string[];
  /** Degrees. */
  lat: ArrayLike<number>;
  lon: ArrayLike<number>;
}

/** Roads between two nodes, as read. All columns have the same length. */
export interface RoadEdges {
  /** Unique. */
  id: readonly string[];
  /** Ids of nodes. */
  from: readonly string[];
  to: readonly string[];
  /** 0 both ways, 1 only from `from` to `to`, −1 only the other way; all both ways where left out. */
  oneway?: ArrayLike<number>;
  /** Length, metres; NaN or left out: that of the line. */
  lengthM?: ArrayLike<number>;
  /** Speed limit, metres per second; NaN is unknown. */
  speedLimitMps?: ArrayLike<number>;
  /** The line from `from` to `to`, [longitude, latitude] in degrees; null or left out: straight. */
  geometry?: readonly (readonly (readonly [number, number])[] | null)[];
}

/** What an error says of where a row stands. */
export type RoadPlace = (table: "nodes" | "edges", row: number) => { text: string; details: Record<string, unknown> };
