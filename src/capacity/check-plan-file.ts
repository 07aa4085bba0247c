import { nearestName } from "../core/nearest-name.js";
import { parseInstant } from "../core/time.js";
import type { PlanFile } from "./plan-file.js";

/** First value that was there before, with both positions. */
function duplicate(values: readonly string[]): [string, number, number] | null {
  const seen = new Map<string, number>();
  for (const [i, value] of values.entries()) {
    const before = seen.get(value);
    if (before !== undefined) return [value, before, i];
    seen.set(value, i);
  }
  return null;
}

function checkNames(plan: PlanFile): string[] {
  const lists: [string, string[]][] = [
    ["pools", (plan.pools ?? []).map((p) => p.name)],
    ["mapping", (plan.mapping ?? []).map((m) => m.queue)],
    ["scenarios", (plan.scenarios ?? []).map((s) => s.name)],
  ];
  const problems: string[] = [];
  for (const [section, names] of lists) {
    const twice = duplicate(names);
    if (twice) problems.push(`${section}[${twice[2]}]: "${twice[0]}" is already in ${section}[${twice[1]}]; keep one`);
  }
  return problems;
}

function checkMapping(plan: PlanFile): string[] {
  const known = (plan.pools ?? []).map((p) => p.name);
  const problems: string[] = [];
  for (const [i, entry] of (plan.mapping ?? []).entries()) {
    for (const [k, name] of entry.pools.entries()) {
      if (known.includes(name)) continue;
      const hint = known.length ? `the nearest pool is "${nearestName(name, known)}"` : "there is no pools section";
      problems.push(`mapping[${i}].pools[${k}]: unknown pool "${name}"; ${hint}`);
    }
    const twice = duplicate(entry.pools);
    if (twice) problems.push(`mapping[${i}].pools[${twice[2]}]: pool "${twice[0]}" is named twice; keep one`);
    if (!entry.shares) continue;
    const sum = entry.shares.reduce((a, b) => a + b, 0);
    if (entry.shares.length !== entry.pools.length) {
      problems.push(
        `mapping[${i}].shares: expected one share for each of ${entry.pools.length} pools, got ${entry.shares.length}`,
      );
    } else if (Math.abs(sum - 1) > 1e-9) problems.push(`mapping[${i}].shares: expected a sum of 1, got ${sum}`);
  }
  return problems;
}

function checkMoney(plan: PlanFile): string[] {
  const problems: string[] = [];
  const pools = plan.pools ?? [];
  const priced = pools.flatMap((p, i) => (p.price ? [{ at: `pools[${i}].price`, currency: p.price.currency }] : []));
  for (const { at, currency } of priced.slice(1)) {
    if (currency !== priced[0].currency) {
      problems.push(
        `${at}.currency: ${currency} differs from ${priced[0].currency} of ${priced[0].at}; use one currency`,
      );
    }
  }
  if (plan.budget && priced.length && plan.budget.currency !== priced[0].currency) {
    problems.push(
      `budget.currency: ${plan.budget.currency} differs from ${priced[0].currency} of ${priced[0].at}; use one currency`,
    );
  }
  const committed = new Map<string, number>();
  for (const [i, existing] of (plan.commitments?.existing ?? []).entries()) {
    const at = `commitments.existing[${i}]`;
    const pool = pools.find((p) => p.name === existing.pool);
    if (!pool) {
      const hint = pools.length
        ? `the nearest pool is "${nearestName(
            existing.pool,
            pools.map((p) => p.name),
          )}"`
        : "there is no pools section";
      problems.push(`${at}.pool: unknown pool "${existing.pool}"; ${hint}`);
      continue;
    }
    if (pool.price?.[existing.kind] === undefined) {
      problems.push(`${at}: pool "${pool.name}" has no price for ${existing.kind}; add price.${existing.kind}`);
    }
    const nodes = (committed.get(pool.name) ?? 0) + existing.nodes;
    committed.set(pool.name, nodes);
    if (nodes > pool.nodes) {
      problems.push(`${at}.nodes: ${nodes} nodes of pool "${pool.name}" are committed, but it has ${pool.nodes}`);
    }
  }
  const withPrice = pools.filter((p) => p.price);
  for (const [i, term] of (plan.commitments?.terms ?? []).entries()) {
    if (withPrice.length && withPrice.every((p) => p.price?.[term] === undefined)) {
      problems.push(`commitments.terms[${i}]: no pool has a price for ${term}; add price.${term} to a pool`);
    }
  }
  return problems;
}

function checkOverlays(plan: PlanFile): string[] {
  const problems: string[] = [];
  for (const [i, scenario] of (plan.scenarios ?? []).entries()) {
    for (const [k, overlay] of scenario.overlays.entries()) {
      const at = `scenarios[${i}].overlays[${k}]`;
      if ("to" in overlay && parseInstant(overlay.to) <= parseInstant(overlay.from)) {
        problems.push(`${at}: to (${overlay.to}) must be after from (${overlay.from})`);
      }
    }
  }
  return problems;
}

/** What a plan file says that cannot be meant, one sentence each with its path; empty when all is well. */
export function checkPlanFile(plan: PlanFile): string[] {
  const levels = duplicate(plan.levels.map(String));
  return [
    ...(levels ? [`levels[${levels[2]}]: level ${levels[0]} is named twice; keep one`] : []),
    ...checkNames(plan),
    ...checkMapping(plan),
    ...checkMoney(plan),
    ...checkOverlays(plan),
  ];
}
