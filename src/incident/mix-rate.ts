import { InputError } from "../core/errors.js";

/** Value and weight of every group in one period, in one order of groups for both periods. */
export interface GroupTotals {
  /** Bad requests, or any sum. */
  value: ArrayLike<number>;
  /** Total requests, or what the value is a sum over; 0 where a group has no traffic. */
  weight: ArrayLike<number>;
}

/** A rate's change told apart into what groups did and how traffic moved between them. */
export interface MixRate {
  before: number;
  after: number;
  /** after − before = rate + mix. */
  delta: number;
  /** Part of groups whose own rate changed. */
  rate: number;
  /** Part of traffic that moved between groups of different rates. */
  mix: number;
  /** The two parts of every group; they sum to the parts above. */
  groups: { rate: number; mix: number }[];
}

/** Share of a total; 0 of nothing. */
const shareOf = (part: number, total: number): number => (total > 0 ? part / total : 0);

/**
 * Tells a change of an overall rate apart into rate change and mix change (Kitagawa 1955; the twofold decomposition of
 * Oaxaca and Blinder with the mean of both periods as its reference):
 *
 *     rate = Σ ½(s₀+s₁)·(p₁−p₀)     mix = Σ (s₁−s₀)·(½(p₀+p₁) − ½(P₀+P₁))
 *
 * with share of the weight s, rate p of a group and overall rate P of the period before (0) and after (1). A group
 * without traffic in one period has no rate there: its part is all mix.
 *
 * @throws InputError for periods of different length, negative or missing numbers, and a period without weight
 * @example
 * // Nobody got worse, but half of the traffic moved to the worse of two clients.
 * mixRate({ value: [1, 10], weight: [100, 100] }, { value: [0.5, 15], weight: [50, 150] }); // rate 0, mix 0.0225
 */
export function mixRate(before: GroupTotals, after: GroupTotals): MixRate {
  const [was, is] = [periodTotals(before, "before"), periodTotals(after, "after")];
  if (before.value.length !== after.value.length) {
    throw new InputError(
      `mixRate: ${before.value.length} groups before and ${after.value.length} after; give both periods the same groups`,
    );
  }
  const middle = (was.rate + is.rate) / 2;
  const result: MixRate = { before: was.rate, after: is.rate, delta: is.rate - was.rate, rate: 0, mix: 0, groups: [] };
  for (let g = 0; g < before.value.length; g++) {
    const shares = [shareOf(before.weight[g], was.weight), shareOf(after.weight[g], is.weight)] as const;
    const rates = groupRates(before.value[g], before.weight[g], after.value[g], after.weight[g]);
    const rate = rateEffect(...shares, ...rates);
    const mix = (shares[1] - shares[0]) * ((rates[0] + rates[1]) / 2 - middle);
    result.groups.push({ rate, mix });
    result.rate += rate;
    result.mix += mix;
  }
  return result;
}

/** Part of a group's own change in the change of the overall rate, from its shares and rates before and after. */
export function rateEffect(shareBefore: number, shareAfter: number, rateBefore: number, rateAfter: number): number {
  return ((shareBefore + shareAfter) / 2) * (rateAfter - rateBefore);
}

/**
 * Rates of a group before and after. Without traffic in one period it has that of the other, and 0 without any: nothing
 * then says that it changed.
 */
export function groupRates(
  valueBefore: number,
  weightBefore: number,
  valueAfter: number,
  weightAfter: number,
): [number, number] {
  const before = weightBefore > 0 ? valueBefore / weightBefore : null;
  const after = weightAfter > 0 ? valueAfter / weightAfter : null;
  return [before ?? after ?? 0, after ?? before ?? 0];
}

function periodTotals({ value, weight }: GroupTotals, period: string): { weight: number; rate: number } {
  if (value.length !== weight.length) {
    throw new InputError(
      `mixRate: ${value.length} values and ${weight.length} weights ${period}; give one of each a group`,
    );
  }
  let [values, weights] = [0, 0];
  for (let g = 0; g < value.length; g++) {
    if (!(value[g] >= 0 && weight[g] >= 0)) {
      throw new InputError(
        `mixRate: group ${g} ${period} has value ${value[g]} and weight ${weight[g]}; both must be ≥ 0`,
      );
    }
    values += value[g];
    weights += weight[g];
  }
  if (!(weights > 0)) throw new InputError(`mixRate: the period ${period} has no weight`);
  return { weight: weights, rate: values / weights };
}
