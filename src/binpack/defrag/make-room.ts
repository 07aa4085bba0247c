import { barredBy, ELIGIBLE } from "../constraints/eligibility.js";
import { placeUnit } from "../topology/place-unit.js";
import { type Bench, milliOf, placeOf, rollback, type Step, type Unit } from "./bench.js";
import type { Roomy } from "./roomy.js";
import { isWorse, type Standing, standingOf } from "./standing.js";
import { type Victims, victimsOn } from "./victims.js";

/** How far a search for room may go. */
export interface Reachable {
  /** Nodes where moved pods may go. */
  open: Int32Array;
  /** Most migrations. */
  budget: number;
  /** How many pods in a row may push each other on. */
  depth: number;
  /** Whether a pending pod that has a place may lose it. */
  mayDrop: boolean;
  /** Which pods had room before the search began. */
  roomy: Roomy;
}

/** Nodes that a pod with nowhere to go tries to push its way onto, those that take the fewest migrations first. */
const MOST_PUSHES = 12;

/**
 * Puts a pod without a place on the node and moves the victims elsewhere, in `work`.
 *
 * @returns the moves that this takes, in an order to carry them out; null, and `work` as it was, when it cannot be done
 */
export function displace(bench: Bench, pod: number, node: number, victims: Victims, reach: Reachable): Step[] | null {
  const mark = bench.journal.length;
  const before = victims.units.map((unit) => standingOf(bench, unit));
  for (const unit of victims.units) lift(bench, unit);
  if (!place(bench, [pod], Int32Array.of(node))) return fail(bench, mark);
  const order = victims.units.map((unit, k) => ({ unit, before: before[k], milli: milliOf(bench.work, unit) }));
  order.sort((a, b) => b.milli - a.milli);
  const steps: Step[] = [];
  let { budget } = reach;
  for (const { unit, before } of order) {
    const moved = relocate(bench, unit, before, { ...reach, budget });
    if (moved) {
      steps.push(...moved);
      budget -= migrationsOf(moved);
    } else if (!reach.mayDrop || !unit.every((mate) => bench.isPending[mate])) return fail(bench, mark);
  }
  return steps;
}

/** Finds a new place for a unit that was lifted: where there is room, or by pushing others on. */
export function relocate(bench: Bench, unit: Unit, before: Standing, reach: Reachable): Step[] | null {
  const running = unit.filter((pod) => !bench.isPending[pod]);
  if (running.length > reach.budget) return null;
  const mark = bench.journal.length;
  const stepOf = () =>
    running.length > 0 ? [{ unit: running, to: running.map((pod) => placeOf(bench.work, pod)) }] : [];
  if (place(bench, unit, reach.open)) {
    if (!isWorse(standingOf(bench, unit), before)) return stepOf();
    return fail(bench, mark);
  }
  if (reach.depth === 0 || unit.length > 1) return null;
  const further = { ...reach, budget: reach.budget - running.length, depth: reach.depth - 1 };
  for (const { node, victims } of pushes(bench, unit[0], further)) {
    const steps = displace(bench, unit[0], node, victims, further);
    if (!steps) continue;
    if (!isWorse(standingOf(bench, unit), before)) return [...steps, ...stepOf()];
    rollback(bench, mark);
  }
  return null;
}

/**
 * The cheapest ways to push a pod onto one of the open nodes. What is pushed on must have room elsewhere, and less in it
 * than the pod, so that large pods do not wander.
 */
export function pushes(
  bench: Bench,
  pod: number,
  { open, budget, roomy }: Reachable,
): { node: number; victims: Victims }[] {
  const { work, eligibility, podsOn } = bench;
  const size = milliOf(work, [pod]);
  const movable = (other: number) => roomy(other) && (size === 0 || milliOf(work, [other]) < size);
  const ways: { node: number; victims: Victims }[] = [];
  for (const node of open) {
    if (barredBy(eligibility, pod, node) !== ELIGIBLE || !some(podsOn[node], movable)) continue;
    const ofNode = victimsOn(bench, pod, node, budget, movable);
    const victims = ofNode.find(
      ({ milli, units }) => (milli < size || size === 0) && units.every(([first]) => roomy(first)),
    );
    if (victims) ways.push({ node, victims });
  }
  ways.sort((a, b) => a.victims.cost - b.victims.cost || a.victims.milli - b.victims.milli);
  return ways.slice(0, MOST_PUSHES);
}

function some(pods: Iterable<number>, test: (pod: number) => boolean): boolean {
  for (const pod of pods) if (test(pod)) return true;
  return false;
}

export function place({ work, topology, eligibility, placer }: Bench, unit: Unit, among: Int32Array): boolean {
  return placeUnit(work, topology, eligibility, unit, placer, among, false);
}

export function lift({ placer }: Bench, unit: Unit): void {
  for (const pod of unit) placer.remove(pod);
}

export function migrationsOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { unit }) => sum + unit.length, 0);
}

function fail(bench: Bench, mark: number): null {
  rollback(bench, mark);
  return null;
}
