import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Incident, incidentMetrics } from "../../src/incident/index.js";

const RUNS = { numRuns: 300, seed: 20_261_127 };
const START = Date.UTC(2026, 0, 1);

const minutes = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: Number.NaN, freq: 6 });
const incident = fc
  .record({
    severity: fc.constantFrom("SEV1", "SEV2", "SEV3", "SEV4"),
    service: fc.constantFrom("api", "web", "db"),
    start: fc.integer({ min: 0, max: 200_000 }),
    detected: minutes(60),
    acknowledged: minutes(600),
    resolved: minutes(5000),
  })
  .map(({ severity, service, start, detected, acknowledged, resolved }): Incident => {
    const ms = (minute: number) => START + 60_000 * minute;
    return {
      incidentId: `${service}-${start}`,
      severity,
      service,
      startedAt: ms(start),
      detectedAt: ms(start + detected),
      acknowledgedAt: ms(start + (Number.isNaN(detected) ? 0 : detected) + acknowledged),
      resolvedAt: ms(start + resolved),
    };
  });
const incidents = fc.array(incident, { maxLength: 60 });

const known = (values: number[]) => values.filter((value) => !Number.isNaN(value));
const mean = (values: number[]) => (values.length > 0 ? values.reduce((a, b) => a + b, 0) / values.length : null);

/** The four means by their definitions alone; of incidents that start together the one that ends first comes first. */
function byDefinition(some: readonly Incident[]) {
  const gaps: number[] = [];
  for (const service of ["api", "db", "web"]) {
    let before: Incident | null = null;
    const end = ({ resolvedAt }: Incident) => (Number.isNaN(resolvedAt) ? 1e300 : resolvedAt);
    const ofService = some.filter((one) => one.service === service);
    for (const one of ofService.sort((a, b) => a.startedAt - b.startedAt || end(a) - end(b))) {
      if (before) gaps.push((one.startedAt - before.resolvedAt) / 1000);
      before = one;
    }
  }
  return {
    n: some.length,
    mttdSeconds: mean(known(some.map((one) => (one.detectedAt - one.startedAt) / 1000))),
    mttaSeconds: mean(known(some.map((one) => (one.acknowledgedAt - one.detectedAt) / 1000))),
    mttrSeconds: mean(known(some.map((one) => (one.resolvedAt - one.startedAt) / 1000))),
    mtbfSeconds: mean(known(gaps)),
  };
}

describe("incident metrics", () => {
  it("do not depend on the order of the rows", () => {
    fc.assert(
      fc.property(incidents, (all) => {
        const { warnings: _, ...one } = incidentMetrics(all);
        const { warnings: __, ...other } = incidentMetrics([...all].reverse());
        const times = (metrics: typeof one) => ({ ...metrics, breaches: metrics.breaches.map(({ from }) => from) });
        expect(times(other)).toEqual(times(one));
      }),
      RUNS,
    );
  });

  it("equal the definitions, overall and in every group", () => {
    fc.assert(
      fc.property(incidents, (all) => {
        const { overall, bySeverity, byService, byMonth } = incidentMetrics(all);
        expect(overall).toMatchObject(byDefinition(all));
        for (const [name, group] of Object.entries(bySeverity))
          expect(group).toMatchObject(byDefinition(all.filter(({ severity }) => severity === name)));
        for (const [name, group] of Object.entries(byService))
          expect(group).toMatchObject(byDefinition(all.filter(({ service }) => service === name)));
        for (const groups of [bySeverity, byService, byMonth])
          expect(Object.values(groups).reduce((sum, { n }) => sum + n, 0)).toBe(all.length);
      }),
      RUNS,
    );
  });

  it("judge every incident with a limit once", () => {
    fc.assert(
      fc.property(incidents, (all) => {
        const { response, breaches } = incidentMetrics(all);
        const counts = Object.values(response);
        expect(counts.reduce((sum, { judged, pending }) => sum + judged + pending, 0)).toBe(all.length);
        expect(counts.reduce((sum, one) => sum + one.breaches, 0)).toBe(breaches.length);
        for (const { responseSeconds, limitSeconds } of breaches)
          expect(responseSeconds ?? Number.POSITIVE_INFINITY).toBeGreaterThan(limitSeconds);
      }),
      RUNS,
    );
  });
});
