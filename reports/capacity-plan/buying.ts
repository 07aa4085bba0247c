import type { Buying, CapacityPlan, PurchaseOption } from "../../src/capacity/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { estimateColumns, estimateValues, estimateWords, shareValue } from "./estimates.js";
import { formatLocal } from "./local-time.js";
import { absentSection, heading, paragraph } from "./section.js";
import { weekLabel } from "./weeks.js";
import { counted, figure, listed, perCent, percent } from "./words.js";

const TITLE = "Buying";

/** Reserve windows in the table; the rest is counted. */
const MOST_WINDOWS = 12;

const OPTIONS: readonly (readonly [PurchaseOption, string])[] = Object.freeze([
  ["on_demand", "all on demand"],
  ["today", "as today"],
  ["recommended", "recommended"],
]);

/** `commit_1y` as people say it. */
function termName(term: string): string {
  const years = /^commit_(\d+)y$/.exec(term)?.[1];
  return years ? `${years}-year commitment` : term;
}

function conclusion(plan: CapacityPlan, buying: Buying): string {
  const level = plan.levels[0];
  const buys = buying.pools.flatMap((pool) =>
    pool.terms.flatMap((term) =>
      term.buy > 0 ? [`${counted(term.buy, "node")} of ${pool.pool} on a ${termName(term.term)}`] : [],
    ),
  );
  const advice = buys.length ? `Commit ${listed(buys)}` : "Commit nothing more";
  const { recommended } = buying.costs;
  const saved = buying.saving.mean;
  const change =
    Math.abs(saved) < 0.5 ? "as much as" : `${figure(Math.abs(saved))} ${saved > 0 ? "less" : "more"} than`;
  return (
    `${advice}: the ${counted(buying.hours, "hour")} of the horizon then cost ` +
    `${estimateWords(recommended, level, buying.currency)}, ${change} today's commitments.`
  );
}

function costCells(plan: CapacityPlan, buying: Buying): Cell[] {
  const level = plan.levels[0];
  const estimates = OPTIONS.map(([option]) => buying.costs[option]);
  const budget = plan.budget?.options ?? [];
  const over = (option: PurchaseOption) => budget.find((one) => one.option === option)?.pOverBudget ?? null;
  const words = OPTIONS.map(([, name], i) => `${name} ${figure(estimates[i].mean)} ${buying.currency}`);
  return [
    {
      kind: "chart",
      id: "buying-costs",
      alt: `Expected cost of the horizon: ${listed(words)}. Lines show the ${perCent(level)} interval.`,
      caption: `Expected cost of serving the demand in full over the horizon; lines span the ${perCent(level)} interval.`,
      spec: barChart({
        categories: OPTIONS.map(([, name]) => name),
        series: [
          {
            name: "cost",
            value: estimates.map((estimate) => estimate.mean),
            lo: estimates.map((estimate) => estimate[`lo_${level}`]),
            hi: estimates.map((estimate) => estimate[`hi_${level}`]),
          },
        ],
        horizontal: true,
        yTitle: "Cost",
        unit: buying.currency,
      }),
    },
    {
      kind: "table",
      id: "buying-options",
      columns: [
        { name: "option", label: "Way to pay", format: "text" },
        ...estimateColumns("cost", plan.levels, { label: "Cost", unit: buying.currency, format: "integer" }),
        ...(plan.budget ? [{ name: "over", label: "P(over budget)", format: "percent" }] : []),
      ],
      rows: OPTIONS.map(([option, name], i) => ({
        option: name,
        ...estimateValues("cost", plan.levels, estimates[i]),
        ...(plan.budget ? { over: shareValue(over(option)) } : {}),
      })),
    },
  ];
}

function termTable(buying: Buying): Cell[] {
  const rows = buying.pools.flatMap((pool) =>
    pool.terms.map((term) => ({
      pool: pool.pool,
      term: termName(term.term),
      existing: pool.existingNodes,
      price: term.price,
      onDemand: pool.price.onDemand,
      ratio: shareValue(term.ratio),
      level: term.levelAlone,
      buy: term.buy,
      utilisation: shareValue(term.marginalUtilisation),
    })),
  );
  if (rows.length === 0) return [];
  const unit = buying.currency;
  return [
    {
      kind: "table",
      id: "buying-terms",
      caption:
        "A node is worth committing while it is needed in a larger share of the hours than its price bears to the " +
        "on-demand price (newsvendor). Best level: committed nodes if this were the only term. Prices are per node-hour.",
      columns: [
        { name: "pool", label: "Pool", format: "text" },
        { name: "term", label: "Term", format: "text" },
        { name: "buy", label: "Buy now", unit: "nodes", format: "integer" },
        { name: "existing", label: "Signed", unit: "nodes", format: "integer" },
        { name: "level", label: "Best level", unit: "nodes", format: "integer" },
        { name: "price", label: "Price", unit },
        { name: "onDemand", label: "On demand", unit },
        { name: "ratio", label: "Break-even use", format: "percent" },
        { name: "utilisation", label: "Use of the last node", format: "percent" },
      ],
      rows,
    },
  ];
}

