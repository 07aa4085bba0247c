import { ChangeMonitor } from "../changepoint/index.js";
import type { FirstBad, Kpi } from "./types.js";

/**
 * When the online monitor, fed with the KPI row by row, would first have alerted while it was bad; null when it would
 * not have.
 */
export function detectionDelay(
  { times, values }: Kpi,
  firstBad: FirstBad,
): { time: number; delaySeconds: number } | null {
  const monitor = new ChangeMonitor();
  const end = firstBad.recovered?.index ?? times.length;
  for (let i = 0; i < end; i++) {
    const { alert } = monitor.push(times[i], values[i]);
    if (alert && times[i] >= firstBad.timeLow) {
      return { time: times[i], delaySeconds: Math.max(0, times[i] - firstBad.time) / 1000 };
    }
  }
  return null;
}
