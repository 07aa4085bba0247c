import { exp2 } from "./exp2.js";

/** Usage that halves with every half-life, in GPU-seconds as of the last `advance`. */
export interface DecayedUsage {
  readonly usage: Float64Array;
  /** Goes on to a later second; since the last one every user has held `gpus[user]` GPUs. */
  advance(now: number, gpus: ArrayLike<number>): void;
}

/**
 * Accounts of usage with exact decay: a user who holds g GPUs for dt seconds adds
 * g·h/ln 2·(1 − 2^(−dt/h)) to what is left, 2^(−dt/h), of the usage before.
 *
 * @param users Number of accounts.
 * @param halfLife Half-life h in seconds.
 * @param start Second at which all accounts are empty.
 */
export function createDecayedUsage(users: number, halfLife: number, start: number): DecayedUsage {
  const usage = new Float64Array(users);
  let last = start;
  return {
    usage,
    advance(now, gpus) {
      if (now === last) return;
      const kept = exp2(-(now - last) / halfLife);
      const added = (halfLife / Math.LN2) * (1 - kept);
      for (let k = 0; k < users; k++) usage[k] = usage[k] * kept + gpus[k] * added;
      last = now;
    },
  };
}
