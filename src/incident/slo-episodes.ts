import { isoUtc } from "../core/time.js";
import { shareAbove } from "./share-above.js";
import { burnRate, type SloCounts, windowRows } from "./slo-counts.js";
import { badShareLimit, SLO_RULES, SLO_WINDOWS, type SloRule } from "./slo-rules.js";
import type { SloEpisode } from "./slo-schema.js";

/** Alerts with fewer bad events are marked: the standard error of their burn rate is above a third of it. */
export const FEW_BAD = 10;

/** Maximal runs of rows in which both windows of a rule are strictly above its threshold, as [first, last]. */
function runsOf(counts: SloCounts, rule: SloRule): [number, number][] {
  const { n, bad, total, windowMs, bucketMs, budget } = counts;
  const above = shareAbove(badShareLimit(rule, windowMs, budget));
  const [long, short] = [rule.long, rule.short].map((name) => windowRows(SLO_WINDOWS[name], bucketMs));
  const runs: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= n; i++) {
    const fires = i < n && above(bad(i, long), total(i, long)) && above(bad(i, short), total(i, short));
    if (fires && from < 0) from = i;
    if (!fires && from >= 0) {
      runs.push([from, i - 1]);
      from = -1;
    }
  }
  return runs;
}

function episodeOf(counts: SloCounts, { rule, long }: SloRule, from: number, to: number, minBad: number): SloEpisode {
  const { times, n, bad, total, windowMs, bucketMs } = counts;
  const rows = to - from + 1;
  const longRows = windowRows(SLO_WINDOWS[long], bucketMs);
  let mostBad = 0;
  let peak = 0;
  for (let i = from; i <= to; i++) {
    mostBad = Math.max(mostBad, bad(i, longRows));
    peak = Math.max(peak, burnRate(counts, i, longRows));
  }
  return {
    rule,
    start: isoUtc(times[from]),
    end: isoUtc(times[to]),
    rows,
    bad: bad(to, rows),
    total: total(to, rows),
    mostBad,
    peakBurn: peak,
    budget: bucketMs === null ? null : (burnRate(counts, to, rows) * rows * bucketMs) / windowMs,
    ongoing: to === n - 1,
    few: mostBad < FEW_BAD,
    suppressed: mostBad < minBad,
  };
}

/** The runs of all rules with their figures, by rule, then time; those with fewer than `minBad` bad events are suppressed. */
export function sloEpisodes(counts: SloCounts, minBad: number): SloEpisode[] {
  return SLO_RULES.flatMap((rule) =>
    runsOf(counts, rule).map(([from, to]) => episodeOf(counts, rule, from, to, minBad)),
  );
}
