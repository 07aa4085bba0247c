import type { CapacityPlan, Decision } from "./plan-result.js";
import type { ReserveWindow } from "./result-buying.js";
import { termName } from "./term-name.js";
import { count, figure, list, money, percent, withInterval } from "./words.js";

type Draft = Omit<CapacityPlan, "summary" | "warnings">;

function weekLabel(plan: Draft, start: string): string {
  return plan.horizon.weeks.find((week) => week.start === start)?.label ?? start;
}

function demandDecisions(plan: Draft): Decision[] {
  const total = plan.demand[plan.demand.length - 1];
  const change = total.change;
  const against =
    total.lastMonth && change
      ? `; per hour ${change.mean >= 0 ? "+" : "−"}${figure(Math.abs(100 * change.mean))} % against ${total.lastMonth.month}`
      : "";
  const peak = plan.peakWeeks.rows[plan.peakWeeks.rows.length - 1];
  return [
    {
      kind: "demand",
      text: `${count(plan.demand.length - 1, "queue")} will ask for ${withInterval(total.gpuHours, plan.levels)} GPU-hours in ${figure(plan.horizon.hours)} hours${against}.`,
      figures: { gpu_hours: total.gpuHours.mean, hours: plan.horizon.hours },
    },
    {
      kind: "peak",
      text: `The peak week is that of ${weekLabel(plan, peak.weekStart)} with probability ${percent(peak.pPeak)}: ${withInterval(peak.gpuHours, plan.levels)} GPU-hours, highest hour ${withInterval(peak.peakGpus, plan.levels)} GPUs.`,
      figures: { week: peak.weekStart, probability: peak.pPeak, gpu_hours: peak.gpuHours.mean },
    },
  ];
}

function poolDecisions(plan: Draft): Decision[] {
  return (plan.pools ?? []).map((pool): Decision => {
    const need = pool.need.map(({ level, nodes }) => `${nodes} (${level} %)`).join(", ");
    const top = pool.shortfall[pool.shortfall.length - 1];
    const position =
      top.nodes > 0
        ? `short of ${count(top.nodes, "node")} at ${top.level} %`
        : top.nodes < 0
          ? `${count(-top.nodes, "node")} to spare at ${top.level} %`
          : `just enough at ${top.level} %`;
    return {
      kind: "pool",
      text: `Pool ${pool.pool} needs ${need} nodes in its peak week (of ${weekLabel(plan, pool.peakWeek)}) and has ${pool.nodesHave}: ${position}; P(demand > capacity in any hour) is ${percent(pool.pShortfall)}.`,
      figures: {
        pool: pool.pool,
        ...Object.fromEntries(pool.need.map(({ level, nodes }) => [`nodes_${level}`, nodes])),
        nodes_have: pool.nodesHave,
        p_shortfall: pool.pShortfall,
      },
    };
  });
}

function reserveDecisions(plan: Draft, windows: readonly ReserveWindow[]): Decision[] {
  const pools = [...new Set(windows.map(({ pool }) => pool))];
  return pools.map((pool) => {
    const own = windows.filter((window) => window.pool === pool);
    const weeks = own.map(
      ({ nodes, weekStart, pShortfall }) =>
        `${nodes} in the week of ${weekLabel(plan, weekStart)} (P(shortfall) ${percent(pShortfall)})`,
    );
    return {
      kind: "reserve",
      text: `Pool ${pool}: reserve more nodes for its high-risk weeks: ${list(weeks, 9)}.`,
      figures: { pool, weeks: own.length, nodes: Math.max(...own.map(({ nodes }) => nodes)) },
    };
  });
}

function purchaseDecisions(plan: Draft): Decision[] {
  const { buying } = plan;
  if (!buying) return [];
  const { costs, currency } = buying;
  const pools = buying.pools.map((pool): Decision => {
    const bought = pool.terms.filter(({ buy }) => buy > 0);
    const commit =
      bought.length > 0
        ? `commit ${bought.map(({ term, buy, marginalUtilisation, ratio }) => `${count(buy, "node")} on a ${termName(term)} (the last is needed ${percent(marginalUtilisation ?? 0)} of the time; it pays from ${percent(ratio)}${pool.spot?.used ? ", or more where spot is cheaper still" : ""})`).join(" and ")}`
        : "commit nothing more";
    const held = pool.existingNodes > 0 ? `, beside ${count(pool.existingNodes, "node")} already committed` : "";
    const spot = pool.spot?.used
      ? `; run ${percent(pool.spot.share.mean)} of its node-hours on spot (interruptions cost ${figure(100 * pool.spot.overhead)} % extra)`
      : "";
    return {
      kind: "purchase",
      text: `Pool ${pool.pool}: ${commit}${held}${spot}.`,
      figures: { pool: pool.pool, committed_nodes: pool.committedNodes, cost: pool.costs.recommended.mean },
    };
  });
  const cash = (value: number) => money(value, currency);
  return [
    ...pools,
    {
      kind: "purchase",
      text: `The recommendation costs ${withInterval(costs.recommended, plan.levels, cash)} over the horizon; today's commitments ${withInterval(costs.today, plan.levels, cash)}; all on demand ${withInterval(costs.on_demand, plan.levels, cash)}.`,
      figures: { recommended: costs.recommended.mean, today: costs.today.mean, on_demand: costs.on_demand.mean },
    },
    ...reserveDecisions(plan, buying.reserveWindows),
  ];
}

