import { exp2 } from "./exp2.js";

/** Accounts with shares, and the users under each; the users of an account share equally. */
export interface Associations {
  /** Shares of each account, ≥ 0, in any unit. */
  shares: ArrayLike<number>;
  /** Account of each user. */
  accountOf: ArrayLike<number>;
}

/**
 * Slurm's classic fair-share factor of each user, 2^(−U/S): S is the user's part of all shares, U of all usage. As in
 * Slurm a user's usage is drawn towards that of the account: U = u + (U_account − u)/(users of the account), so that
 * the lone user of an account has its usage, and an idle user of a busy account pays for some of it.
 *
 * @param usage Decayed usage of each user, in any unit.
 * @returns One factor in [0, 1] a user: 1 without usage, ½ when usage and share agree, 0 without shares but with usage.
 * @see Slurm, "Classic Fairshare Algorithm".
 */
export function classicFactors({ shares, accountOf }: Associations, usage: ArrayLike<number>): Float64Array {
  const { total, ofAccount, members } = sums(shares.length, accountOf, usage);
  const allShares = sumOf(shares);
  return Float64Array.from(usage, (own, k) => {
    const account = accountOf[k];
    const u = own + (ofAccount[account] - own) / members[account];
    if (!(u > 0)) return 1;
    const share = shares[account] / allShares / members[account];
    return share > 0 ? exp2(-u / total / share) : 0;
  });
}

/**
 * Slurm's Fair Tree factor of each user: accounts, then the users of each, are ranked by share over usage among
 * siblings, and a user of a better-served account never comes before one of a worse-served account. Accounts that tie
 * are ranked as one; users that tie share the better rank.
 *
 * @param usage Decayed usage of each user, in any unit.
 * @returns Rank over the number of users: 1 for the user to serve first, 1/n for the last.
 * @see Slurm, "Fair Tree Fairshare Algorithm" (Cox & Morrison).
 */
export function fairTreeFactors({ shares, accountOf }: Associations, usage: ArrayLike<number>): Float64Array {
  const { ofAccount, members } = sums(shares.length, accountOf, usage);
  const ofUser = Float64Array.from(usage, (own, k) => {
    const account = accountOf[k];
    return level(1 / members[account], own > 0 ? own / ofAccount[account] : 0);
  });
  const ofItsAccount = Float64Array.from(usage, (_, k) => level(shares[accountOf[k]], ofAccount[accountOf[k]]));
  const compare = (a: number, b: number) =>
    descending(ofItsAccount[a], ofItsAccount[b]) || descending(ofUser[a], ofUser[b]);
  const order = Array.from(usage, (_, k) => k).sort((a, b) => compare(a, b) || a - b);
  const factors = new Float64Array(order.length);
  order.forEach((k, place) => {
    const tied = place > 0 && compare(order[place - 1], k) === 0;
    factors[k] = tied ? factors[order[place - 1]] : (order.length - place) / order.length;
  });
  return factors;
}

/** Share over usage among siblings; a factor common to all of them does not matter. */
function level(share: number, used: number): number {
  if (share === 0) return 0;
  return used > 0 ? share / used : Number.POSITIVE_INFINITY;
}

function descending(a: number, b: number): number {
  return a === b ? 0 : b > a ? 1 : -1;
}

function sums(accounts: number, accountOf: ArrayLike<number>, usage: ArrayLike<number>) {
  const ofAccount = new Float64Array(accounts);
  const members = new Int32Array(accounts);
  let total = 0;
  for (let k = 0; k < usage.length; k++) {
    ofAccount[accountOf[k]] += usage[k];
    members[accountOf[k]]++;
    total += usage[k];
  }
  return { total, ofAccount, members };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k];
  return sum;
}
