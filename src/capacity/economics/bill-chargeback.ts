import { compareText } from "../compare-text.js";
import { type Chargeback, type ChargebackRow, IDLE, type TeamUsage, UNASSIGNED } from "./chargeback.js";

/** What a cloud's bill says of GPU families. */
export interface FamilyBill {
  /** Invoiced in all: what the rows add up to. */
  total: number;
  /** Amortised cost by GPU family, used and of commitments that nothing used. */
  families: readonly { family: string; used: number; unused: number }[];
}

/** Family of what is no GPU: other services, taxes, credits, payments for other months. */
const OTHER = "other";

/** How an actual bill is spread, by name. */
export const BILL_RULE = Object.freeze({
  name: "bill-by-gpu-hours",
  share_cost:
    "the bill's amortised cost of a GPU family over the teams by their GPU-hours of it; what has no team's GPU-hours, and everything that is no GPU, falls to team _unassigned",
  idle_cost:
    "the bill's unused commitments of a family over the teams by their GPU-hours of it; of a family that nobody used to team _idle",
});

/**
 * Spreads an actual bill over teams by the rule {@link BILL_RULE}.
 *
 * @param usage GPU-hours of the bill's period; families are named as in the bill
 * @returns rows by team, then family; their totals add up to the bill
 */
export function billChargeback(bill: FamilyBill, usage: TeamUsage): Chargeback {
  const rows: ChargebackRow[] = [];
  let rest = bill.total;
  const add = (team: string, family: string, gpuHours: number, shareCost: number, idleCost: number) => {
    if (gpuHours === 0 && shareCost === 0 && idleCost === 0) return;
    rest -= shareCost + idleCost;
    rows.push({ team, family, gpuHours, shareCost, idleCost, total: shareCost + idleCost });
  };
  const billed = new Map(bill.families.map((one) => [one.family, one]));
  for (const family of new Set([...usage.families, ...billed.keys()])) {
    const { used, unused } = billed.get(family) ?? { used: 0, unused: 0 };
    const f = usage.families.indexOf(family);
    const hours = usage.gpus.map((team) => (f < 0 ? 0 : team[f].reduce((a, b) => a + b, 0)));
    const all = hours.reduce((a, b) => a + b, 0);
    if (all === 0) {
      add(UNASSIGNED, family, 0, used, 0);
      add(IDLE, family, 0, 0, unused);
      continue;
    }
    usage.teams.forEach((team, t) => {
      if (hours[t] > 0) add(team, family, hours[t], (used * hours[t]) / all, (unused * hours[t]) / all);
    });
  }
  add(UNASSIGNED, OTHER, 0, rest, 0);
  rows.sort((a, b) => compareText(a.team, b.team) || compareText(a.family, b.family));
  return { rows, bill: bill.total };
}