function waitDecisions(plan: Draft): Decision[] {
  return (plan.risk ?? []).flatMap((curve): Decision[] => {
    const need = plan.pools?.find(({ pool }) => pool === curve.pool)?.need.at(-1);
    const before = curve.points.find(({ nodes }) => nodes === curve.nodesHave);
    const after = curve.points.find(({ nodes }) => nodes === Math.max(need?.nodes ?? 0, curve.nodesHave));
    if (!need || !before || !after) return [];
    const words = (wait: { medianMinutes: number; p95Minutes: number }) =>
      `median ${figure(wait.medianMinutes)} min, 95th percentile ${figure(wait.p95Minutes)} min`;
    const text =
      after === before
        ? `Waits in pool ${curve.pool} with its ${count(before.nodes, "node")}: ${words(before.wait)} (${curve.waitMethod}).`
        : `Waits in pool ${curve.pool}: ${words(before.wait)} with ${count(before.nodes, "node")}; ${words(after.wait)} with ${after.nodes} (${curve.waitMethod}).`;
    const { waitTarget } = curve;
    const target =
      waitTarget === null
        ? ""
        : waitTarget.nodes === null
          ? " The queues' wait targets are not met by any number of nodes on the risk curve."
          : ` The queues' wait targets are met from ${count(waitTarget.nodes, "node")} on.`;
    return [
      {
        kind: "wait",
        text: `${text}${target}`,
        figures: {
          pool: curve.pool,
          p95_minutes_before: before.wait.p95Minutes,
          p95_minutes_after: after.wait.p95Minutes,
          ...(waitTarget?.nodes == null ? {} : { nodes_for_targets: waitTarget.nodes }),
        },
      },
    ];
  });
}

function budgetDecisions({ budget, levels }: Draft): Decision[] {
  const recommended = budget?.options.find(({ option }) => option === "recommended");
  if (!budget || !recommended) return [];
  const part =
    budget.coveredHours < budget.monthHours
      ? ` (its share of ${budget.coveredHours} of ${budget.monthHours} hours)`
      : "";
  const cash = (value: number) => money(value, budget.currency);
  const left = recommended.position.mean;
  return [
    {
      kind: "budget",
      text: `Budget of ${budget.month}: ${cash(budget.comparable)}${part}; the recommendation costs ${withInterval(recommended.cost, levels, cash)} in it, ${left >= 0 ? `leaving ${cash(left)}` : `${cash(-left)} too much`}; P(over budget) is ${percent(recommended.pOverBudget)}.`,
      figures: { budget: budget.comparable, cost: recommended.cost.mean, p_over_budget: recommended.pOverBudget },
    },
  ];
}

function ioDecisions(plan: Draft): Decision[] {
  return (plan.io ?? [])
    .filter(({ bottleneck }) => bottleneck)
    .map((check) => ({
      kind: "io" as const,
      text: `Storage of pool ${check.pool} gives ${figure(check.gbytesPerS)} GB/s but is asked for up to ${withInterval(check.peakGbytesPerS, plan.levels)} GB/s; ${withInterval(check.hoursAtRisk, plan.levels)} hours are at risk.`,
      figures: { pool: check.pool, gbytes_per_s: check.gbytesPerS, hours_at_risk: check.hoursAtRisk.mean },
    }));
}

function scenarioDecisions(plan: Draft): Decision[] {
  return plan.scenarios
    .filter(({ name }) => name !== "baseline")
    .map(({ name, difference, nodes }) => {
      const changes = (nodes ?? []).flatMap(({ pool, need }) => {
        const top = need[need.length - 1];
        return top.difference === 0
          ? []
          : [`${top.difference > 0 ? "+" : "−"}${count(Math.abs(top.difference), "node")} of ${pool}`];
      });
      const effect =
        nodes === null ? "" : `; need at the highest level: ${changes.length > 0 ? list(changes) : "unchanged"}`;
      return {
        kind: "scenario" as const,
        text: `Scenario ${name}: ${withInterval(difference, plan.levels)} GPU-hours against the baseline${effect}.`,
        figures: { scenario: name, gpu_hours: difference.mean },
      };
    });
}

/** The decisions in words, each with the figures it quotes. */
export function summary(plan: Draft): Decision[] {
  return [
    ...demandDecisions(plan),
    ...poolDecisions(plan),
    ...purchaseDecisions(plan),
    ...budgetDecisions(plan),
    ...waitDecisions(plan),
    ...ioDecisions(plan),
    ...scenarioDecisions(plan),
  ];
}
