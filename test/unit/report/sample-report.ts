import {
  barChart,
  defineReport,
  fanChart,
  heatmap,
  histogramPair,
  lineChart,
  type Report,
  stepChart,
  topologyMap,
} from "../../../src/report/index.js";

const HOUR = 3_600_000;
const START = Date.UTC(2020, 4, 1);

/** A daily and weekly pattern without chance, in GPUs. */
function demand(i: number): number {
  return 120 + 60 * Math.sin((2 * Math.PI * i) / 24) + 30 * Math.sin((2 * Math.PI * i) / 168) + 8 * Math.sin(i * 1.7);
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const history = { time: range(336).map((i) => START + i * HOUR), value: range(336).map(demand) };
const time = range(168).map((i) => START + (336 + i) * HOUR);
const median = range(168).map((i) => demand(336 + i));
const spread = (i: number): number => 12 + Math.sqrt(i) * 3;

export const fan = fanChart({
  history,
  time,
  median,
  bands: [
    { level: 80, lo: median.map((m, i) => m - spread(i)), hi: median.map((m, i) => m + spread(i)) },
    { level: 95, lo: median.map((m, i) => m - 1.6 * spread(i)), hi: median.map((m, i) => m + 1.6 * spread(i)) },
  ],
  capacity: 240,
  title: "GPU demand, vc6YE",
  yTitle: "Demand",
  unit: "GPU",
  timeZone: "Asia/Shanghai",
});

export const steps = stepChart({
  time: range(40).map((i) => START + i * 12 * HOUR),
  series: [
    { name: "nodes in use", value: range(40).map((i) => 8 + ((i * 7) % 5)) },
    { name: "nodes reserved", value: range(40).map((i) => 10 + Math.floor(i / 10)) },
  ],
  yRules: [{ value: 14, label: "quota" }],
  yTitle: "Nodes",
});

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export const heat = heatmap({
  columns: range(168).map((h) => `${days[Math.floor(h / 24)]} ${String(h % 24).padStart(2, "0")}:00`),
  rows: ["4 May", "11 May", "18 May", "25 May", "1 June"],
  values: range(5).map((w) => range(168).map((h) => (w === 4 && h > 150 ? null : demand(w * 168 + h)))),
  columnTicks: days.map((day) => `${day} 00:00`),
  xTitle: "Hour of the week",
  yTitle: "Week of",
  valueTitle: "Demand",
  unit: "GPU",
  title: "When the week peaks",
});

export const pair = histogramPair({
  reference: { name: "May", values: range(500).map((i) => demand(i)) },
  current: { name: "June", values: range(300).map((i) => demand(i) * 1.1 + 10) },
  xTitle: "Demand (GPU)",
  title: "Demand per hour, May and June",
});

export const costs = barChart({
  categories: ["All on demand", "Today's commitments", "Recommended"],
  series: [
    { name: "Cost", value: [412000, 365000, 298000], lo: [390000, 350000, 280000], hi: [450000, 390000, 330000] },
  ],
  horizontal: true,
  unit: "USD",
  yTitle: "Cost of the month",
  rules: [{ value: 400000, label: "budget" }],
  title: "What the month costs",
});

export const stackedBars = barChart({
  categories: ["Week 1", "Week 2", "Week 3", "Week 4"],
  series: range(3).map((s) => ({ name: `queue ${s}`, value: range(4).map((w) => 1000 + 300 * s + 120 * w) })),
  stacked: true,
  yTitle: "Demand",
  unit: "GPU-hours",
});

export const grouped = barChart({
  categories: ["Week 1", "Week 2", "Week 3", "Week 4"],
  series: range(3).map((s) => ({
    name: `queue ${s}`,
    value: range(4).map((w) => 1000 + 300 * s + 120 * w),
    lo: range(4).map((w) => 900 + 300 * s + 120 * w),
    hi: range(4).map((w) => 1200 + 300 * s + 120 * w),
  })),
  yTitle: "Demand",
  unit: "GPU-hours",
});

export const risk = lineChart({
  x: range(30),
  xTitle: "Nodes",
  series: ["any hour", "any week", "median wait over 10 min"].map((name, s) => ({
    name,
    value: range(30).map((n) => 1 / (1 + Math.exp((n - 14 + 3 * s) / 2))),
    ...(s === 0
      ? {
          lo: range(30).map((n) => 0.8 / (1 + Math.exp((n - 14) / 2))),
          hi: range(30).map((n) => Math.min(1, 1.1 / (1 + Math.exp((n - 14) / 2)))),
        }
      : {}),
  })),
  xRules: [{ value: 12, label: "12 today" }],
  yTitle: "P(demand > capacity)",
  percent: true,
  title: "Risk against the number of nodes",
});

export const map = topologyMap({
  nodes: range(70).map((i) => ({ name: `node-${i}`, group: i < 40 ? "rack a" : "rack b", used: i % 9, total: 8 })),
  title: "Nodes of pool a100",
});

export const CHARTS = { fan, steps, heat, pair, costs, stacked: stackedBars, grouped, risk, map };

/** A report with every kind of cell and chart. */
export const sampleReport: Report = defineReport({
  schemaVersion: "1.0",
  id: "sample",
  title: "Capacity plan, June 2020",
  generatedAt: "2020-06-01T00:00:00Z",
  parameters: [
    { name: "horizon", value: 4, unit: "weeks" },
    { name: "time zone", value: "Asia/Shanghai" },
    { name: "budget", value: null },
  ],
  provenance: {
    tool: "fleetlens",
    version: "0.1.0",
    seed: 42,
    inputs: [{ name: "telemetry.parquet", sha256: "ab".repeat(32), rows: 714240 }],
  },
  cells: [
    {
      kind: "warning",
      id: "short",
      severity: "warning",
      message: "Queue vcX has three observations: its interval is wide.",
    },
    {
      kind: "metrics",
      id: "key-figures",
      items: [
        { label: "Nodes needed in the peak week", value: 34, unit: "nodes", delta: 4 },
        { label: "Shortfall at 95 %", value: 2.5, unit: "nodes", delta: -1.25 },
        { label: "Cost as recommended", value: 298000, unit: "USD" },
        { label: "Median wait", value: null, unit: "min" },
      ],
    },
    {
      kind: "prose",
      id: "summary",
      markdown:
        "# Summary\n\nBuy **two nodes** for pool `a100` before the week of *8 June*. The recommended commitment saves about a quarter against on-demand prices; see [the forecast](#demand-fan).\n\n- Peak week: 8 June, 71 % of the paths\n- Waits fall from 42 to 9 minutes\n\n> Prices are illustrative.",
    },
    { kind: "prose", id: "demand", markdown: "# Demand\n\nObserved demand and its forecast for the next seven days." },
    {
      kind: "chart",
      id: "demand-fan",
      spec: fan,
      alt: "Demand rises to 220 GPU by the end of the week.",
      caption: "Median and intervals from 2,000 paths.",
    },
    { kind: "chart", id: "demand-heat", spec: heat, alt: "Demand peaks in the morning hours of every day." },
    {
      kind: "table",
      id: "weekly",
      caption: "GPU-hours by week",
      columns: [
        { name: "queue", label: "Queue" },
        { name: "hours", label: "Demand", unit: "GPU-hours" },
        { name: "share", label: "Share", format: "percent" },
        { name: "jobs", label: "Jobs", format: "integer" },
        { name: "censored", label: "Censored" },
      ],
      rows: range(24).map((i) => ({
        queue: `vc${(i * 7) % 24}`,
        hours: i === 3 ? null : 1234.567 * ((i * 5) % 24),
        share: ((i * 5) % 24) / 276,
        jobs: 10000 + i * 371,
        censored: i % 3 === 0,
      })),
    },
    { kind: "prose", id: "risk-words", markdown: "# Risk\n\n## Pool a100\n\nWhat more nodes buy." },
    { kind: "chart", id: "risk", spec: risk, alt: "The risk falls below five per cent at 20 nodes." },
    { kind: "chart", id: "steps", spec: steps, alt: "Nodes in use stay below the quota." },
    {
      kind: "warning",
      id: "io",
      severity: "info",
      message: "Storage throughput was not given: the I/O check is absent.",
    },
    { kind: "prose", id: "money", markdown: "# Buying" },
    {
      kind: "chart",
      id: "costs",
      spec: costs,
      alt: "The recommended purchase is the cheapest.",
      caption: "With 80 % intervals.",
    },
    { kind: "chart", id: "stacked", spec: stackedBars, alt: "Demand by queue and week." },
    { kind: "chart", id: "grouped", spec: grouped, alt: "Demand by queue and week with intervals." },
    { kind: "prose", id: "quality", markdown: "# Data quality\n\nBoth months in the same bins, and the nodes." },
    { kind: "chart", id: "pair", spec: pair, alt: "June is ten per cent above May." },
    { kind: "chart", id: "map", spec: map, alt: "Most nodes are more than half in use." },
    { kind: "warning", id: "late", severity: "error", message: "Capacity file names a queue that does not exist." },
    {
      kind: "code",
      id: "query",
      language: "sql",
      source: "SELECT vc, avg(running_gpu_num + pending_gpu_num) AS demand\nFROM telemetry\nGROUP BY vc;",
    },
  ],
});
