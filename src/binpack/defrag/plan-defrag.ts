import { InputError } from "../../core/errors.js";
import type { Cluster } from "../cluster.js";
import { gangOf } from "../topology/gang-of.js";
import { COMPLETE_SIZE } from "../topology/pack-node.js";
import { admitGangs } from "./admit-gangs.js";
import { admitSingles } from "./admit-singles.js";
import { type Bench, createBench, type Place, placeOf, type Unit } from "./bench.js";
import { countEmpty, emptyRegions } from "./empty-regions.js";
import { mostPending, placeMostPending } from "./most-pending.js";
import { placeDirectly, placedMilli } from "./place-pending.js";
import { accept, type Progress, shorten } from "./progress.js";
import type { Move } from "./replay.js";
import { isTiny, searchTiny } from "./search-tiny.js";

/** What moves are good for: room for pending pods, or nodes or racks without any pod. */
export type DefragGoal = "pending" | "empty-nodes" | "empty-racks";

/** Options of {@link planDefrag}. */
export interface DefragOptions {
  /** Most pods that may move; a gang that moves counts with all its pods. */
  migrations: number;
  goal: DefragGoal;
}

export const DEFAULT_DEFRAG_OPTIONS: Readonly<DefragOptions> = Object.freeze({ migrations: 10, goal: "pending" });

/** One pod that moves. The moves of a gang have the same `step` and belong together. */
export interface Migration extends Move {
  step: number;
}

export interface DefragPlan {
  goal: DefragGoal;
  /**
   * In order: after every single one the cluster is within its capacities, no place being used before it is free; after
   * every step each gang is where its levels allow.
   */
  migrations: Migration[];
  /** Pending pods that have room when all migrations are done (goal `pending`). */
  placements: { pod: number; to: Place }[];
  /** GPU milli of pending pods for which there is room (goal `pending`), or free nodes or racks, as things stand. */
  before: number;
  /** The same after the migrations. */
  after: number;
}

/**
 * Plans at most so many migrations from where the pods are now: for the goal `pending` those that make room for the
 * most GPU thousandths of pending pods, else those that leave the most nodes or racks without any pod. Gangs move as a
 * whole and count with every pod; levels, models, labels and taints hold as for a new pod; no pod goes to where its
 * preferred level or the zone of its data is served worse. Plans nothing where no migration improves anything.
 *
 * Few pods on few nodes are searched completely. Otherwise room is made greedily (the pending pod and node with the most
 * GPU thousandths a migration first; regions from the one that takes the fewest migrations), where a moved pod may push
 * on one more, and pods that moved twice go straight to their last place if that can be done.
 *
 * @param cluster is left as it is
 * @param pending pods without a place, gangs complete; with their whole gang or not at all
 * @throws InputError for a pending pod that has a place, or migrations that are no whole number
 *
 * @example
 * const { migrations, before, after } = planDefrag(cluster, [17, 18], { migrations: 5 });
 */
export function planDefrag(
  cluster: Cluster,
  pending: readonly number[],
  options: Partial<DefragOptions> = DEFAULT_DEFRAG_OPTIONS,
): DefragPlan {
  const { migrations, goal } = { ...DEFAULT_DEFRAG_OPTIONS, ...options };
  if (!Number.isInteger(migrations) || migrations < 0) {
    throw new InputError(`migrations must be a whole number from 0, got ${migrations}`, { migrations });
  }
  const running = pending.find((pod) => cluster.nodeOf[pod] >= 0);
  if (running !== undefined) {
    throw new InputError(`pod "${cluster.pods.name[running]}" is not pending: it has a place`, { pod: running });
  }
  return goal === "pending" ? planPending(cluster, pending, migrations) : planEmpty(cluster, goal, migrations);
}

function planPending(cluster: Cluster, pending: readonly number[], migrations: number): DefragPlan {
  const units = unitsOf(cluster, pending);
  const plain = units.every((unit) => unit.length === 1 && !cluster.pods.requiredLevel?.[unit[0]]);
  if (plain && units.length <= COMPLETE_SIZE && isTiny(cluster, migrations)) {
    const bench = createBench(cluster, pending);
    const worth = (state: Cluster) => mostPending(state, bench.eligibility, pending);
    const progress = carryOut(bench, searchTiny(cluster, migrations, worth));
    placeMostPending(bench.work, bench.eligibility, pending, bench.placer);
    return planOf("pending", bench, progress, units, worth(cluster), placedMilli(bench, units));
  }
  const plan = improve(cluster, pending, units, migrations, "singles");
  if (units.every((unit) => unit.length === 1)) return plan;
  const other = improve(cluster, pending, units, migrations, "gangs");
  return other.after > plan.after ? other : plan;
}

