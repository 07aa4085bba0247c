import { type Buying, type CapacityPlan, termName } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { budgetCells, costCells } from "./costs.js";
import { estimateWords } from "./estimates.js";
import { spotTable, termTable, windowTable } from "./purchases.js";
import { absentSection, heading } from "./section.js";
import { counted, figure, listed } from "./words.js";

const TITLE = "Buying";

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
