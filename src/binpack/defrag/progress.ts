import { type Cluster, copyCluster } from "../cluster.js";
import { gangOf } from "../topology/gang-of.js";
import { type Bench, placeOf, rollback, type Step, type Unit } from "./bench.js";
import { type Move, replay } from "./replay.js";

/** The moves so far; `cost` counts a gang that moves with all its pods. */
export interface Progress {
  steps: Move[][];
  cost: number;
}

/**
 * Makes the steps of one idea part of the plan if they can be carried out from where the plan stands, else takes the
 * idea back off `work`.
 *
 * @param mark length of the journal before the idea
 */
export function accept(bench: Bench, progress: Progress, steps: readonly Step[], mark: number): boolean {
  const moves = replay(bench.real, steps);
  if (!moves) {
    rollback(bench, mark);
    return false;
  }
  progress.steps.push(...moves);
  progress.cost += steps.reduce((sum, { unit }) => sum + unit.length, 0);
  return true;
}

/** The plan with every pod moved at most once, straight to where it ends up, if that saves migrations and can be done. */
export function shorten(start: Cluster, bench: Bench, progress: Progress): Progress {
  const units = new Map<number, Unit>();
  for (const { pod } of progress.steps.flat()) {
    const unit = gangOf(start.pods, pod).filter((mate) => start.nodeOf[mate] >= 0);
    const moved = unit.some(
      (mate) => JSON.stringify(placeOf(start, mate)) !== JSON.stringify(placeOf(bench.real, mate)),
    );
    if (moved) units.set(unit[0], unit);
  }
  const steps = [...units.values()].map((unit) => ({ unit, to: unit.map((pod) => placeOf(bench.real, pod)) }));
  const cost = steps.reduce((sum, { unit }) => sum + unit.length, 0);
  if (cost >= progress.cost) return progress;
  const moves = replay(copyCluster(start), steps);
  return moves ? { steps: moves, cost } : progress;
}
