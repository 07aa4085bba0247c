import { fixtureChanges } from "../../fixtures/changes-result.js";
import { fixtureCharges, fixtureCost } from "../../fixtures/cost-result.js";
import { demandSeries, fixtureDemand } from "../../fixtures/demand-result.js";
import { fixtureDrift } from "../../fixtures/drift-result.js";
import { fixtureSections, SECTION_NAMES } from "../../fixtures/drift-sections.js";
import { fixtureEconomics, scenarioTable } from "../../fixtures/economics-result.js";
import {
  fixtureAb,
  fixtureAbPlan,
  fixtureCanary,
  fixtureEdge,
  fixtureOta,
  fixtureService,
  looksOf,
  otaWaves,
} from "../../fixtures/gate-results.js";
import { fixtureIncidents, incidentList } from "../../fixtures/incidents-result.js";
import {
  CATALOGUE,
  fixtureDefrag,
  fixtureReplaced,
  fixtureWhatIf,
  placementTables,
  podTable,
} from "../../fixtures/placement-plans.js";
import { rcaCase } from "../../fixtures/rca.js";
import { fixtureRca, rcaInput } from "../../fixtures/rca-result.js";
import { fixtureSlo, sloSeries } from "../../fixtures/slo-result.js";
import {
  abPlanReport,
  abReport,
  canaryReport,
  changepointReport,
  commitmentsReport,
  costReport,
  defragReport,
  demandReport,
  driftNotebook,
  edgeReport,
  incidentRcaReport,
  incidentsReport,
  otaReport,
  type Report,
  replacedNodeReport,
  serviceReport,
  sloReport,
  whatIfReport,
} from "../../reports/index.js";
import { collectBill } from "../../src/cost/index.js";
import { describeReports } from "./describe-reports.js";
import { HOSTILE_NAMES } from "./hostile-names.js";

const MOST_BYTES = 750_000;

/** One report of each kind, by its id. */
const REPORTS: Readonly<Record<string, () => Promise<Report>>> = {
  commitments: async () => commitmentsReport(await fixtureEconomics()),
  cost: async () => costReport(fixtureCost()),
  "what-if": async () => whatIfReport(await fixtureWhatIf()),
  defrag: async () => defragReport(fixtureDefrag()),
  "replaced-node": async () => replacedNodeReport(fixtureReplaced()),
  demand: async () => demandReport(fixtureDemand()),
  slo: async () => sloReport(fixtureSlo(sloSeries(), {}, undefined, fixtureIncidents())),
  incidents: async () => incidentsReport(fixtureIncidents()),
  drift: async () => driftNotebook(fixtureDrift()),
  "drift-sections": async () => driftNotebook({ ...fixtureDrift({}), distributions: [], ...fixtureSections() }),
  ab: async () => abReport(fixtureAb()),
  "ab-plan": async () => abPlanReport(fixtureAbPlan()),
  canary: async () => canaryReport(fixtureCanary({ step: 5, maxRegression: 0.05, maxLatencyIncrease: 0.1 })),
  ota: async () => otaReport(fixtureOta()),
  edge: async () => edgeReport(fixtureEdge()),
  service: async () => serviceReport(fixtureService()),
  changepoint: async () => changepointReport(fixtureChanges()),
  rca: async () => incidentRcaReport(fixtureRca()),
};

