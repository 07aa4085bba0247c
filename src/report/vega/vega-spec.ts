/** A compiled Vega specification; plain JSON. */
export type VegaSpec = Record<string, unknown>;