function improve(
  cluster: Cluster,
  pending: readonly number[],
  units: readonly Unit[],
  migrations: number,
  first: "gangs" | "singles",
): DefragPlan {
  const bench = createBench(cluster, pending);
  let progress: Progress = { steps: [], cost: 0 };
  placeDirectly(bench, units);
  admitSingles(bench, units, progress, 0, 0);
  const before = placedMilli(bench, units);
  for (let [open, saved] = [true, 0]; open; open = saved > 0) {
    if (first === "gangs") admitGangs(bench, units, progress, migrations);
    admitSingles(bench, units, progress, migrations, 0);
    admitSingles(bench, units, progress, migrations, 1);
    if (first === "singles") admitGangs(bench, units, progress, migrations);
    const shorter = shorten(cluster, bench, progress);
    saved = progress.cost - shorter.cost;
    progress = shorter;
  }
  placeDirectly(bench, units);
  return planOf("pending", bench, progress, units, before, placedMilli(bench, units));
}

function planEmpty(cluster: Cluster, goal: Exclude<DefragGoal, "pending">, migrations: number): DefragPlan {
  const level = goal === "empty-nodes" ? "node" : "rack";
  const plan = (fill: (bench: Bench, regions: readonly Int32Array[]) => Progress): DefragPlan => {
    const bench = createBench(cluster, []);
    const regions = bench.topology[level].members;
    const before = countEmpty(bench, regions);
    const progress = fill(bench, regions);
    return planOf(goal, bench, progress, [], before, countEmpty(bench, regions));
  };
  if (isTiny(cluster, migrations)) {
    return plan((bench, regions) => {
      const worth = ({ nodeOf }: Cluster) =>
        regions.filter((nodes) => !nodes.some((node) => nodeOf.includes(node))).length;
      return carryOut(bench, searchTiny(cluster, migrations, worth));
    });
  }
  const plans = (["fewest-pods", "least-gpu"] as const).map((order) =>
    plan((bench, regions) => {
      let progress: Progress = { steps: [], cost: 0 };
      for (let [open, saved] = [true, 0]; open; open = saved > 0) {
        emptyRegions(bench, regions, progress, migrations, order, 0);
        emptyRegions(bench, regions, progress, migrations, order, 1);
        const shorter = shorten(cluster, bench, progress);
        saved = progress.cost - shorter.cost;
        progress = shorter;
      }
      return progress;
    }),
  );
  const [a, b] = plans;
  return b.after > a.after || (b.after === a.after && b.migrations.length < a.migrations.length) ? b : a;
}

/** Makes these moves on the bench. */
function carryOut(bench: Bench, moves: readonly Move[]): Progress {
  const progress: Progress = { steps: [], cost: 0 };
  for (const { pod, to } of moves) {
    const mark = bench.journal.length;
    bench.placer.remove(pod);
    bench.placer.place(pod, to.node, to.gpus);
    accept(bench, progress, [{ unit: [pod], to: [to] }], mark);
  }
  return progress;
}

function planOf(
  goal: DefragGoal,
  bench: Bench,
  progress: Progress,
  pending: readonly Unit[],
  before: number,
  after: number,
): DefragPlan {
  const placed = pending.flat().filter((pod) => bench.work.nodeOf[pod] >= 0);
  return {
    goal,
    migrations: progress.steps.flatMap((moves, step) => moves.map((move) => ({ step, ...move }))),
    placements: placed.map((pod) => ({ pod, to: placeOf(bench.work, pod) })),
    before,
    after,
  };
}

/** The pending pods, those of one gang together. */
function unitsOf(cluster: Cluster, pending: readonly number[]): Unit[] {
  const isPending = new Set(pending);
  const units = new Map<number, Unit>();
  for (const pod of pending) {
    const unit = gangOf(cluster.pods, pod).filter((mate) => isPending.has(mate));
    units.set(unit[0], unit);
  }
  return [...units.values()];
}
