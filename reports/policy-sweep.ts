import type { SweepFile } from "../src/backtest/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { originOf } from "./origin.js";
import { sweepSection } from "./policy-impact/sweep.js";

/**
 * The thresholds that `fleetlens backtest --sweep` tried, as a report: what each would have found and missed.
 *
 * @example const html = await renderHtml(policySweepReport(sweep));
 */
export function policySweepReport(sweep: SweepFile): Report {
  const { trigger, condition } = sweep.target;
  return {
    schemaVersion: "1.0",
    id: "policy_sweep",
    title: `Thresholds of ${trigger}, ${condition}`,
    generatedAt: UNDATED,
    ...originOf(sweep, [{ name: "Thresholds", value: sweep.points.length }]),
    cells: sweepSection(sweep),
  };
}
