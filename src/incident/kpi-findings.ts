import { isoSeconds } from "./iso-seconds.js";
import { kpiExcerpt } from "./kpi-excerpt.js";
import type { RcaFile } from "./rca-file.js";
import type { FirstBad, Kpi } from "./types.js";

/** Whether values are rates of requests, as `firstBad` takes them. */
export function isRatio({ values, requests }: Kpi): boolean {
  return requests !== undefined && values.every((value) => !(value < 0 || value > 1));
}

/** Means of the KPI and of what was expected over the bad rows. */
export function whileBad({ values, requests }: Kpi, found: FirstBad): RcaFile["kpi"]["whileBad"] {
  let [weight, observed, expected] = [0, 0, 0];
  for (let i = found.index; i < (found.recovered?.index ?? values.length); i++) {
    const w = Number.isNaN(values[i]) ? 0 : (requests?.[i] ?? 1);
    if (w === 0) continue;
    weight += w;
    observed += w * values[i];
    expected += w * found.expected[i];
  }
  return weight > 0 ? { observed: observed / weight, expected: expected / weight } : { observed: null, expected: null };
}

/** The KPI's part of the findings. */
export function kpiFindings(kpi: Kpi, found: FirstBad | null): RcaFile["kpi"] {
  const { times } = kpi;
  const excerpt = kpiExcerpt(kpi, found);
  return {
    ratio: isRatio(kpi),
    rows: times.length,
    from: times.length > 0 ? isoSeconds(times[0]) : null,
    to: times.length > 0 ? isoSeconds(times[times.length - 1]) : null,
    whileBad: found ? whileBad(kpi, found) : { observed: null, expected: null },
    excerpt: { ...excerpt, times: excerpt.times.map(isoSeconds) },
  };
}
