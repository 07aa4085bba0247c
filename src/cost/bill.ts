import { compareUtf8 } from "../core/compare-utf8.js";
import { DAY_MS } from "../core/utc.js";
import { isShared } from "./is-shared.js";
import { spreadDays } from "./spread-days.js";
import type { Charge, ChargeCategory } from "./types.js";
import { monthOfDay } from "./utc-day.js";

/** What the charges of a cell have in common. */
export interface CellKey {
  /** `YYYY-MM` of the invoice. */
  month: string;
  region: string | null;
  service: string;
  team: string | null;
  family: string;
  category: ChargeCategory;
  correction: boolean;
  unused: boolean;
}

/** Charges of one day that look alike, added up exactly. */
export interface BillCell extends CellKey {
  /** Days since 1970-01-01. */
  day: number;
  billed: bigint;
  effective: bigint;
}

/** Money of something on its days. */
export type DayMoney = Map<number, bigint>;

/** A resource or pool whose use is known. */
export interface BillResource {
  /** Effective cost by day, without credits and corrections. */
  cost: DayMoney;
  /** Part of it that commitments cover. */
  committed: DayMoney;
  families: Set<string>;
  teams: Set<string>;
}

/** A commitment's effective cost by day. */
export interface BillCommitment {
  used: DayMoney;
  unused: DayMoney;
}

/** A bill in cells of days. */
export interface Bill {
  currency: string;
  charges: number;
  /** Charges of use without a team, but for those that are everybody's. */
  untagged: number;
  /** By day, then the other keys. */
  cells: BillCell[];
  commitments: Map<string, BillCommitment>;
  /** Only those that were asked for. */
  resources: Map<string, BillResource>;
  pools: Map<string, BillResource>;
  /** Epoch ms of the end of the latest charge that is not longer than a day; else of the latest of all. */
  observedTo: number;
}

/** Names of resources and pools to keep costs of. */
export interface BillOptions {
  resources?: ReadonlySet<string>;
  pools?: ReadonlySet<string>;
}

/** Takes charges one by one; `finish` gives the bill. */
export interface BillCollector {
  add(charge: Charge): void;
  finish(): Bill;
}

function addTo(days: DayMoney, day: number, money: bigint): void {
  if (money !== 0n) days.set(day, (days.get(day) ?? 0n) + money);
}

function orNew<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

const newResource = (): BillResource => ({
  cost: new Map(),
  committed: new Map(),
  families: new Set(),
  teams: new Set(),
});

const KEYS = ["month", "region", "service", "team", "family", "category", "correction", "unused"] as const;

function compareCells(a: BillCell, b: BillCell): number {
  if (a.day !== b.day) return a.day - b.day;
  for (const key of KEYS) {
    const order = compareUtf8(String(a[key] ?? ""), String(b[key] ?? ""));
    if (order !== 0) return order;
  }
  return 0;
}

/** Adds up the charges of a bill by day and by what they have in common; exact, in any order of the charges. */
export function billCollector(currency: string, options: BillOptions = {}): BillCollector {
  const groups = new Map<string, { key: CellKey; days: Map<number, { billed: bigint; effective: bigint }> }>();
  const bill: Omit<Bill, "cells" | "observedTo"> = {
    ...{ currency, charges: 0, untagged: 0 },
    ...{ commitments: new Map(), resources: new Map(), pools: new Map() },
  };
  let [latestShort, latest] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];

  const resourcesOf = ({ resource, pool }: Charge): BillResource[] => [
    ...(resource !== null && options.resources?.has(resource) ? [orNew(bill.resources, resource, newResource)] : []),
    ...(pool !== null && options.pools?.has(pool) ? [orNew(bill.pools, pool, newResource)] : []),
  ];

  return {
    add(charge) {
      bill.charges++;
      if (charge.team === null && charge.category !== "credit" && !isShared(charge)) bill.untagged++;
      latest = Math.max(latest, charge.end);
      if (charge.end - charge.start <= DAY_MS) latestShort = Math.max(latestShort, charge.end);
      const current = charge.category !== "credit" && !charge.correction;
      const resources = current ? resourcesOf(charge) : [];
      const commitment =
        current && charge.commitment !== null
          ? orNew(bill.commitments, charge.commitment, (): BillCommitment => ({ used: new Map(), unused: new Map() }))
          : null;
      for (const { day, billed, effective } of spreadDays(charge)) {
        const { billingMonth, region, service, team, family, category, correction, unused } = charge;
        const month = billingMonth ?? monthOfDay(day);
        const key: CellKey = { month, region, service, team, family, category, correction, unused };
        const group = orNew(groups, JSON.stringify(Object.values(key)), () => ({ key, days: new Map() }));
        const cell = orNew(group.days, day, () => ({ billed: 0n, effective: 0n }));
        cell.billed += billed;
        cell.effective += effective;
        if (commitment) addTo(unused ? commitment.unused : commitment.used, day, effective);
        for (const one of resources) {
          addTo(one.cost, day, effective);
          if (charge.commitment !== null) addTo(one.committed, day, effective);
          one.families.add(family);
          if (team !== null) one.teams.add(team);
        }
      }
    },
    finish() {
      const cells = [...groups.values()].flatMap(({ key, days }) =>
        [...days].map(([day, money]): BillCell => ({ day, ...key, ...money })),
      );
      return {
        ...bill,
        cells: cells.sort(compareCells),
        observedTo: Number.isFinite(latestShort) ? latestShort : latest,
      };
    },
  };
}

/**
 * A bill from charges in memory.
 *
 * @example analyseCost(collectBill("USD", charges))
 */
export function collectBill(currency: string, charges: Iterable<Charge>, options: BillOptions = {}): Bill {
  const collector = billCollector(currency, options);
  for (const charge of charges) collector.add(charge);
  return collector.finish();
}
