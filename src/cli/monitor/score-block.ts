import { ChangeMonitor } from "../../changepoint/monitor/change-monitor.js";
import type { MonitorDetector } from "../../changepoint/monitor/monitor-options.js";
import type { TimedValues } from "../../ingest/index.js";

/** What a monitor says of every row of a series; null where there is no alert and hence no reason. */
export interface ScoredRows {
  score: Float64Array;
  alert: Uint8Array;
  reason: (string | null)[];
}

/** Pushes a series through a monitor. */
export function scoreBlock({ t, values }: Pick<TimedValues, "t" | "values">, detector: MonitorDetector): ScoredRows {
  const monitor = new ChangeMonitor({ detector });
  const rows: ScoredRows = { score: new Float64Array(t.length), alert: new Uint8Array(t.length), reason: [] };
  for (let i = 0; i < t.length; i++) {
    const { score, alert, reason } = monitor.push(t[i], values[0][i]);
    rows.score[i] = score;
    rows.alert[i] = alert ? 1 : 0;
    rows.reason.push(reason ?? null);
  }
  return rows;
}
