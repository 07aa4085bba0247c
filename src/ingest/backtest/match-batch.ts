/** Positions for a match service. */
export interface MatchBatch {
  /** Epoch ms. */
  ts: number[];
  lat: number[];
  lon: number[];
}

/** What a service says of one position; null where it found no road. */
export interface MatchedPoint {
  edge: string;
  /** Metres along the edge; NaN where the service does not tell. */
  offset: number;
  /** Metres from the position. */
  distance: number;
  /** Metres per second; NaN where the service does not tell. */
  speedLimit: number;
  /** The route does not go on from the position before. */
  cut: boolean;
}

/** Asks a service about one batch; null where it found nothing at all. */
export type AskMatch = (batch: MatchBatch) => Promise<(MatchedPoint | null)[] | null>;
