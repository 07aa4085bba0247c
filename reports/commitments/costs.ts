import type { CapacityEconomics } from "../../src/capacity/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";

interface Way {
  /** Short: on a phone a chart has no room for more. */
  name: string;
  words: string;
  cost: number;
}

/** Ways to pay, the dearest first. */
function ways(result: CapacityEconomics): Way[] {
  const kept = result.existing.length > 0 ? "existing commitments, " : "";
  return [
    {
      name: "on demand",
      words: `${kept}${kept === "" ? "all" : "the rest"} on demand`,
      cost: result.on_demand_only_cost,
    },
    { name: "with spot", words: `${kept}spot and on demand`, cost: result.no_new_commitment_cost },
    ...(result.nodes === null
      ? []
      : [{ name: "whole nodes", words: "recommended, in whole nodes", cost: result.nodes.expected_cost }]),
    {
      name: "recommended",
      words: result.nodes === null ? "recommended" : "recommended, if parts of nodes could be had",
      cost: result.expected_cost,
    },
    { name: "foresight", words: "if the demand were known beforehand", cost: result.perfect_foresight_cost },
  ];
}

/** What the money goes to. */
function spending({ cost_split: split }: CapacityEconomics): Way[] {
  return [
    { name: "Reservations", words: "for reservations", cost: split.reservations },
    { name: "Savings plans", words: "for savings plans", cost: split.savings_plans },
    { name: "Spot", words: "for spot", cost: split.spot },
    { name: "On demand", words: "on demand", cost: split.on_demand },
  ];
}

function conclusion(result: CapacityEconomics): string {
  const { cost_split: split, currency } = result;
  const total = result.expected_cost;
  if (total <= 0) return "Nothing is wanted and nothing is committed: it costs nothing.";
  const words = spending(result)
    .filter(({ cost }) => cost > 0)
    .map(({ words: what, cost }, i) => `${percent(cost / total)} ${i === 0 ? "is paid " : ""}${what}`);
  const idle = split.idle > 0 ? ` ${percent(split.idle / total)} is paid for commitments that stand idle.` : "";
  return `Of ${figure(Math.round(total))} ${currency} on average, ${listed(words)}.${idle}`;
}

/** What each way to pay costs, and what the money goes to. */
export function costsSection(result: CapacityEconomics): Cell[] {
  const { currency, cost_split: split, on_demand_only_cost: dear } = result;
  const all = ways(result);
  const words = all.map(({ words: way, cost }) => `${way} ${figure(Math.round(cost))}`);
  return [
    heading("costs", "What does it cost?", conclusion(result)),
    {
      kind: "chart",
      id: "costs-ways",
      alt: `Expected cost of ${counted(result.hours, "hour")} in ${currency}: ${listed(words)}.`,
      caption:
        "Mean over the scenarios. Existing commitments are paid in every way. Foresight: nobody knows the demand beforehand; it is the limit of what planning can reach.",
      spec: barChart({
        title: "Ways to pay",
        categories: all.map(({ name }) => name),
        categoryTitle: "Way to pay",
        series: [{ name: "cost", value: all.map(({ cost }) => cost) }],
        horizontal: true,
        yTitle: "Expected cost",
        unit: currency,
      }),
    },
    {
      kind: "table",
      id: "costs-table",
      columns: [
        { name: "way", label: "Way to pay", format: "text" },
        { name: "cost", label: "Expected cost", unit: currency, format: "integer" },
        { name: "saved", label: "Cheaper by", unit: currency, format: "integer" },
        { name: "share", label: "In per cent", format: "percent" },
      ],
      rows: all.map(({ words: way, cost }) => ({
        way,
        cost,
        saved: dear - cost,
        share: dear > 0 ? shareValue((dear - cost) / dear) : null,
      })),
    },
    {
      kind: "table",
      id: "costs-split",
      caption: `What the recommended purchase is spent on${result.nodes === null ? "" : ", before rounding to whole nodes"}; ${figure(Math.round(split.idle))} ${currency} of it for commitments that nothing uses.`,
      columns: [
        { name: "way", label: "Spent on", format: "text" },
        { name: "cost", label: "Expected cost", unit: currency, format: "integer" },
        { name: "share", label: "Of all", format: "percent" },
      ],
      rows: spending(result).map(({ name: way, cost }) => ({
        way,
        cost,
        share: result.expected_cost > 0 ? shareValue(cost / result.expected_cost) : null,
      })),
    },
  ];
}
