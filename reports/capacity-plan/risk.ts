import type { CapacityPlan, RiskCurve } from "../../src/capacity/index.js";
import { type Cell, escapeMarkdown, lineChart } from "../../src/report/index.js";
import { shareValue } from "./estimates.js";
import { absentSection, heading } from "./section.js";
import { counted, figure, listed, perCent, percent, sentence } from "./words.js";

const TITLE = "Risk curve";

/** Smallest node count of the curve whose risk of a short hour is at most `risk`. */
function nodesForRisk(curve: RiskCurve, risk: number): number | null {
  return curve.points.find((point) => point.pAnyHour <= risk)?.nodes ?? null;
}

function words(curve: RiskCurve): string {
  const now = curve.points.find((point) => point.nodes === curve.nodesHave);
  const safe = nodesForRisk(curve, 0.05);
  const have = `${curve.pool} with its ${counted(curve.nodesHave, "node")}`;
  return [
    now ? `${have} is too small in some hour in ${percent(now.pAnyHour)} of the futures` : have,
    safe === null ? "" : `; ${counted(safe, "node")} would bring that to ${perCent(5)} or less`,
  ].join("");
}

/** How the waits were found. */
function waitWords({ simulation }: RiskCurve): string {
  if (simulation.paths === null) return "Waits are over all demand, by the fluid approximation.";
  return `Waits are over jobs of the history, thinned or repeated to ${counted(simulation.paths, "future")} of demand and played through the queue with backfill (${simulation.policy}), about ${figure(simulation.jobs ?? 0)} jobs each.`;
}

/** From how many nodes on the queues' wait targets are met. */
function targetWords({ waitTarget, pool, waitMethod }: RiskCurve): string {
  if (waitTarget === null) return "";
  const targets = [
    ...(waitTarget.medianMinutes === null ? [] : [`a median of ${figure(waitTarget.medianMinutes)} min`]),
    ...(waitTarget.p95Minutes === null ? [] : [`a 95th percentile of ${figure(waitTarget.p95Minutes)} min`]),
  ];
  const met =
    waitTarget.nodes === null
      ? "are not met by any number of nodes shown"
      : `are met from ${counted(waitTarget.nodes, "node")} on`;
  return `The wait targets of ${pool} (${listed(targets)}) ${met}, by ${waitMethod === "simulation" ? "simulation" : "the fluid approximation"}`;
}

function curveCells(curve: RiskCurve, i: number): Cell[] {
  const column = <K extends "nodes" | "pAnyHour" | "pAnyWeek">(key: K) => curve.points.map((point) => point[key]);
  return [
    { kind: "prose", id: `risk-pool-${i + 1}`, markdown: `## ${escapeMarkdown(curve.pool)}` },
    {
      kind: "chart",
      id: `risk-curve-${i + 1}`,
      alt: `${words(curve)}.`,
      spec: lineChart({
        x: column("nodes"),
        series: [
          { name: "in any hour", value: column("pAnyHour") },
          { name: "in any week's mean", value: column("pAnyWeek") },
        ],
        xRules: [{ value: curve.nodesHave, label: `${curve.nodesHave} exist` }],
        percent: true,
        xTitle: "Nodes",
        yTitle: "P(demand > capacity)",
        height: 200,
      }),
    },
    {
      kind: "table",
      id: `risk-table-${i + 1}`,
      caption: `Risk and waits of ${curve.pool}. ${waitWords(curve)}`,
      columns: [
        { name: "nodes", label: "Nodes", format: "integer" },
        { name: "hour", label: "P(short in any hour)", format: "percent" },
        { name: "week", label: "P(short over a week)", format: "percent" },
        { name: "short", label: "Short for, mean", unit: "hours" },
        { name: "median", label: "Median wait", unit: "min" },
        { name: "p95", label: "p95 wait", unit: "min" },
      ],
      rows: tablePoints(curve).map((point) => ({
        nodes: point.nodes,
        hour: shareValue(point.pAnyHour),
        week: shareValue(point.pAnyWeek),
        short: point.shortfallHours.mean,
        median: point.wait.medianMinutes,
        p95: point.wait.p95Minutes,
      })),
    },
  ];
}

/** At most nine points for the table: evenly spread, with what exists among them. */
function tablePoints(curve: RiskCurve): RiskCurve["points"] {
  const { points } = curve;
  const stride = Math.ceil(points.length / 8);
  return points.filter((point, i) => i % stride === 0 || point.nodes === curve.nodesHave || i === points.length - 1);
}

/** Nodes against the probability of not having enough, and against waits. */
export function riskSection(plan: CapacityPlan): Cell[] {
  const { risk } = plan;
  if (!risk?.length) return absentSection(plan, "risk", "risk", TITLE);
  const reasons = [...new Set(risk.flatMap(({ simulation }) => simulation.reason ?? []))];
  return [
    heading(
      "risk",
      TITLE,
      `${risk
        .flatMap((curve) => [words(curve), targetWords(curve)])
        .filter(Boolean)
        .join(". ")}.`,
    ),
    ...risk.flatMap(curveCells),
    ...reasons.map(
      (reason, i): Cell => ({
        kind: "warning",
        id: `risk-waits-${i + 1}`,
        severity: "info",
        message: sentence(reason),
      }),
    ),
  ];
}