function spotTable(plan: CapacityPlan, buying: Buying): Cell[] {
  const levels = plan.levels.slice(0, 1);
  const rows = buying.pools.flatMap((pool) =>
    pool.spot
      ? [
          {
            pool: pool.pool,
            price: pool.price.spot,
            overhead: shareValue(pool.spot.overhead),
            effective: pool.spot.effectivePrice,
            used: pool.spot.used,
            ...estimateValues("hours", levels, pool.spot.nodeHours),
            share: shareValue(pool.spot.share.mean),
          },
        ]
      : [],
  );
  if (rows.length === 0) return [];
  const unit = buying.currency;
  return [
    {
      kind: "table",
      id: "buying-spot",
      caption:
        "Spot: interruptions lose the work since the last checkpoint and the restart; the price with that loss decides. " +
        "Prices are per node-hour.",
      columns: [
        { name: "pool", label: "Pool", format: "text" },
        { name: "price", label: "Spot price", unit },
        { name: "overhead", label: "Lost to interruptions", format: "percent" },
        { name: "effective", label: "Price with loss", unit },
        { name: "used", label: "Worth using" },
        ...estimateColumns("hours", levels, { label: "On spot", unit: "node-hours" }),
        { name: "share", label: "Share of the pool", format: "percent" },
      ],
      rows,
    },
  ];
}

function windowTable(plan: CapacityPlan, buying: Buying): Cell[] {
  const shown = buying.reserveWindows.slice(0, MOST_WINDOWS);
  if (shown.length === 0)
    return [paragraph("buying-windows", "No week needs a reserve: the pools hold at every level.")];
  const left = buying.reserveWindows.length - shown.length;
  const local = (instant: string) => formatLocal(instant, plan.timeZone);
  return [
    {
      kind: "table",
      id: "buying-windows",
      caption:
        `Reserve these nodes for these hours (local time, ${plan.timeZone}) to hold at ${perCent(plan.levels[plan.levels.length - 1])}.` +
        (left > 0 ? ` ${counted(left, "more window")} in the JSON.` : ""),
      columns: [
        { name: "pool", label: "Pool", format: "text" },
        { name: "week", label: "Week of", format: "text" },
        { name: "from", label: "From", format: "text" },
        { name: "to", label: "To", format: "text" },
        { name: "nodes", label: "Reserve", unit: "nodes", format: "integer" },
        { name: "risk", label: "P(not enough)", format: "percent" },
      ],
      rows: shown.map((window) => ({
        pool: window.pool,
        week: weekLabel(plan, window.weekStart),
        from: local(window.from),
        to: local(window.to),
        nodes: window.nodes,
        risk: shareValue(window.pShortfall),
      })),
    },
  ];
}

function budgetCells(plan: CapacityPlan): Cell[] {
  const { budget } = plan;
  if (!budget)
    return absentSection(plan, "budget", "budget", "Budget").map((cell) => ({ ...cell, id: "buying-budget" }));
  const recommended = budget.options.find((option) => option.option === "recommended");
  if (!recommended) return [];
  const { position, pOverBudget } = recommended;
  const verdict = position.mean < 0 ? "over" : "below";
  const cover =
    budget.coveredHours < budget.monthHours
      ? ` (its share for the ${counted(budget.coveredHours, "hour")} of ${budget.monthHours} that the horizon covers)`
      : "";
  return [
    paragraph(
      "buying-budget",
      `Budget of ${budget.month}: ${figure(budget.comparable)} ${budget.currency}${cover}. The recommended way ends ` +
        `${figure(Math.abs(position.mean))} ${budget.currency} ${verdict} it on average and exceeds it in ${percent(pOverBudget)} of the futures.`,
    ),
  ];
}

/** What to commit, what to leave on demand or spot, and what it costs. */
export function buyingSection(plan: CapacityPlan): Cell[] {
  const { buying } = plan;
  if (!buying) return absentSection(plan, "buying", "buying", TITLE);
  return [
    heading("buying", TITLE, conclusion(plan, buying)),
    ...costCells(plan, buying),
    ...budgetCells(plan),
    ...termTable(buying),
    ...spotTable(plan, buying),
    ...windowTable(plan, buying),
  ];
}
