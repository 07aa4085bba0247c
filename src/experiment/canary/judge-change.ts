import { normalQuantile, twoSidedZ } from "../../core/distributions.js";
import { type ProportionChange, proportionChange, wilsonInterval } from "../../core/proportion-intervals.js";
import type { ShareChange } from "./canary-schema.js";
import type { EventCounts } from "./count-events.js";
import { pairedChange } from "./paired-change.js";

/** What a change is held against. */
export interface ChangeRule {
  /** Largest change that passes, as a share. */
  margin: number;
  /** 1 − level of the interval. */
  alpha: number;
  /** Rows that each arm must have. */
  minN: number;
  /** Whether more of the event is worse (failures) or better (hits). */
  moreIsWorse: boolean;
}

/** Power at which rows needed are told. */
const POWER = 0.8;

const change = ({ n, events, both }: EventCounts, z: number): ProportionChange =>
  both === null
    ? proportionChange(wilsonInterval(events[0], n[0], z), wilsonInterval(events[1], n[1], z))
    : pairedChange({ n: n[0], before: events[0], after: events[1], both }, z);

/** Variance of the change if there is none in truth, from the counts with one success and one failure added. */
function changeVariance({ n, events, both }: EventCounts): number {
  const [total, hits] = [n[0] + n[1], events[0] + events[1]];
  if (both !== null) return (hits - 2 * both + 1) / (n[0] + 2) / n[0];
  const share = (hits + 1) / (total + 2);
  return share * (1 - share) * (1 / n[0] + 1 / n[1]);
}

/**
 * Rows of the canary, at the present split, of which an interval lies inside ±margin with a power of 80 % if the share
 * has not changed; both ends must, so that each may miss in half of the other 20 %.
 */
function rowsNeeded(counts: EventCounts, { margin, alpha }: ChangeRule): number | null {
  const [prod, canary] = counts.n;
  if (prod === 0 || canary === 0) return null;
  const z = twoSidedZ(1 - alpha) + normalQuantile((1 + POWER) / 2);
  return Math.ceil(canary * changeVariance(counts) * (z / margin) ** 2);
}

/** A verdict; `more` rows might settle it. */
type Judged = Pick<ShareChange, "verdict" | "direction" | "reason"> & { more: boolean };

function judge({ n }: EventCounts, { low, high }: ProportionChange, rule: ChangeRule): Judged {
  const { margin, minN, moreIsWorse } = rule;
  const hold = (reason: string, more = true): Judged => ({ verdict: "hold", direction: null, reason, more });
  const few = ["prod", "canary"].filter((_, i) => n[i] < minN);
  if (low === null || high === null || few.length > 0)
    return hold(`fewer than ${minN} rows in ${few.join(" and ") || "an arm"}`);
  if (low >= -margin && high <= margin) return { verdict: "pass", direction: null, reason: "", more: false };
  if (low > margin || high < -margin) {
    const direction = low > margin === moreIsWorse ? "worse" : "better";
    return { verdict: "fail", direction, reason: `${direction} by more than ${margin}`, more: false };
  }
  const mayBeWorse = moreIsWorse ? high > margin : low < -margin;
  return mayBeWorse
    ? hold(`may be worse by more than ${margin}`)
    : hold(`not worse, may be better by more than ${margin}`, false);
}

/**
 * The change of a share from prod to the canary with its interval (Newcombe 1998: method 10 for independent arms, his
 * method 10 for pairs), and what it says against ±margin: inside is `pass`, wholly outside `fail`, else `hold`.
 */
export function judgeChange(counts: EventCounts, rule: ChangeRule): ShareChange {
  const found = change(counts, twoSidedZ(1 - rule.alpha));
  const { more, ...judged } = judge(counts, found, rule);
  const { n, events } = counts;
  return {
    prod: n[0] > 0 ? events[0] / n[0] : null,
    canary: n[1] > 0 ? events[1] / n[1] : null,
    delta: found.delta,
    lower: found.low,
    upper: found.high,
    ...judged,
    n_prod: n[0],
    n_canary: n[1],
    n_needed: more ? rowsNeeded(counts, rule) : null,
  };
}
