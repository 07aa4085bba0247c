import type { CapacityEconomics } from "../../src/capacity/index.js";
import type { ChartRule } from "../../src/report/charts/rule-layers.js";
import { type Cell, lineChart } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";
import { tuneAxes } from "../forecast-quality/tune-axes.js";
import { familyName, offerName, offerOf, takenOffers, tenth } from "./purchase.js";

/** Families with a chart of their own, those that cost most. */
const MOST_CHARTS = 6;

function conclusion(result: CapacityEconomics): string {
  const { commitments } = result;
  if (commitments.length === 0) return "The prices hold no commitment: only spot and on demand are left.";
  const taken = takenOffers(result);
  if (taken.length === 0) {
    return `None of ${counted(commitments.length, "offer")}: none would be used in enough of the hours to pay for itself${result.nodes === null ? "" : ", or not as a whole node"}.`;
  }
  return `${figure(taken.length)} of ${counted(commitments.length, "offer")}: ${listed(taken.map(({ offer }) => offerOf(offer)))}. A commitment pays where it is used in a larger share of the hours than its price is of the on-demand price.`;
}

function takenTable(result: CapacityEconomics): Cell[] {
  const taken = takenOffers(result);
  if (taken.length === 0) return [];
  const { currency, nodes, hours } = result;
  return [
    {
      kind: "table",
      id: "offers-taken",
      caption:
        `What to commit. Serves: part of the family's GPU-hours. Still owed: what is to be paid when the ${counted(hours, "hour")} have passed.` +
        (nodes === null ? "" : " Used and serves are those before rounding to whole nodes."),
      columns: [
        { name: "family", label: "Family", format: "text" },
        { name: "offer", label: "Commitment", format: "text" },
        ...(nodes === null ? [] : [{ name: "nodes", label: "Nodes", format: "text" }]),
        { name: "gpus", label: "GPUs" },
        { name: "hourly", label: "An hour", unit: currency },
        { name: "used", label: "Used", format: "percent" },
        { name: "serves", label: "Serves", format: "percent" },
        { name: "beyond", label: "Still owed", unit: currency, format: "integer" },
      ],
      rows: taken.map(({ offer, gpus, nodes: count, nodeType, hourly, beyond }) => ({
        family: familyName(offer.family),
        offer: offerName(offer),
        ...(nodes === null ? {} : { nodes: count === null ? null : `${figure(count)} ${nodeType}` }),
        gpus: gpus === null ? null : tenth(gpus),
        hourly: Math.round(100 * hourly) / 100,
        used: shareValue(offer.utilisation),
        serves: shareValue(offer.coverage),
        beyond,
      })),
    },
  ];
}

function offersTable({ commitments, currency }: CapacityEconomics): Cell {
  const renewals = commitments.some(({ pays_over_renewal_after_months: months }) => months !== null);
  return {
    kind: "table",
    id: "offers-table",
    caption:
      "Every offer, also those not taken. Pays from: the use above which it costs less than on demand; paid off: months of full use after which on demand would have cost as much as the whole term." +
      (renewals
        ? " Beats 1 year: how long the need must last for three years to cost less than renewed one-year terms."
        : ""),
    columns: [
      { name: "family", label: "Family", format: "text" },
      { name: "offer", label: "Offer", format: "text" },
      { name: "price", label: "Price", unit: `${currency}/GPU-h` },
      { name: "even", label: "Pays from", format: "percent" },
      { name: "months", label: "Paid off", unit: "months" },
      ...(renewals ? [{ name: "renewal", label: "Beats 1 year", unit: "months" }] : []),
      { name: "optimum", label: "Optimum", unit: "GPUs" },
      { name: "limit", label: "At its limit" },
    ],
    rows: commitments.map((offer) => ({
      family: familyName(offer.family),
      offer: offerName(offer),
      price: offer.price,
      even: shareValue(offer.break_even_utilisation),
      months: offer.break_even_months === null ? null : tenth(offer.break_even_months),
      ...(renewals ? { renewal: offer.pays_over_renewal_after_months } : {}),
      optimum: offer.gpus === null ? null : tenth(offer.gpus),
      limit: offer.at_limit,
    })),
  };
}

