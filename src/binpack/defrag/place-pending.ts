import { allNodes, type Bench, milliOf, type Unit } from "./bench.js";
import { place } from "./make-room.js";

/** Places what can be placed without any move, largest first. */
export function placeDirectly(bench: Bench, pending: readonly Unit[]): void {
  const everywhere = allNodes(bench);
  const bySize = [...pending].sort((a, b) => milliOf(bench.work, b) - milliOf(bench.work, a) || a[0] - b[0]);
  for (const unit of bySize) if (bench.work.nodeOf[unit[0]] < 0) place(bench, unit, everywhere);
}

/** GPU thousandths of the pending pods that have a place. */
export function placedMilli({ work }: Bench, pending: readonly Unit[]): number {
  return milliOf(
    work,
    pending.flat().filter((pod) => work.nodeOf[pod] >= 0),
  );
}
