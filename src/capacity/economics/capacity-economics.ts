import { loadHighs } from "../../core/load-highs.js";
import { mean, orderlessMean, quantileSorted } from "../../core/statistics.js";
import { compareText } from "../compare-text.js";
import { roundFigures } from "../round-figures.js";
import { accountUse } from "./account-use.js";
import { BILL_RULE, billChargeback, type FamilyBill } from "./bill-chargeback.js";
import { type Risk, riskWeights } from "./buy-jointly.js";
import { CHARGEBACK_RULE, type ChargebackRow, chargeback, type TeamUsage, usageAsDemand } from "./chargeback.js";
import { checkDemand, checkRisk } from "./check-demand.js";
import { choosePurchase, needsProgramme, type Offers, offersFor } from "./choose-purchase.js";
import { commitNodes, type NodeType, nodeTypeOf } from "./commit-nodes.js";
import type { CapacityEconomics } from "./economics-schema.js";
import { costSplit, existingRows, familyRows, purchasedRows, usedShares } from "./figures.js";
import { netExisting } from "./net-existing.js";
import { parsePrices } from "./parse-prices.js";
import type { PricesFile, PricesFileInput } from "./prices-file.js";
import { scenarioCosts } from "./scenario-costs.js";
import type { DemandScenarios, Purchase } from "./types.js";
import { conditionalValueAtRisk } from "./value-at-risk.js";

/** Options of {@link capacityEconomics}; defaults are in {@link DEFAULT_ECONOMICS_OPTIONS}. */
export interface EconomicsOptions {
  /** What counts beside the expected cost: `(1 − weight) × mean + weight × CVaR(level)`. */
  risk?: Risk;
  /** Who used what, for the chargeback; default: the demand falls to one team, `_unassigned`. */
  usage?: TeamUsage;
  /** Actual bill of the usage's period, to be spread instead of what the prices say; needs `usage`. */
  bill?: FamilyBill;
  /** Kinds of node, to give reservations in whole nodes too. */
  nodeTypes?: readonly NodeType[];
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, label: string) => void;
}

/** Defaults of {@link EconomicsOptions}: the expected cost alone. */
export const DEFAULT_ECONOMICS_OPTIONS = Object.freeze({ risk: Object.freeze({ level: 0.95, weight: 0 }) });

/** Figures of capacity.json without its head, the throughput and warnings, and the rows of chargeback.parquet. */
export interface EconomicsOutcome {
  capacity: Omit<CapacityEconomics, "schema" | "version" | "createdFrom" | "throughput" | "warnings">;
  chargeback: ChargebackRow[];
}

/** Relative gap at which cutting planes stop: of the purchase, and of each scenario's own best. */
const TOLERANCE = 1e-7;
const FORESIGHT_TOLERANCE = 1e-6;

const NOTHING: Purchase = { reservations: [], savingsPlan: null };

/**
 * What to commit for uncertain demand, and what it costs: the purchase of least expected cost over reservations of one
 * and three years, a savings plan, spot and on demand.
 *
 * Commitments are paid every hour of the demand, used or not, and held throughout (where the demand is longer than the
 * term: renewed at its price). Exact by quantiles of the demand where the mean counts alone and no savings plan is
 * offered; else cutting planes (HiGHS) to a relative gap of 1e-7. Pure and deterministic, whatever the order of the
 * families. Figures have 12 significant digits.
 *
 * @param demand GPUs by family, scenario and hour
 * @param prices money per GPU-hour, as in the prices file
 * @throws InputError for demand that is negative or not finite, and for families without prices or node type
 * @example
 * const { capacity } = await capacityEconomics(
 *   { families: ["a100"], scenarios: 1, hours: 4, firstHour: 0, gpus: [Float64Array.of(8, 8, 8, 2)] },
 *   { families: { a100: { on_demand: 4, commit: { "1y": 2.5 } } } },
 * );
 * capacity.commitments[0].gpus; // 8: needed in 3 of 4 hours, and a reservation pays from 2.5 of 4 on
 */