/** Words beside rules that lie closer than this part of the peak would overlap. */
const APART = 0.08;

/** Levels up to which a family's reservations reach, existing ones at the bottom. */
function levels({ existing, commitments }: CapacityEconomics, family: string): { value: number; name: string }[] {
  const held = existing.filter((one) => one.family === family && one.hours > 0);
  const layers = [
    { name: "existing", gpus: held.reduce((sum, { gpus }) => sum + (gpus ?? 0), 0) },
    ...commitments.filter((one) => one.family === family).map(({ term, gpus }) => ({ name: term, gpus: gpus ?? 0 })),
  ];
  let top = 0;
  return layers.flatMap(({ name, gpus }) => {
    top += gpus;
    return gpus > 0 ? [{ value: tenth(top), name }] : [];
  });
}

/** Rules with words such as `3y to 214`; of rules too close for words the highest names them all. */
function rulesOf(all: readonly { value: number; name: string }[], peak: number): ChartRule[] {
  const room = APART * Math.max(peak, all.at(-1)?.value ?? 0);
  const groups: { value: number; name: string }[][] = [];
  for (const level of all) {
    const group = groups.at(-1);
    if (group && level.value - group[0].value < room) group.push(level);
    else groups.push([level]);
  }
  return groups.flatMap((group) => {
    const words = `${group.map(({ name }) => name).join(", ")} to ${figure(Math.round(group[group.length - 1].value))}`;
    return group.map(({ value }, i) => ({ value, label: i === group.length - 1 ? words : "" }));
  });
}

/** GPUs wanted against the share of the hours, with what is reserved. */
function curve(result: CapacityEconomics, family: CapacityEconomics["by_family"][number], i: number): Cell {
  const { demand_curve } = family;
  const reached = levels(result, family.family);
  const rules = rulesOf(reached, demand_curve[0]);
  const ending = result.existing.some((one) => one.family === family.family && one.hours < result.hours);
  const words = reached.map(({ name, value }) => `${name} up to ${figure(value)}`);
  const held = words.length === 0 ? "nothing is reserved" : `reserved: ${listed(words)}`;
  return {
    kind: "chart",
    id: `offers-curve-${i + 1}`,
    alt: `GPUs of ${family.family} that are wanted, by the share of the hours: peak ${figure(tenth(demand_curve[0]))}, half of the hours ${figure(tenth(demand_curve[50]))}, always ${figure(tenth(demand_curve[100]))}; ${held}.`,
    caption:
      "So many GPUs, or more, are wanted in so many per cent of the hours of all scenarios." +
      (rules.length === 0
        ? ""
        : " Dashed: up to there GPUs are reserved" +
          (ending ? ", existing ones drawn as if none of them ended" : "") +
          ". What lies below a line and above the curve stands idle; what lies above all lines is left to savings plans, spot and on demand."),
    spec: tuneAxes(
      lineChart({
        title: `Demand of ${family.family}`,
        x: demand_curve.map((_, percent) => percent),
        xTitle: "Share of the hours (%)",
        yTitle: "GPUs wanted",
        series: [{ name: family.family, value: demand_curve }],
        yRules: rules,
        yRuleEnd: "left",
      }),
    ),
  };
}

/** Which offers are taken, and why so much of each. */
export function offersSection(result: CapacityEconomics): Cell[] {
  const head = heading("offers", "Which commitments?", conclusion(result));
  if (result.commitments.length === 0) return [head];
  const families = result.by_family
    .filter(({ gpu_hours }) => gpu_hours > 0)
    .sort((a, b) => b.cost - a.cost || (a.family < b.family ? -1 : 1));
  return [
    head,
    ...takenTable(result),
    offersTable(result),
    ...families.slice(0, MOST_CHARTS).map((family, i) => curve(result, family, i)),
  ];
}
