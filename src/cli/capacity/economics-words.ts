import type { CapacityEconomics, PricesFile } from "../../capacity/index.js";

/** Hours of the shortest term. */
const YEAR_HOURS = 8760;

const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

/** The result in a few lines. */
export function economicsText(capacity: CapacityEconomics, folder: string): string {
  const money = (value: number) => `${number(value)} ${capacity.currency}`;
  const bought = capacity.commitments.filter((one) => one.hourly_usd > 0);
  const lines = bought.map((one) => {
    const what = one.gpus === null ? `${money(one.hourly_usd)} an hour` : `${number(one.gpus)} GPUs of ${one.family}`;
    return `  ${what}, ${one.term}: ${percent(one.utilisation ?? 0)} used`;
  });
  return [
    bought.length > 0 ? "Commit:" : "Commit nothing.",
    ...lines,
    `Expected cost of ${capacity.hours} hours: ${money(capacity.expected_cost)} (on demand only ${money(capacity.on_demand_only_cost)}, with perfect foresight ${money(capacity.perfect_foresight_cost)}, worst 5 % ${money(capacity.cvar95)})`,
    `Written to ${folder}`,
  ].join("\n");
}

/** What the reader must know before the figures. */
export function economicsWarnings(capacity: Omit<CapacityEconomics, "warnings">, prices: PricesFile): string[] {
  const warnings: string[] = [];
  if (capacity.scenarios < 20) {
    warnings.push(`${capacity.scenarios} scenarios say little about the worst 5 %: cvar95 rests on the worst one`);
  }
  if (capacity.hours > YEAR_HOURS && capacity.commitments.length > 0) {
    warnings.push(
      `the demand is longer than a year (${capacity.hours} hours): commitments are taken to be renewed at the same price`,
    );
  }
  const unused = Object.keys(prices.families).filter((family) => !capacity.families.includes(family));
  for (const pool of capacity.throughput?.regressions ?? []) {
    warnings.push(`pool "${pool}" has slowed down; see throughput_regressions.parquet`);
  }
  for (const { node_type, family, gpus_per_node, on_demand_price_hour } of capacity.nodes?.rows ?? []) {
    const [perGpu, listed] = [on_demand_price_hour / gpus_per_node, prices.families[family].on_demand];
    if (Math.abs(perGpu - listed) <= 0.01 * listed) continue;
    const text = `${node_type}: ${number(perGpu)} a GPU-hour by the catalogue, ${number(listed)} for "${family}" by the prices, which count`;
    if (!warnings.includes(text)) warnings.push(text);
  }
  if (unused.length > 0)
    warnings.push(`the demand has no ${unused.map((name) => `"${name}"`).join(", ")} of the prices`);
  return warnings;
}
