import type { CapacityEconomics } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, perCent, percent } from "../capacity-plan/words.js";
import { dotPlot } from "../forecast-quality/dot-plot.js";

/** Costs of the scenarios, the cheapest first. */
function points({ scenario_cost: cost, expected_cost, cvar95 }: CapacityEconomics) {
  return [
    { name: "cheapest", cost: cost.min },
    { name: "median", cost: cost.median },
    { name: "mean", cost: expected_cost },
    { name: "p95", cost: cost.p95 },
    { name: "worst 5 %", cost: cvar95 },
    { name: "dearest", cost: cost.max },
  ];
}

function conclusion(result: CapacityEconomics): string {
  const { scenario_cost: cost, expected_cost: mean, currency, risk } = result;
  const above = mean > 0 ? ` (${percent((cost.max - mean) / mean)} above the mean)` : "";
  const span = `From ${figure(Math.round(cost.min))} ${currency} in the cheapest of the scenarios to ${figure(Math.round(cost.max))} ${currency} in the dearest${above}.`;
  if (risk === null)
    return `${span} The purchase is the one of least mean cost: --cvar and --risk-weight guard against the worst scenarios at a higher mean.`;
  const { level, weight } = risk;
  const tail = perCent(Math.round(1000 * (1 - level)) / 10);
  return `${span} The purchase weighs the mean by ${figure(1 - weight)} and the worst ${tail} by ${figure(weight)}: these cost ${figure(Math.round(risk.cvar))} ${currency} on average.`;
}

/** How much dearer than on average it can get. */
export function riskSection(result: CapacityEconomics): Cell[] {
  if (result.scenarios === 1) return [];
  const { currency } = result;
  const all = points(result);
  return [
    heading("risk", "How dear can it get?", conclusion(result)),
    {
      kind: "chart",
      id: "risk-costs",
      alt: `Cost of the ${counted(result.scenarios, "scenario")} in ${currency}: ${listed(all.map(({ name, cost }) => `${name} ${figure(Math.round(cost))}`))}.`,
      caption:
        "Cost of all hours under the recommended purchase, by how demand turns out: p95 is what 95 of 100 scenarios do not exceed, worst 5 % the mean of the others. The axis need not start at 0.",
      spec: dotPlot({
        title: "Cost by scenario",
        names: all.map(({ name }) => name),
        nameTitle: "Scenario",
        value: all.map(({ cost }) => cost),
        valueTitle: `Cost (${currency})`,
      }),
    },
  ];
}
