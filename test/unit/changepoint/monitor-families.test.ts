import { describe, expect, it } from "vitest";
import {
  KPI_FAMILIES,
  type Kpi,
  type KpiFamily,
  type KpiIncident,
  kpisWithIncident,
  quietKpis,
} from "../../../fixtures/kpi-families.js";
import { ChangeMonitor } from "../../../src/changepoint/index.js";

const N = 2500;

function alertsOf({ t, v }: Pick<Kpi, "t" | "v">): number[] {
  const monitor = new ChangeMonitor();
  return Array.from(t, (at, i) => (monitor.push(at, v[i]).alert ? i : -1)).filter((i) => i >= 0);
}

/** Most alerts per 1,000 observations in which nothing is wrong; deploys, restarts and bursts are what some families are. */
const MOST: Partial<Record<KpiFamily, number>> = {
  memory: 2,
  bursts: 3,
  "heavy-noise": 2.5,
  deploys: 1.5,
  latency: 2,
};

describe("ChangeMonitor on generated KPIs of seeds that chose nothing", () => {
  for (const family of KPI_FAMILIES) {
    it(`stays calm on ${family}`, () => {
      const kpis = quietKpis(99, family, N, 3);
      const unasked = kpis.flatMap((kpi) => {
        const caused = (i: number) => kpi.events.some((event) => i >= event && i < event + 100);
        return alertsOf(kpi).filter((i) => !caused(i));
      });
      expect((1000 * unasked.length) / (3 * N)).toBeLessThanOrEqual(MOST[family] ?? 1);
    });
  }

  const cases: [KpiFamily, KpiIncident, number][] = [
    ["normal", "spike", 0],
    ["normal", "shift", 10],
    ["normal", "ramp", 150],
    ["normal", "flat", 5],
    ["daily-traffic", "spike", 0],
    ["daily-traffic", "shift", 10],
    ["weekly-traffic", "ramp", 60],
    ["autoregressive", "flat", 5],
    ["counts", "shift", 20],
    ["quantised", "shift", 20],
    ["latency", "ramp", 100],
  ];
  for (const [family, incident, delay] of cases) {
    it(`finds a ${incident} in ${family} within ${delay} observations, most times`, () => {
      const kpis = kpisWithIncident(99, family, incident, N, 5);
      const found = kpis.filter((kpi) => alertsOf(kpi).some((i) => i >= kpi.first && i <= kpi.first + delay));
      expect(found.length).toBeGreaterThanOrEqual(4);
    });
  }
});
