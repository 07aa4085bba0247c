import type { HourlyDemand } from "../core/demand.js";
import { HOUR_MS } from "../core/time.js";
import { type CompiledMapping, entryOfQueue } from "./compile-mapping.js";
import { type HistoryMonth, monthFields } from "./month-span.js";
import { placeDemand } from "./place-demand.js";
import type { PlanFile } from "./plan-file.js";
import { poolBill } from "./pool-bill.js";
import { gpuHours } from "./quality.js";
import type { QueueCapacity } from "./queue-capacity.js";
import type { Showback } from "./result-usage.js";
import { roundMoneyParts } from "./rounding.js";

const UNASSIGNED = "_unassigned";
const IDLE = "_idle";

const RULE_PRICED =
  "Each hour's usage is placed on the pools by the mapping. A pool's nodes are billed whether used or not (committed " +
  "nodes at the commitment's price, the others on demand), evenly over its GPU-hours; use beyond the pool is billed on " +
  "demand; what nobody used is the _idle row of the pool.";
const RULE_POOLS =
  "GPU-hours by queue; what the pools had beyond them is idle. No pool has a price, so there is no cost.";
const RULE_QUEUES = "GPU-hours by queue; idle is queue capacity beyond usage, by team. Without pools there is no cost.";

/** A row before rounding. */
interface RawRow {
  team: string;
  queue: string;
  gpuHours: number;
  cost: number | null;
}

/** GPU-hours and cost of the month by queue and team; `_idle` rows make it add up to what was there and paid for. */
export function showback(
  hourly: HourlyDemand,
  month: HistoryMonth,
  capacities: readonly QueueCapacity[],
  plan: PlanFile,
  mapping: CompiledMapping | null,
): Showback {
  const teamOf = (queue: string) => entryOfQueue(plan.mapping, queue)?.team ?? UNASSIGNED;
  const used = hourly.queues.map((queue, q) => ({
    team: teamOf(queue),
    queue,
    gpuHours: gpuHours(hourly.usage[q], hourly.observed[q], month.from, month.to),
    cost: null,
  }));
  const priced = plan.pools?.some((pool) => pool.price) ?? false;
  const rows =
    mapping && plan.pools
      ? poolRows(hourly, month, plan, mapping, used)
      : [...used, ...queueIdleRows(hourly, month, capacities, teamOf)];
  const money = rows.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  const rounded = roundMoneyParts(money);
  let next = 0;
  const final = rows.map((row) => ({ ...row, cost: row.cost === null ? null : rounded[next++] }));
  const idle = final.filter((row) => row.queue === IDLE);
  return {
    ...monthFields(month, hourly.start),
    currency: plan.pools?.find((pool) => pool.price)?.price?.currency ?? null,
    rows: final,
    totals: {
      usedGpuHours: used.reduce((sum, row) => sum + row.gpuHours, 0),
      idleGpuHours: idle.length > 0 ? idle.reduce((sum, row) => sum + row.gpuHours, 0) : null,
      cost: money.length > 0 ? Math.round(rounded.reduce((a, b) => a + b, 0) * 100) / 100 : null,
    },
    rule: mapping ? (priced ? RULE_PRICED : RULE_POOLS) : RULE_QUEUES,
  };
}

/** Hours in which at least one queue was observed: only those are billed. */
function seenHours(hourly: HourlyDemand, month: HistoryMonth): number[] {
  const hours: number[] = [];
  for (let h = month.from; h < month.to; h++) if (hourly.observed.some((share) => share[h] > 0)) hours.push(h);
  return hours;
}

function poolRows(
  hourly: HourlyDemand,
  month: HistoryMonth,
  plan: PlanFile,
  mapping: CompiledMapping,
  used: readonly RawRow[],
): RawRow[] {
  const pools = plan.pools ?? [];
  const gpus = Float64Array.from(pools, (pool) => pool.nodes * pool.gpus_per_node);
  const span = {
    start: hourly.start + month.from * HOUR_MS,
    horizon: month.to - month.from,
    zone: plan.time_zone,
  };
  const bills = pools.map((pool) => poolBill(pool, plan.commitments, span));
  const cost = hourly.queues.map((): number | null => 0);
  const room = new Float64Array(pools.length);
  const placed = new Float64Array(pools.length);
  const beyond = new Float64Array(pools.length);
  const idle = new Float64Array(pools.length);
  for (const h of seenHours(hourly, month)) {
    room.set(gpus);
    for (const entry of mapping.entries) {
      const own = entry.queues.map((q) => (hourly.observed[q][h] > 0 ? hourly.usage[q][h] * hourly.observed[q][h] : 0));
      const sum = own.reduce((a, b) => a + b, 0);
      if (sum <= 0) continue;
      placeDemand(entry, sum, room, placed, beyond);
      entry.pools.forEach((p, k) => {
        if (placed[k] + beyond[k] <= 0) return;
        const { perGpuHour, perGpuHourBeyond } = bills[p];
        const money =
          perGpuHour === null || perGpuHourBeyond === null
            ? null
            : placed[k] * perGpuHour + beyond[k] * perGpuHourBeyond;
        entry.queues.forEach((q, i) => {
          if (own[i] <= 0) return;
          const before = cost[q];
          cost[q] = money === null || before === null ? null : before + (money * own[i]) / sum;
        });
      });
    }
    for (let p = 0; p < pools.length; p++) idle[p] += room[p];
  }
  const priced = bills.some((bill) => bill.perGpuHour !== null);
  const idleRows = pools.map((pool, p): RawRow => {
    const rate = bills[p].perGpuHour;
    return { team: `pool:${pool.name}`, queue: IDLE, gpuHours: idle[p], cost: rate === null ? null : idle[p] * rate };
  });
  return [...used.map((row, q) => ({ ...row, cost: priced ? cost[q] : null })), ...idleRows];
}

/** Without pools: queue capacity beyond usage, one row a team. */
function queueIdleRows(
  hourly: HourlyDemand,
  month: HistoryMonth,
  capacities: readonly QueueCapacity[],
  teamOf: (queue: string) => string,
): RawRow[] {
  const byTeam = new Map<string, number>();
  for (const [q, queue] of hourly.queues.entries()) {
    const { source, history } = capacities[q];
    if (source === null || source === "observed_maximum") continue;
    let idle = 0;
    for (let h = month.from; h < month.to; h++) {
      const share = hourly.observed[q][h];
      if (share > 0 && !Number.isNaN(history[h])) idle += share * Math.max(0, history[h] - hourly.usage[q][h]);
    }
    byTeam.set(teamOf(queue), (byTeam.get(teamOf(queue)) ?? 0) + idle);
  }
  return [...byTeam.keys()]
    .sort()
    .map((team) => ({ team, queue: IDLE, gpuHours: byTeam.get(team) as number, cost: null }));
}
