import { type Buying, type CapacityPlan, termName } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { estimateColumns, estimateValues, shareValue } from "./estimates.js";
import { formatLocal } from "./local-time.js";
import { paragraph } from "./section.js";
import { weekLabel } from "./weeks.js";
import { counted, perCent } from "./words.js";

/** Reserve windows in the table; the rest is counted. */
const MOST_WINDOWS = 12;

/** Commitments by pool and term. */
export function termTable(buying: Buying): Cell[] {
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

/** What spot capacity really costs, and how much of it to use. */
export function spotTable(plan: CapacityPlan, buying: Buying): Cell[] {
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

/** Hours for which to reserve nodes. */
export function windowTable(plan: CapacityPlan, buying: Buying): Cell[] {
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
