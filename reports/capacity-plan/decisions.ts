import type { CapacityPlan, Decision, PoolResult } from "../../src/capacity/index.js";
import { type Cell, escapeMarkdown, type Metric, type Scalar } from "../../src/report/index.js";
import { shareValue } from "./estimates.js";
import { fanCell } from "./fan.js";
import { scenarioWords } from "./scenario-words.js";
import { heading } from "./section.js";
import { weekLabel, weekWords } from "./weeks.js";
import { counted, dayAndMonth, listed, perCent, percent } from "./words.js";

/** Decisions said in words at the top; demand, reserves, waits and scenarios have their figures in their sections. */
const SPOKEN: ReadonlySet<Decision["kind"]> = new Set(["peak", "pool", "purchase", "budget", "io"]);

/** Nodes that a pool needs at a level. */
function needAt(pool: PoolResult, level: number): number | null {
  return pool.need.find((need) => need.level === level)?.nodes ?? null;
}

/** The answer in one sentence: are the pools large enough at the first level of the plan? */
function conclusion(plan: CapacityPlan): string {
  const total = plan.peakWeeks.rows.find((row) => row.queue === "_total");
  const peak = total
    ? `The likeliest peak is ${weekWords(plan, total.weekStart)}, the largest in ${percent(total.pPeak)} of the futures.`
    : "";
  if (!plan.pools) return `${peak} Nodes and purchases are not in this plan: no pools were given.`.trim();
  const level = plan.levels[0];
  const short = plan.pools.flatMap((pool) => {
    const missing = (needAt(pool, level) ?? 0) - pool.nodesHave;
    return missing > 0 ? [`${pool.pool} lacks ${counted(missing, "node")}`] : [];
  });
  const answer = short.length
    ? `To hold in ${perCent(level)} of the futures, ${listed(short)}.`
    : `Every pool holds in at least ${perCent(level)} of the futures.`;
  return `${answer} ${peak}`.trim();
}

function demandTiles(plan: CapacityPlan): Metric[] {
  const scenario = plan.scenarios.find((one) => one.name === plan.planScenario);
  const peak = plan.peakWeeks.rows.find((row) => row.queue === "_total");
  const week = plan.horizon.weeks.find((one) => one.start === peak?.weekStart);
  return [
    ...(scenario ? [{ label: "Demand over the horizon", value: scenario.gpuHours.mean, unit: "GPU-hours" }] : []),
    ...(week ? [{ label: "Likeliest peak week starts", value: dayAndMonth(week.label) }] : []),
  ];
}

function poolTiles(plan: CapacityPlan): Metric[] {
  const level = plan.levels[0];
  return (plan.pools ?? []).map((pool) => ({
    label: `${pool.pool} needs at ${perCent(level)} (${pool.nodesHave} exist)`,
    value: needAt(pool, level),
    unit: "nodes",
  }));
}

function moneyTiles(plan: CapacityPlan): Metric[] {
  const { buying, budget } = plan;
  const tiles: Metric[] = [];
  if (buying) {
    const nodes = buying.pools.flatMap((pool) => pool.terms).reduce((sum, term) => sum + term.buy, 0);
    tiles.push(
      { label: "Commit now", value: nodes, unit: "nodes" },
      { label: "Expected cost as recommended", value: buying.costs.recommended.mean, unit: buying.currency },
      { label: "Saving against today", value: buying.saving.mean, unit: buying.currency },
    );
  }
  const position = budget?.options.find((option) => option.option === "recommended");
  if (budget && position) {
    const label = position.position.mean < 0 ? "Over the budget" : "Left of the budget";
    tiles.push({ label, value: Math.abs(position.position.mean), unit: budget.currency });
  }
  return tiles;
}

function needTable(plan: CapacityPlan): Cell[] {
  if (!plan.pools?.length) return [];
  const levels = plan.pools[0].need.map((need) => need.level);
  return [
    {
      kind: "table",
      id: "decisions-need",
      caption:
        "Nodes that hold the highest hour of the horizon in so many per cent of the futures, against what exists. " +
        "A negative shortfall is a surplus; P(short) is the chance of an hour without enough.",
      columns: [
        { name: "pool", label: "Pool", format: "text" },
        { name: "week", label: "Peak week", format: "text" },
        { name: "have", label: "Exist", unit: "nodes", format: "integer" },
        ...levels.map((level) => ({
          name: `need_${level}`,
          label: `Need at ${perCent(level)}`,
          unit: "nodes",
          format: "integer",
        })),
        { name: "shortfall", label: `Shortfall at ${perCent(plan.levels[0])}`, unit: "nodes", format: "integer" },
        { name: "risk", label: "P(short)", format: "percent" },
      ],
      rows: plan.pools.map((pool) => {
        const row: Record<string, Scalar> = {
          pool: pool.pool,
          week: weekLabel(plan, pool.peakWeek),
          have: pool.nodesHave,
          shortfall: pool.shortfall.find((one) => one.level === plan.levels[0])?.nodes ?? null,
          risk: shareValue(pool.pShortfall),
        };
        for (const { level, nodes } of pool.need) row[`need_${level}`] = nodes;
        return row;
      }),
    },
  ];
}

/** The demand that the plan is made for: that of all queues, with what is planned on top. */
function planFan(plan: CapacityPlan): Cell[] {
  const total = plan.demand.find((queue) => queue.queue === "_total");
  if (!total) return [];
  const subject = `Demand of all queues ${scenarioWords(plan.planScenario)}`;
  const text = { id: "decisions-demand", subject, title: true, points: 340, height: 220 };
  return [fanCell(plan, total, total.planned ?? total.forecast.bands, text)];
}

/** The decisions: tiles, a picture, words, and the nodes that each pool needs. */
export function decisionsSection(plan: CapacityPlan): Cell[] {
  const tiles = [...demandTiles(plan), ...poolTiles(plan), ...moneyTiles(plan)];
  const words = plan.summary
    .filter(({ kind }) => SPOKEN.has(kind))
    .map((decision) => `- ${escapeMarkdown(decision.text)}`)
    .join("\n");
  return [
    heading("decisions", "Decisions", conclusion(plan)),
    ...(tiles.length ? [{ kind: "metrics", id: "decisions-figures", items: tiles } as const] : []),
    ...planFan(plan),
    ...(words ? [{ kind: "prose", id: "decisions-words", markdown: words } as const] : []),
    ...needTable(plan),
  ];
}
