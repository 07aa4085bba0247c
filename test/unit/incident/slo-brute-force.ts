import type { SloSeries } from "../../../src/incident/index.js";

/** Fractions of whole numbers, so that no rounding can decide an alert. */
type Fraction = readonly [numerator: bigint, denominator: bigint];

const HOUR = 3600;
const RULES = [
  { rule: "page-fast", long: HOUR, short: HOUR / 12, percent: 2n },
  { rule: "page-slow", long: 6 * HOUR, short: HOUR / 2, percent: 5n },
  { rule: "ticket", long: 72 * HOUR, short: 6 * HOUR, percent: 10n },
] as const;

function decimal(text: string): Fraction {
  const [whole, part = ""] = text.split(".");
  return [BigInt(whole + part), 10n ** BigInt(part.length)];
}

/**
 * Alerts by the definition alone, adding up every window anew: the burn rate of a row's window as a fraction, strictly
 * above the threshold in both windows, and maximal runs.
 *
 * @param target as text, e.g. "0.999"
 * @param bucket seconds of a row
 * @param window seconds of the objective
 */
export function bruteForceAlerts({ times, good, total }: SloSeries, target: string, bucket: number, window: number) {
  const [kept, all] = decimal(target);
  const burnAbove = (i: number, seconds: number, [p, q]: Fraction): boolean => {
    const rows = Math.max(1, Math.floor(seconds / bucket));
    let bad = 0n;
    let sum = 0n;
    for (let k = Math.max(0, i - rows + 1); k <= i; k++) {
      bad += BigInt(total[k] - good[k]);
      sum += BigInt(total[k]);
    }
    // bad / sum / ((all - kept) / all) > p / q
    return sum > 0n && bad * all * q > p * sum * (all - kept);
  };
  const iso = (i: number) => new Date(times[i]).toISOString().replace(".000Z", "Z");
  return RULES.flatMap(({ rule, long, short, percent }) => {
    const threshold: Fraction = [percent * BigInt(window), 100n * BigInt(long)];
    const alerts: { rule: string; start: string; end: string }[] = [];
    let open = false;
    for (let i = 0; i < times.length; i++) {
      const fires = burnAbove(i, long, threshold) && burnAbove(i, short, threshold);
      if (fires && open) alerts[alerts.length - 1].end = iso(i);
      else if (fires) alerts.push({ rule, start: iso(i), end: iso(i) });
      open = fires;
    }
    return alerts;
  });
}
