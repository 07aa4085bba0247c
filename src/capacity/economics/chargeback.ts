import { compareText } from "../compare-text.js";
import type { NettedDemand } from "./net-existing.js";
import type { PricesFile } from "./prices-file.js";
import { serveHours } from "./serve-hours.js";
import type { DemandScenarios, Purchase } from "./types.js";

/** GPU-hours of teams by hour. */
export interface TeamUsage {
  teams: readonly string[];
  families: readonly string[];
  hours: number;
  firstHour: number;
  /** By team, then family: GPUs by hour. */
  gpus: readonly (readonly Float64Array[])[];
}

/** What a team pays for a family. */
export interface ChargebackRow {
  team: string;
  family: string;
  gpuHours: number;
  /** Price of what the team used. */
  shareCost: number;
  /** Its part of what was paid for and not used. */
  idleCost: number;
  total: number;
}

export interface Chargeback {
  rows: ChargebackRow[];
  /** What the provider is paid, added up hour by hour; the totals of the rows add up to it. */
  bill: number;
}

/** Team of demand that nobody is named for, and of idle commitments of a family that nobody used. */
export const UNASSIGNED = "_unassigned";
export const IDLE = "_idle";
/** Family of savings plans, which belong to none. */
export const EVERY_FAMILY = "_all";

/** How the bill is spread, by name. */
export const CHARGEBACK_RULE = Object.freeze({
  name: "blended-hour",
  share_cost:
    "all GPU-hours of a family in one hour have one price, what was paid for them on reservations, savings plans, spot and on demand: commitments save for everybody in proportion to use; fractions of a GPU are charged as fractions",
  idle_cost:
    "reserved GPUs that stood idle are spread over the teams by their GPU-hours of that family in the whole period; idle money of savings plans over all rows by GPU-hours at the on-demand price; what nobody used falls to team _idle",
});

/** All teams of a usage together, as one scenario of demand. */
export function usageAsDemand({ families, hours, firstHour, gpus }: TeamUsage): DemandScenarios {
  const sum = families.map((_, f) =>
    Float64Array.from({ length: hours }, (_, h) => gpus.reduce((total, team) => total + team[f][h], 0)),
  );
  return { families, scenarios: 1, hours, firstHour, gpus: sum };
}

/**
 * Spreads a bill over teams by the rule {@link CHARGEBACK_RULE}: what the served demand costs under existing commitments
 * and the purchase.
 *
 * @param served demand to be paid for; with `usage` it is {@link usageAsDemand} of it
 * @param netted the served demand with existing commitments netted
 * @param usage null: all of it falls to one team, `_unassigned`
 * @returns rows by team, then family; their totals add up to the bill
 */
export function chargeback(
  served: DemandScenarios,
  netted: NettedDemand,
  usage: TeamUsage | null,
  purchase: Purchase,
  prices: PricesFile,
): Chargeback {
  const { families } = served;
  const teams = usage?.teams ?? [UNASSIGNED];
  const cells = teams.length * families.length;
  const gpuHours = new Float64Array(cells);
  const shareCost = new Float64Array(cells);
  const idle = new Float64Array(families.length);
  let planIdle = 0;
  let bill = 0;
  serveHours(served, netted, purchase, prices, (at) => {
    planIdle += at.planIdle;
    bill += at.planIdle;
    at.families.forEach((row, f) => {
      idle[f] += row.idleMoney;
      bill += row.usedMoney + row.idleMoney;
      if (row.demand <= 0) return;
      const perGpu = row.usedMoney / row.demand;
      for (let t = 0; t < teams.length; t++) {
        const gpus = usage ? usage.gpus[t][f][at.hour] : row.demand;
        gpuHours[t * families.length + f] += gpus;
        shareCost[t * families.length + f] += gpus * perGpu;
      }
    });
  });
  const scale = 1 / served.scenarios;
  const used = families.map((_, f) => teams.reduce((sum, _, t) => sum + gpuHours[t * families.length + f], 0));
  const value = used.reduce((sum, hours, f) => sum + hours * prices.families[families[f]].on_demand, 0);
  const rows: ChargebackRow[] = [];
  const add = (team: string, family: string, hours: number, share: number, idleCost: number) => {
    if (hours === 0 && share === 0 && idleCost === 0) return;
    const [shareCost, idleMoney] = [share * scale, idleCost * scale];
    rows.push({
      ...{ team, family, gpuHours: hours * scale, shareCost, idleCost: idleMoney },
      total: shareCost + idleMoney,
    });
  };
  teams.forEach((team, t) => {
    families.forEach((family, f) => {
      const hours = gpuHours[t * families.length + f];
      if (hours === 0) return;
      const ofPlan = (planIdle * hours * prices.families[family].on_demand) / value;
      add(team, family, hours, shareCost[t * families.length + f], (idle[f] * hours) / used[f] + ofPlan);
    });
  });
  families.forEach((family, f) => {
    if (used[f] === 0) add(IDLE, family, 0, 0, idle[f]);
  });
  if (value === 0) add(IDLE, EVERY_FAMILY, 0, 0, planIdle);
  rows.sort((a, b) => compareText(a.team, b.team) || compareText(a.family, b.family));
  return { rows, bill: bill * scale };
}
