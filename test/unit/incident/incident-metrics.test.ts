import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/index.js";
import {
  type Incident,
  IncidentMetricsSchema,
  incidentMetrics,
  RESPONSE_LIMIT_SECONDS,
  severityName,
} from "../../../src/incident/index.js";

const START = Date.UTC(2026, 8, 1);
const NONE = Number.NaN;

/** An incident whose times are minutes from 1 September 2026. */
function incident(incidentId: string, minutes: readonly number[], severity = "SEV2", service = "api"): Incident {
  const [startedAt, detectedAt, acknowledgedAt, resolvedAt] = minutes.map((one) => START + 60_000 * one);
  return { incidentId, severity, service, startedAt, detectedAt, acknowledgedAt, resolvedAt };
}

describe("incident metrics", () => {
  const some = [
    incident("c", [1440, 1450, 1452, 1500], "SEV1", "api"),
    incident("a", [0, 2, 5, 60], "SEV1", "api"),
    incident("b", [100, 110, 130, 400], "SEV3", "web"),
    incident("d", [2000, 2004, NONE, NONE], "SEV1", "api"),
  ];

  it("are the means of their definitions, by hand", () => {
    const { overall, bySeverity, byService } = incidentMetrics(some);
    expect(overall).toMatchObject({
      n: 4,
      open: 1,
      mttdSeconds: (60 * (10 + 2 + 10 + 4)) / 4,
      mttaSeconds: (60 * (2 + 3 + 20)) / 3,
      mttrSeconds: (60 * (60 + 60 + 300)) / 3,
      // api: 1440 - 60 and 2000 - 1500; web has one incident.
      mtbfSeconds: (60 * (1380 + 500)) / 2,
      counted: { mttd: 4, mtta: 3, mttr: 3, mtbf: 2 },
    });
    expect(overall.median).toEqual({ mttdSeconds: 420, mttaSeconds: 180, mttrSeconds: 3600, mtbfSeconds: 56_400 });
    expect(overall.p90.mttaSeconds).toBeCloseTo(60 * (3 + 0.8 * 17), 9);
    expect(Object.keys(bySeverity)).toEqual(["SEV1", "SEV3"]);
    expect(Object.keys(byService)).toEqual(["api", "web"]);
    expect(byService["web"]).toMatchObject({ n: 1, mttrSeconds: 18_000, mtbfSeconds: null, counted: { mtbf: 0 } });
    expect(bySeverity["SEV1"]).toEqual(byService["api"]);
  });

  it("do not depend on the order of the rows", () => {
    expect(incidentMetrics([...some].reverse())).toEqual(incidentMetrics(some));
  });

  it("go by the UTC month of the start", () => {
    const late = { ...incident("x", [0, 1, 2, 3]), startedAt: Date.UTC(2026, 7, 31, 23, 59) };
    expect(Object.keys(incidentMetrics([...some, late]).byMonth)).toEqual(["2026-08", "2026-09"]);
  });

  it("measure the time between incidents of a service, negative where they overlap, and say so", () => {
    const { overall, warnings } = incidentMetrics([
      incident("a", [0, 1, 2, 100]),
      incident("b", [40, 41, 42, 50]),
      incident("c", [150, 151, 152, 160]),
    ]);
    expect(overall.mtbfSeconds).toBe((60 * (-60 + 100)) / 2);
    expect(warnings).toEqual([expect.stringMatching(/^incidents that start before the last one .*: 1; MTBF counts/)]);
  });

  it("count what is known of an incident whose start is not", () => {
    const { overall, byMonth, from, warnings } = incidentMetrics([incident("a", [NONE, 5, 9, 30])]);
    expect(overall).toMatchObject({ n: 1, mttdSeconds: null, mttaSeconds: 240, mttrSeconds: null, open: 0 });
    expect([byMonth, from]).toEqual([{}, null]);
    expect(warnings).toEqual([expect.stringContaining("incidents without started_at: 1 of 1")]);
  });

  it("are empty without incidents", () => {
    const none = incidentMetrics([]);
    expect(IncidentMetricsSchema.parse(none)).toEqual(none);
    expect(none.overall).toMatchObject({ n: 0, mttdSeconds: null, mtbfSeconds: null });
    expect([none.from, none.to, none.breaches]).toEqual([null, null, []]);
  });

  it.each<[string, readonly number[], string, string]>([
    ["resolved before it started", [60, 61, 62, 59], "resolved_at", "started_at"],
    ["detected before it started", [60, 59, 62, 90], "detected_at", "started_at"],
    ["acknowledged before it was detected", [60, 65, 64, 90], "acknowledged_at", "detected_at"],
    ["acknowledged before it started, undetected", [60, NONE, 50, 90], "acknowledged_at", "started_at"],
  ])("refuse an incident that was %s, with its row", (_what, minutes, column, than) => {
    const run = () => incidentMetrics([some[0], incident("bad", minutes)]);
    expect(run).toThrow(InputError);
    expect(run).toThrow(
      new RegExp(`^row 2: column "${column}": incident "bad" has .* not before ${than}, 2026-09-01T`),
    );
  });

  it("take what went away before anybody saw it", () => {
    expect(incidentMetrics([incident("blip", [0, 30, 31, 10])]).overall.mttrSeconds).toBe(600);
  });
});

