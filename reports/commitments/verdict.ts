import type { CapacityEconomics } from "../../src/capacity/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, perCent, percent } from "../capacity-plan/words.js";
import { warningCells } from "../warning-cells.js";
import { existingWords } from "./existing.js";
import { expectedCost, offerOf, takenOffers, takenWords } from "./purchase.js";

/** Differences of money below this part of the cost are not worth a sentence. */
const SLIGHT = 1e-4;

const money = ({ currency }: CapacityEconomics, value: number) => `${figure(Math.round(value))} ${currency}`;

/** What the savings are against. */
const yardstick = ({ existing }: CapacityEconomics) =>
  existing.length === 0 ? "on demand alone" : "buying the rest on demand";

function conclusion(result: CapacityEconomics): string {
  const taken = takenOffers(result);
  const cost = expectedCost(result);
  const { on_demand_only_cost: dear, hours } = result;
  const saved = dear - cost;
  const change = `${money(result, Math.abs(saved))} (${percent(Math.abs(saved) / dear)}) ${saved > 0 ? "less" : "more"} than`;
  const against = `${Math.abs(saved) > SLIGHT * dear ? change : "as much as"} ${yardstick(result)}`;
  const price = `The ${counted(hours, "hour")} then cost ${money(result, cost)} on average, ${against}.`;
  const kept = result.existing.length > 0;
  if (taken.length === 0) return `Commit nothing${kept ? " more" : ""}. ${price}`;
  const what = listed(taken.map((one) => takenWords(one, result.currency)));
  return `Commit ${what}${kept ? ", beside what is committed already" : ""}. ${price}`;
}

function worstWords(result: CapacityEconomics): string {
  const { scenarios, cvar95, scenario_cost } = result;
  if (scenarios === 1) return "There is one scenario of demand only: nothing is said of how much dearer it may get.";
  return `In the worst ${perCent(5)} of the ${figure(scenarios)} scenarios it costs ${money(result, cvar95)} on average, in the dearest ${money(result, scenario_cost.max)}.`;
}

function newWords(result: CapacityEconomics): string {
  const without = result.no_new_commitment_cost;
  const saved = without - expectedCost(result);
  if (takenOffers(result).length === 0 || saved <= SLIGHT * without) return "";
  const kept = result.existing.length > 0 ? "existing commitments, spot and on demand" : "spot and on demand";
  return `Without new commitments, ${kept} would cost ${money(result, without)}: the new ones save ${money(result, saved)} (${percent(saved / without)}).`;
}

function boundWords(result: CapacityEconomics): string {
  const beyond = takenOffers(result).reduce((sum, one) => sum + one.beyond, 0);
  if (beyond < 1) return "";
  return `The commitments bind for longer than the ${counted(result.hours, "hour")} looked at: ${money(result, beyond)} would still be owed afterwards. Buy for as long as the need is sure to last.`;
}

function limitWords({ commitments }: CapacityEconomics): string {
  const limited = commitments.filter(({ at_limit }) => at_limit);
  if (limited.length === 0) return "";
  return `More would pay if it could be had: the limit of the prices file is reached by ${listed(limited.map(offerOf))}.`;
}

function regretWords(result: CapacityEconomics): string {
  const { regret, expected_cost, perfect_foresight_cost } = result;
  if (regret <= SLIGHT * expected_cost) return "";
  return `Had the demand been known, the best purchase would cost ${money(result, perfect_foresight_cost)}: a better forecast could save ${money(result, regret)} (${percent(regret / expected_cost)}) at most.`;
}

function tiles(result: CapacityEconomics): Metric[] {
  const { on_demand_only_cost: dear, utilisation, coverage } = result;
  const cost = expectedCost(result);
  const share = (value: number) => Math.round(1000 * value) / 10;
  return [
    { label: `Expected cost of ${counted(result.hours, "hour")}`, value: Math.round(cost), unit: result.currency },
    { label: `Less than ${yardstick(result)}`, value: dear > 0 ? share((dear - cost) / dear) : null, unit: "%" },
    { label: "GPU-hours served by commitments", value: share(coverage), unit: "%" },
    { label: "Committed money that is used", value: utilisation === null ? null : share(utilisation), unit: "%" },
  ];
}

/** What to commit, what it saves, and how wrong that can go. */
export function verdictSection(result: CapacityEconomics): Cell[] {
  const points = [
    newWords(result),
    worstWords(result),
    boundWords(result),
    limitWords(result),
    regretWords(result),
    existingWords(result),
  ];
  return [
    heading("verdict", "What to commit", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", points),
    ...warningCells(result.warnings),
  ];
}
