import type { CapacityEconomics } from "../../src/capacity/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading } from "../capacity-plan/section.js";
import { figure, listed, percent } from "../capacity-plan/words.js";

type Family = CapacityEconomics["by_family"][number];

/** Bars of the chart. */
const MOST_BARS = 20;

const WAYS = Object.freeze([
  { key: "reserved_gpu_hours", label: "Reservations" },
  { key: "savings_plan_gpu_hours", label: "Savings plans" },
  { key: "spot_gpu_hours", label: "Spot" },
  { key: "on_demand_gpu_hours", label: "On demand" },
] as const);

type Way = (typeof WAYS)[number]["key"];

/** Part of the GPU-hours served in a way; null where none is wanted. */
const shareOf = (family: Family, way: Way) => (family.gpu_hours > 0 ? family[way] / family.gpu_hours : null);

function conclusion({ by_family, currency }: CapacityEconomics): string {
  const total = by_family.reduce((sum, { gpu_hours }) => sum + gpu_hours, 0);
  if (total === 0) return "No GPU-hour is wanted.";
  const words = WAYS.map(({ key, label }) => ({
    label: label.toLowerCase(),
    share: by_family.reduce((sum, family) => sum + family[key], 0) / total,
  }))
    .filter(({ share }) => share > 0)
    .map(({ label, share }) => `${percent(share)} ${label === "on demand" ? label : `by ${label}`}`);
  const cost = by_family.reduce((sum, family) => sum + family.cost, 0);
  return `Of ${figure(Math.round(total))} GPU-hours on average, ${listed(words)} are served; one costs ${figure(cost / total)} ${currency}.`;
}

function chart(families: readonly Family[]): Cell {
  const shown = families.slice(0, MOST_BARS);
  const words = shown.slice(0, 4).map((family) => {
    const parts = WAYS.flatMap(({ key, label }) => {
      const share = shareOf(family, key) ?? 0;
      return share > 0 ? [`${percent(share)} ${label.toLowerCase()}`] : [];
    });
    return `${family.family} ${parts.join(", ")}`;
  });
  return {
    kind: "chart",
    id: "served-families",
    alt: `How the GPU-hours of each family are served: ${words.join("; ")}.`,
    caption: `Part of the GPU-hours of each family, mean over the scenarios.${families.length > shown.length ? " Families that cost less are not drawn." : ""}`,
    spec: barChart({
      title: "How demand is served",
      categories: shown.map(({ family }) => family),
      categoryTitle: "Family",
      series: WAYS.map(({ key, label }) => ({
        name: label,
        // Rounded down, so that no sum passes 100 and no axis goes beyond it.
        value: shown.map((family) => Math.floor(1e4 * (shareOf(family, key) ?? 0)) / 100),
      })).filter(({ value }) => value.some((share) => share > 0)),
      stacked: true,
      horizontal: true,
      yTitle: "GPU-hours",
      unit: "%",
    }),
  };
}

/** Which part of the demand each way serves, and what a GPU-hour costs. */
export function servedSection(result: CapacityEconomics): Cell[] {
  const { currency, by_family } = result;
  const families = [...by_family].sort((a, b) => b.cost - a.cost || (a.family < b.family ? -1 : 1));
  const wanted = families.filter(({ gpu_hours }) => gpu_hours > 0);
  const hour = `${currency}/GPU-h`;
  return [
    heading("served", "What serves the demand?", conclusion(result)),
    ...(wanted.length === 0 ? [] : [chart(wanted)]),
    {
      kind: "table",
      id: "served-table",
      caption: "By family, mean over the scenarios. Idle money of savings plans belongs to no family.",
      columns: [
        { name: "family", label: "Family", format: "text" },
        { name: "hours", label: "Demand", unit: "GPU-hours", format: "integer" },
        ...WAYS.map(({ key, label }) => ({ name: key, label, format: "percent" })),
        { name: "cost", label: "Cost", unit: currency, format: "integer" },
        { name: "each", label: "It costs", unit: hour },
        { name: "dear", label: "On demand", unit: hour },
        { name: "spot", label: "Spot, with overhead", unit: hour },
      ],
      rows: families.map((family) => ({
        family: family.family,
        hours: family.gpu_hours,
        ...Object.fromEntries(WAYS.map(({ key }) => [key, shareValue(shareOf(family, key))])),
        cost: family.cost,
        each: family.cost_per_gpu_hour,
        dear: family.on_demand_price,
        spot: family.spot_price,
      })),
    },
  ];
}
