/** Computes one signal, rows of one vehicle after the other; `reset` comes before another vehicle. */
export interface Derivation {
  reset(): void;
  run(inputs: readonly Float64Array[], ts: Float64Array, from: number, to: number, out: Float64Array): void;
}
