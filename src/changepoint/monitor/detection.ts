/** What a detector says of an observation. */
export interface Detection {
  /** Statistic in units of its limit: 1 and more is a finding. */
  strength: number;
  /** A finding in words. */
  reason: () => string;
}

export const NOTHING: Readonly<Detection> = Object.freeze({ strength: 0, reason: () => "" });

/** The stronger of two; the first if they are as strong. */
export const stronger = (a: Detection, b: Detection): Detection => (b.strength > a.strength ? b : a);

/** A number for people: four significant digits. */
export const shown = (x: number): string => String(Number(x.toPrecision(4)));