describe("response limits", () => {
  it("are 5, 15, 60 and 480 minutes, by any name of the severity", () => {
    const minutes = Object.fromEntries(Object.entries(RESPONSE_LIMIT_SECONDS).map(([name, s]) => [name, s / 60]));
    expect(minutes).toMatchObject({ SEV1: 5, SEV2: 15, SEV3: 60, SEV4: 480, P0: 5, P1: 5, P2: 15, P3: 60, P4: 480 });
    expect(["sev-1", " Severity 2 ", "SEV3", "p1", "Priority 0", "S1", "critical"].map(severityName)).toEqual([
      "SEV1",
      "SEV2",
      "SEV3",
      "P1",
      "P0",
      "S1",
      "critical",
    ]);
  });

  it("are broken strictly above, from the detection or else the start", () => {
    const { response, breaches } = incidentMetrics([
      incident("in time", [0, 10, 25, 60], "SEV2"),
      incident("late", [100, 110, 125.5, 160], "sev 2"),
      incident("undetected", [200, NONE, 216, 260], "P2"),
      incident("never acknowledged", [300, 310, NONE, 330], "SEV2"),
      incident("other", [300, 310, 900, 930], "minor"),
    ]);
    expect(breaches.map((one) => [one.incidentId, one.severity, one.responseSeconds])).toEqual([
      ["late", "SEV2", 930],
      ["undetected", "P2", 960],
      ["never acknowledged", "SEV2", 1200],
    ]);
    expect(response).toEqual({
      P2: { limitSeconds: 900, judged: 1, breaches: 1, pending: 0 },
      SEV2: { limitSeconds: 900, judged: 3, breaches: 2, pending: 0 },
      minor: { limitSeconds: null, judged: 0, breaches: 0, pending: 0 },
    });
  });

  it("are broken by silence once the data go on for longer, and pending until then", () => {
    const open = incident("open", [0, 10, NONE, NONE], "SEV1");
    const pending = incidentMetrics([open, incident("x", [11, 12, 13, 14], "SEV4")]);
    expect(pending.response["SEV1"]).toEqual({ limitSeconds: 300, judged: 0, breaches: 0, pending: 1 });
    const broken = incidentMetrics([open, incident("x", [11, 12, 13, 16], "SEV4")]);
    expect(broken.breaches).toMatchObject([{ incidentId: "open", responseSeconds: null, limitSeconds: 300 }]);
  });

  it("are unknown for other names, which a warning lists", () => {
    expect(incidentMetrics([incident("a", [0, 1, 2, 3], "major")]).warnings).toEqual([
      expect.stringContaining('no response limit is known for severity "major"'),
    ]);
  });
});
