import { barredBy, ELIGIBLE } from "../constraints/eligibility.js";
import { allNodes, type Bench, milliOf, rollback, type Unit } from "./bench.js";
import { displace } from "./make-room.js";
import { accept, type Progress } from "./progress.js";
import { roomyNow } from "./roomy.js";
import { victimsOn } from "./victims.js";

/** Looks at a node that ideas may take where pods push each other on, and where none does, before giving up. */
const MOST_LOOKS = { pushing: 50_000, direct: 30_000_000 };
/** No way, or none that worked. */
const NONE = 255;

/** What one kind of pending pod would take on each node. */
interface Row {
  /** Migrations, or {@link NONE}. */
  cost: Uint8Array;
  /** GPU thousandths to find elsewhere. */
  moved: Int32Array;
  /** The node with the lowest cost, -1 for none; undefined when it must be sought anew. */
  best: number | undefined;
}

/**
 * Moves pods so that more pending single pods find room, step by step: of all pairs of a kind of pending pod and a node,
 * the one with the most GPU thousandths a migration, until nothing helps or the migrations are used up.
 *
 * @param depth how many pods may push each other on: 0 looks for places that are free only
 */
export function admitSingles(
  bench: Bench,
  pending: readonly Unit[],
  progress: Progress,
  migrations: number,
  depth: 0 | 1,
): void {
  const { work, eligibility, isPending } = bench;
  const { n } = work.nodes;
  const everywhere = allNodes(bench);
  const kinds = pendingKinds(bench, pending);
  const rows: (Row | undefined)[] = kinds.map(() => undefined);
  let roomy = roomyNow(bench, everywhere);
  const tries = Math.ceil((depth === 0 ? MOST_LOOKS.direct : MOST_LOOKS.pushing) / n);
  for (let k = 0; k < tries; k++) {
    const idea = bestIdea();
    if (!idea) return;
    const changed = tryOn(idea.pod, idea.node);
    if (!changed) {
      idea.row.cost[idea.node] = NONE;
      idea.row.best = undefined;
      continue;
    }
    roomy = roomyNow(bench, everywhere);
    rows.forEach((row, kind) => {
      if (!row) return;
      for (const node of changed) look(row, kinds[kind][0], node);
      row.best = undefined;
    });
  }

  /** Kinds come largest first: once one migration for a whole pod of a kind gains less than the best idea, so do the rest. */
  function bestIdea(): { pod: number; node: number; row: Row } | null {
    let best: { pod: number; node: number; row: Row; milli: number; cost: number } | null = null;
    for (const [kind, pods] of kinds.entries()) {
      const pod = pods.find((other) => work.nodeOf[other] < 0);
      if (pod === undefined) continue;
      const milli = milliOf(work, [pod]);
      if (best && milli * best.cost < best.milli) break;
      rows[kind] ??= newRow(pod);
      const row = rows[kind];
      row.best ??= cheapest(row, migrations - progress.cost);
      if (row.best < 0) continue;
      const cost = row.cost[row.best];
      if (!best || milli * best.cost > best.milli * cost) best = { pod, node: row.best, row, milli, cost };
    }
    return best;
  }

  function newRow(pod: number): Row {
    const row: Row = { cost: new Uint8Array(n).fill(NONE), moved: new Int32Array(n), best: undefined };
    for (let node = 0; node < n; node++) look(row, pod, node);
    return row;
  }

  function look(row: Row, pod: number, node: number): void {
    row.cost[node] = NONE;
    const budget = Math.min(NONE - 1, migrations - progress.cost);
    if (barredBy(eligibility, pod, node) !== ELIGIBLE) return;
    if (budget === 0 && !anyPending(node)) return;
    const [best] = victimsOn(bench, pod, node, budget, movable);
    if (!best) return;
    row.cost[node] = best.cost;
    row.moved[node] = best.milli;
  }

  /** Without pushing, a running pod that has nowhere to go is not worth trying; gangs are tried as a whole. */
  function movable(pod: number): boolean {
    return depth === 1 || isPending[pod] === 1 || Boolean(work.pods.group?.[pod]) || roomy(pod);
  }

  function anyPending(node: number): boolean {
    for (const pod of bench.podsOn[node]) if (isPending[pod]) return true;
    return false;
  }

  /** Nodes that changed; null when it did not help. */
  function tryOn(pod: number, node: number): Set<number> | null {
    const budget = migrations - progress.cost;
    for (const victims of victimsOn(bench, pod, node, budget, movable)) {
      if (!victims.units.every(([first]) => movable(first))) continue;
      const mark = bench.journal.length;
      const steps = displace(bench, pod, node, victims, { open: everywhere, budget, depth, mayDrop: true, roomy });
      if (!steps) continue;
      if (gainedSince(bench, mark) <= 0) rollback(bench, mark);
      else if (accept(bench, progress, steps, mark)) {
        const changed = bench.journal.slice(mark);
        return new Set(changed.flatMap(({ pod, was }) => [was?.node ?? -1, work.nodeOf[pod]]).filter((k) => k >= 0));
      }
    }
    return null;
  }
}

/** GPU thousandths of pending pods that found a place, less those that lost one, since this length of the journal. */
function gainedSince({ work, journal, isPending }: Bench, mark: number): number {
  const first = new Map<number, boolean>();
  for (const { pod, was } of journal.slice(mark)) if (isPending[pod] && !first.has(pod)) first.set(pod, was !== null);
  let gained = 0;
  for (const [pod, had] of first) gained += (Number(work.nodeOf[pod] >= 0) - Number(had)) * milliOf(work, [pod]);
  return gained;
}

function cheapest({ cost, moved }: Row, budget: number): number {
  let best = -1;
  for (let node = 0; node < cost.length; node++) {
    if (cost[node] === NONE || cost[node] > budget) continue;
    if (best < 0 || cost[node] < cost[best] || (cost[node] === cost[best] && moved[node] < moved[best])) best = node;
  }
  return best;
}

/** The pending single pods with GPU by kind, the largest kind first. */
function pendingKinds({ work, kindOf }: Bench, pending: readonly Unit[]): number[][] {
  const kinds = new Map<number, number[]>();
  for (const [pod, ...mates] of pending) {
    if (mates.length > 0 || work.pods.gpus[pod] === 0) continue;
    const kind = kinds.get(kindOf[pod]);
    if (kind) kind.push(pod);
    else kinds.set(kindOf[pod], [pod]);
  }
  return [...kinds.values()].sort((a, b) => milliOf(work, [b[0]]) - milliOf(work, [a[0]]) || a[0] - b[0]);
}
