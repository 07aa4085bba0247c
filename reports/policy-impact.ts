import type { BacktestFile, SweepFile } from "../src/backtest/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { originOf } from "./origin.js";
import { beforeAfterSection } from "./policy-impact/before-after.js";
import { cohortsSection } from "./policy-impact/cohorts.js";
import type { Impact } from "./policy-impact/impact.js";
import { mapMatchSection } from "./policy-impact/map-match.js";
import { methodSection } from "./policy-impact/method.js";
import { placesSection } from "./policy-impact/places.js";
import { prepareMap } from "./policy-impact/prepare-map.js";
import { signOffSection } from "./policy-impact/sign-off.js";
import { sweepSection } from "./policy-impact/sweep.js";
import { tileEdgesSection } from "./policy-impact/tile-edges.js";
import { triggersSection } from "./policy-impact/triggers.js";
import { verdictSection } from "./policy-impact/verdict.js";
import { volumeSection } from "./policy-impact/volume.js";

/** Sections from the first glance to the fine print. */
const SECTIONS: readonly ((impact: Impact) => Report["cells"])[] = Object.freeze([
  verdictSection,
  triggersSection,
  volumeSection,
  beforeAfterSection,
  ({ sweep }) => sweepSection(sweep),
  cohortsSection,
  placesSection,
  tileEdgesSection,
  mapMatchSection,
  methodSection,
  signOffSection,
]);

/** Options of {@link policyImpactReport}. */
export interface PolicyImpactOptions {
  /** Thresholds tried on the same rows. */
  sweep?: SweepFile | null;
  /** Date of the report, ISO 8601; default: that of the last row. */
  generatedAt?: string;
}

/**
 * A result of `fleetlens backtest` as a report that a safety reviewer can sign: whether the alerts are right and none is
 * missing, how many there will be, what changes against the policy before, where, and what is not known.
 *
 * @example const html = await renderHtml(await policyImpactReport(metrics, { sweep }));
 */
export async function policyImpactReport(result: BacktestFile, options: PolicyImpactOptions = {}): Promise<Report> {
  const { sweep = null, generatedAt = result.exposure.to ?? UNDATED } = options;
  const impact: Impact = { result, sweep, map: await prepareMap(result) };
  return {
    schemaVersion: "1.0",
    id: "policy_impact",
    title: `Impact of policy ${result.policy.version}`,
    generatedAt,
    ...originOf(result, [
      { name: "Policy", value: result.policy.version },
      ...(result.baseline ? [{ name: "Baseline", value: result.baseline.version }] : []),
      { name: "Vehicles", value: result.exposure.vehicles },
      { name: "Days", value: result.exposure.days },
    ]),
    cells: SECTIONS.flatMap((section) => section(impact)),
  };
}
