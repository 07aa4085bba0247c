import type { CapacityEconomics } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";

function conclusion({ families, scenarios, hours, createdFrom, first_hour }: CapacityEconomics): string {
  const drawn = createdFrom.options["quantiles"] === true ? "drawn from forecast quantiles" : "as given";
  return `Demand of ${counted(families.length, "family", "families")} (${families.length <= 5 ? listed(families) : `${listed(families.slice(0, 5))} and others`}) in ${counted(scenarios, "equally likely scenario")}, ${drawn}, over ${counted(hours, "hour")} from hour ${figure(first_hour)} on.`;
}

function notes({ method, gap, risk, nodes, scenarios, createdFrom, hours }: CapacityEconomics): string[] {
  const quantiles = createdFrom.options["quantiles"] === true;
  return [
    "Commitments are paid every hour, used or not. An hour's demand is served by existing reservations, existing savings plans, new reservations, the new savings plan at its highest discount first, then spot up to its share of the hour's demand where that is cheaper, the rest on demand.",
    method === "quantiles"
      ? "The purchase is exact: of each family so much is reserved as is wanted in a share of the hours equal to price ÷ on-demand price (the newsvendor's quantile), with spot and limits allowed for."
      : `All purchases were found together by cutting planes (HiGHS); the relative gap to the optimum is at most ${gap < 1e-9 ? "1e-9" : gap.toExponential(0)}.`,
    ...(risk === null
      ? []
      : [
          "Risk is the CVaR, the mean cost of the worst scenarios (Rockafellar & Uryasev 2002). It counts spending, and not demand that goes unserved: on demand is taken to be there without limit.",
        ]),
    ...(quantiles
      ? [
          "Scenarios come from quantiles by a Gaussian copula: hours follow one another and families rise and fall together as the options of the command say, which are estimates and not facts of this demand.",
        ]
      : []),
    ...(scenarios < 20 ? ["With so few scenarios the worst 5 % rest on one of them."] : []),
    nodes === null
      ? "Reservations may come to parts of a GPU or node: round them, or give --catalog for whole nodes."
      : `Whole nodes: ${nodes.rule}.`,
    hours > 8760
      ? "The demand is longer than a one-year term, which is taken to be renewed at its price."
      : "Demand after the hours looked at is not known here: a commitment that pays for them pays over its term only if the need lasts.",
    "Prices are those of the prices file; discounts for volume, taxes and data transfer are not counted.",
  ];
}

/** How the purchase was found, and what it cannot say. */
export function methodSection(result: CapacityEconomics): Cell[] {
  return [heading("method", "Method and data", conclusion(result)), ...bullets("method-notes", notes(result))];
}