export async function capacityEconomics(
  demand: DemandScenarios,
  prices: PricesFileInput,
  options: EconomicsOptions = {},
): Promise<EconomicsOutcome> {
  const { risk, usage, bill, nodeTypes, signal, onProgress } = { ...DEFAULT_ECONOMICS_OPTIONS, ...options };
  const parsed = parsePrices(prices);
  checkDemand(demand, parsed);
  checkRisk(risk);
  const sorted = byFamily(demand);
  const { families, scenarios, hours, firstHour } = sorted;
  const netted = netExisting(sorted, parsed);
  const offers = offersFor(netted.open, parsed);
  const types = nodeTypes && new Map(offers.reservations.map(({ family }) => [family, nodeTypeOf(family, nodeTypes)]));
  const highs = needsProgramme(offers.plans, risk) ? await loadHighs() : null;
  const costsOf = (bought: Purchase, from = 0, to = scenarios) =>
    scenarioCosts(netted, parsed, bought, hours, from, to);

  onProgress?.(0, 0, "buying");
  const all = { open: netted.open, hours, from: 0, to: scenarios, risk, tolerance: TOLERANCE };
  const { purchase, gap } = choosePurchase(highs, all, offers);
  const costs = costsOf(purchase);
  const foresight = costs.map((cost, s) => {
    signal?.throwIfAborted();
    onProgress?.(s, scenarios, "foresight");
    const alone = { ...all, from: s, to: s + 1, risk: DEFAULT_ECONOMICS_OPTIONS.risk, tolerance: FORESIGHT_TOLERANCE };
    return Math.min(cost, costsOf(choosePurchase(highs, alone, offers).purchase, s, s + 1)[0]);
  });
  const ascending = costs.slice().sort();
  const expected = mean(ascending);
  const perfect = orderlessMean(foresight);
  const onDemandOnly = orderlessMean(
    scenarioCosts(netExisting(sorted, withoutSpot(parsed)), parsed, NOTHING, hours, 0, scenarios),
  );
  const use = accountUse(sorted, netted, purchase, parsed);
  const used = usage ? usageAsDemand(usage) : sorted;
  if (usage) checkDemand(used, parsed);
  const spread =
    bill && usage
      ? billChargeback(bill, usage)
      : chargeback(used, usage ? netExisting(used, parsed) : netted, usage ?? null, purchase, parsed);
  const capacity: EconomicsOutcome["capacity"] = {
    currency: parsed.currency,
    families: [...families],
    ...{ scenarios, hours, first_hour: firstHour },
    expected_cost: expected,
    on_demand_only_cost: onDemandOnly,
    no_new_commitment_cost: orderlessMean(costsOf(NOTHING)),
    perfect_foresight_cost: perfect,
    cvar95: conditionalValueAtRisk(costs, 0.95),
    saving: onDemandOnly - expected,
    regret: expected - perfect,
    risk: risk.weight > 0 ? { ...risk, cvar: conditionalValueAtRisk(costs, risk.level) } : null,
    method: highs ? "cutting_planes" : "quantiles",
    gap,
    scenario_cost: {
      min: ascending[0],
      median: quantileSorted(ascending, 0.5),
      p95: quantileSorted(ascending, 0.95),
      max: ascending[scenarios - 1],
    },
    cost_split: costSplit(use),
    ...usedShares(use),
    by_family: familyRows(netted, sorted.gpus, use),
    commitments: purchasedRows(sorted, parsed, purchase, offers, use),
    existing: existingRows(netted.held, use),
    nodes: types ? nodeSection(purchase, offers, types, costsOf, risk) : null,
    chargeback: {
      bill: spread.bill,
      of: usage ? (bill ? "bill" : "usage") : "demand",
      rule: { ...(bill && usage ? BILL_RULE : CHARGEBACK_RULE) },
      rows: spread.rows.map(({ team, family, gpuHours, shareCost, idleCost, total }) => ({
        ...{ team, family, gpu_hours: gpuHours, share_cost: shareCost, idle_cost: idleCost, total },
      })),
    },
  };
  return roundFigures({ capacity, chargeback: spread.rows });
}

/** The demand with its families in the order of their names, so that the order of the input changes nothing. */
function byFamily(demand: DemandScenarios): DemandScenarios {
  const order = [...demand.families.keys()].sort((a, b) => compareText(demand.families[a], demand.families[b]));
  return { ...demand, families: order.map((f) => demand.families[f]), gpus: order.map((f) => demand.gpus[f]) };
}

function withoutSpot(prices: PricesFile): PricesFile {
  const families = Object.entries(prices.families).map(([name, family]) => [name, { ...family, spot: undefined }]);
  return { ...prices, families: Object.fromEntries(families) };
}

/** Reservations in whole nodes. */
function nodeSection(
  purchase: Purchase,
  { reservations }: Offers,
  types: ReadonlyMap<string, NodeType>,
  costsOf: (purchase: Purchase) => Float64Array,
  risk: Risk,
): CapacityEconomics["nodes"] {
  const weighted = (bought: Purchase) => {
    const costs = costsOf(bought);
    return riskWeights(costs, risk).reduce((sum, weight, s) => sum + weight * costs[s], 0);
  };
  const { rows, purchase: whole } = commitNodes(purchase, reservations, types, weighted);
  return {
    expected_cost: orderlessMean(costsOf(whole)),
    rule: "each reservation is rounded to the neighbouring number of whole nodes that costs less, down at a tie",
    rows,
  };
}