/** The same with names that must stay text. */
const HOSTILE: Readonly<Record<string, () => Promise<Report>>> = {
  cost: async () => {
    const name = (i: number) => HOSTILE_NAMES[i % HOSTILE_NAMES.length];
    const places = [...new Set(fixtureCharges().map(({ resource }) => resource))];
    const charges = fixtureCharges().map((one) => {
      const i = places.indexOf(one.resource);
      const commitment = one.commitment === null ? null : name(0);
      return { ...one, team: name(i), service: name(i + 1), region: name(i + 2), family: name(i + 3), commitment };
    });
    const use = HOSTILE_NAMES.map((pool) => ({ by: "pool" as const, name: pool, day: null, used: 0, total: 1 }));
    const pooled = charges.map((one, i) => ({ ...one, pool: name(i) }));
    const bill = collectBill("USD", pooled, { pools: new Set(HOSTILE_NAMES) });
    const budgets = HOSTILE_NAMES.map((team) => ({ dimension: "team" as const, name: team, amount: 20_000 }));
    const result = fixtureCost(bill, { use, budgets });
    return costReport({ ...result, warnings: [...HOSTILE_NAMES] });
  },
  commitments: async () => {
    const base = scenarioTable();
    const families = HOSTILE_NAMES.slice(0, 3);
    const demand = { ...base, families, gpus: families.map(() => base.gpus[0]) };
    const prices = {
      families: Object.fromEntries(families.map((name) => [name, { on_demand: 4, commit: { "1y": 2 } }])),
    };
    const used = () => families.map(() => new Float64Array(base.hours).fill(3));
    const usage = {
      teams: [...HOSTILE_NAMES],
      families,
      hours: base.hours,
      firstHour: 0,
      gpus: HOSTILE_NAMES.map(used),
    };
    const hours = Array.from({ length: 200 }, (_, h) => h);
    const pools = HOSTILE_NAMES.map((pool, i) => ({ pool, hours, throughput: hours.map((h) => 10 + i + (h % 5)) }));
    return commitmentsReport(await fixtureEconomics({ demand, prices, options: { usage }, pools }));
  },
  "what-if": async () => {
    const pending = { ...podTable("pod", [8, 8, 8, 99, 0.5]), name: [...HOSTILE_NAMES] };
    const catalogue = HOSTILE_NAMES.map((type) => ({ ...CATALOGUE[0], type, model: HOSTILE_NAMES[0], max: 1 }));
    return whatIfReport(await fixtureWhatIf({ pending, catalogue }));
  },
  defrag: async () => {
    const tables = placementTables(HOSTILE_NAMES.length);
    tables.nodes.name = [...HOSTILE_NAMES];
    tables.pods.name = tables.pods.name.map((name, i) => HOSTILE_NAMES[i % HOSTILE_NAMES.length] + name);
    const pending = { ...podTable("waiting", [8, 8, 8, 8, 0.5]), name: [...HOSTILE_NAMES] };
    return defragReport(fixtureDefrag({ tables, pending }));
  },
  demand: async () => {
    const panel = demandSeries().map((series, i) => ({ ...series, id: HOSTILE_NAMES[i] }));
    return demandReport(fixtureDemand({ capacity: { [HOSTILE_NAMES[0]]: 90 }, scenarios: [] }, panel));
  },
  slo: async () => {
    const [value, weight] = HOSTILE_NAMES;
    const columns = { value, threshold: 1, weight };
    const incidents = fixtureIncidents(incidentList(HOSTILE_NAMES));
    return sloReport(fixtureSlo(sloSeries(7), { windowMs: 604_800_000 }, columns, incidents));
  },
  incidents: async () => {
    const incidents = incidentList(HOSTILE_NAMES).map((one, i) => {
      const name = HOSTILE_NAMES[i % HOSTILE_NAMES.length];
      return { ...one, incidentId: name, severity: i % 2 === 0 ? "SEV1" : name };
    });
    return incidentsReport(fixtureIncidents(incidents));
  },
  drift: async () => {
    const result = fixtureDrift();
    const name = (i: number) => HOSTILE_NAMES[i % HOSTILE_NAMES.length];
    const features = result.features.map((entry, i) => ({
      ...entry,
      feature: name(i),
      slice: entry.slice && Object.fromEntries([[name(i), name(i + 1)]]),
    }));
    const distributions = result.distributions.map((one, i) => ({ ...one, feature: name(i) }));
    return driftNotebook({ ...result, features, distributions, warnings: [...HOSTILE_NAMES] });
  },
  "drift-sections": async () => {
    const [first, second, third, text, last] = HOSTILE_NAMES;
    const words = [...SECTION_NAMES.words, "<script>alert(1)</script>", "x".repeat(150)];
    const names = { features: [first, second, last], classes: [second, third] as const, text, words };
    return driftNotebook({ ...fixtureDrift({}), ...fixtureSections(names, 300) });
  },
  ab: async () => {
    const name = (text: string) => HOSTILE_NAMES[text.length % HOSTILE_NAMES.length] + text;
    const looks = looksOf().map((look) => ({
      ...look,
      experiment: name(look.experiment),
      metric: name(look.metric ?? ""),
    }));
    return abReport(fixtureAb({}, looks));
  },
  canary: async () => {
    const result = fixtureCanary();
    const name = (i: number) => HOSTILE_NAMES[i % HOSTILE_NAMES.length];
    const classes = result.classes.map((one, i) => ({ ...one, class: name(i) }));
    const slices = result.slices.map((one, i) => ({ ...one, class: name(i), slice: name(i + 1) }));
    return canaryReport({ ...result, classes, slices, warnings: [...HOSTILE_NAMES] });
  },
  ota: async () => {
    const { wave, region, soak, ...counts } = otaWaves();
    const renamed = (names: readonly string[]) => names.map((one) => HOSTILE_NAMES[one.length] + one);
    const waves = { ...counts, region: renamed(region), wave: wave.map((one) => `${HOSTILE_NAMES[1]}${one}`) };
    return otaReport(fixtureOta({}, { ...waves, soak: { ...soak!, region: renamed(soak!.region!) } }));
  },
  edge: async () => {
    const result = fixtureEdge();
    const checks = HOSTILE_NAMES.map((check) => ({ ...result.checks[0], check }));
    return edgeReport({ ...result, checks, difference: { ...result.difference!, class: HOSTILE_NAMES[3] } });
  },
  changepoint: async () => {
    const { series } = fixtureChanges();
    const named = series.map((one, i) => ({
      ...one,
      id: HOSTILE_NAMES[i % HOSTILE_NAMES.length],
      warnings: [...HOSTILE_NAMES],
      changes: one.changes.map((change) => ({ ...change, dims: [...HOSTILE_NAMES] })),
    }));
    return changepointReport(fixtureChanges({ series: named }));
  },
  rca: async () => {
    const input = rcaInput(rcaCase(1, {}));
    const name = (i: number) => HOSTILE_NAMES[i % HOSTILE_NAMES.length];
    const rename = (dimensions: typeof input.slices.dimensions) =>
      dimensions.map(({ values, codes }, d) => ({ name: name(d), codes, values: values.map((v, i) => name(i) + v) }));
    const events = input.events.map((event, i) => ({
      ...event,
      eventId: `${name(i)}${i}`,
      target: name(i + 1),
      scope: { [name(i + 2)]: name(i + 3) },
    }));
    return incidentRcaReport(
      fixtureRca({
        input: {
          events,
          slices: { ...input.slices, dimensions: rename(input.slices.dimensions) },
          samples: { ...input.samples, labels: input.samples.labels.map((_, i) => name(i)) },
          replay: { ...input.replay, requestIds: input.replay.requestIds.map((id, i) => name(i) + id) },
        },
      }),
    );
  },
};

describeReports("reports of results", { reports: REPORTS, hostile: HOSTILE, mostBytes: MOST_BYTES });
