import { excessValue, excessVariance, expectedValue, type Frame } from "./frame.js";
import type { Totals } from "./totals.js";

/** Log-likelihood ratio that speaks against a part's being hit, 20 to 1. */
const AGAINST = 3;
/** Standard deviations from which on a part has moved at all, 100 to 1. */
const MOVED = 2.33;
/** What would speak for a part that the incident spares, as a share of the effect that one it hits shows. */
const SPARED = 0.4;
/** An expectation is never surer than to a hundredth of itself. */
const FLOOR = 0.01;

/**
 * Whether what hit a slice hit the rest of a wider slice alike, so that the wider one, which takes fewer words, says it
 * all. By the generalised ripple effect (Li et al.: Squeeze, ISSRE 2019; PSqueeze, JSS 2023) all parts of a root cause move
 * by the same factor; parts of a ratio may move by the same difference instead. The rest counts as hit when it moved and
 * one of the rules may hold, and also when it is too small for either to fail: a condition has to earn its place.
 */
export function ripples(frame: Frame, slice: Totals, rest: Totals): boolean {
  const evidence = effectsOn(frame, slice, rest).map((effect) => evidenceFor(frame, slice, rest, effect));
  if (Math.max(...evidence) <= -AGAINST) return false;
  const deviation = Math.sqrt(excessVariance(frame, expectedValue(frame, rest)));
  return Math.min(...evidence) > -AGAINST || excessValue(frame, rest) > MOVED * deviation;
}

/** Excess that the rest would show by the same factor and, for a ratio, by the same difference. */
export function effectsOn(frame: Frame, slice: Totals, rest: Totals): number[] {
  const excess = excessValue(frame, slice);
  // Half an observation stands for nothing expected.
  const expected = expectedValue(frame, slice) || frame.dispersion / 2;
  const effects = [(excess / expected) * expectedValue(frame, rest)];
  if (frame.ratio && slice.weightAfter > 0) effects.push((excess / slice.weightAfter) * rest.weightAfter);
  return effects;
}

/** Log-likelihood of the rest with the effect over that of the rest with the little that a spared part may show. */
function evidenceFor(frame: Frame, slice: Totals, rest: Totals, effect: number): number {
  if (effect === 0) return 0;
  const seen = excessValue(frame, rest);
  const expected = expectedValue(frame, rest);
  const carried = effect / excessValue(frame, slice);
  const variance =
    excessVariance(frame, expected + Math.max(0, seen)) +
    carried ** 2 * excessVariance(frame, slice.valueAfter + expectedValue(frame, slice)) +
    (FLOOR * expected) ** 2;
  const spared = SPARED * effect;
  return ((effect - spared) * (2 * seen - effect - spared)) / (2 * variance);
}
