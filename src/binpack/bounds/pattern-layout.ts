import type { LpColumn } from "./column-lp.js";
import type { Kinds } from "./kinds.js";

/** Pods of these kinds share one GPU, or one pod takes `gpus` whole ones, or has none. */
export interface Fill {
  nodeKind: number;
  /** Size of the hole filled, in units; 0 for a pod without GPU. */
  hole: number;
  gpus: number;
  /** Pod kinds, one entry a pod. */
  pods: readonly number[];
}

/** CPU or memory of a node kind. */
export interface Room {
  row: number;
  /** What the nodes of the kind have together; of an offered kind, what one node has. */
  amount: number;
  /** What a pod of each kind needs. */
  need: Float64Array;
}

/** Rows of the programme: per node kind its rooms, its hole sizes and, where it is offered, how many; per pod kind one. */
export interface PatternLayout {
  b: Float64Array;
  /** By node kind. */
  rooms: readonly (readonly Room[])[];
  holeRow(nodeKind: number, size: number): number;
  offerRow(nodeKind: number): number;
  podRow(podKind: number): number;
}

/** The rows for these kinds. */
export function layOutPatterns(kinds: Kinds): PatternLayout {
  const { nodes, pods } = kinds;
  const b: number[] = [];
  const rooms: Room[][] = [];
  const firstHole: number[] = [];
  nodes.forEach((node, c) => {
    const isOffer = node.offer !== undefined;
    rooms.push(roomsOf(kinds, c).map((room) => ({ ...room, row: b.push(isOffer ? 0 : room.amount) - 1 })));
    firstHole.push(b.length);
    b.push(...node.holes.map(({ count }) => (isOffer ? 0 : count)));
    if (node.offer) b.push(node.offer.most);
  });
  const firstPod = b.length;
  b.push(...pods.map((pod) => pod.pods.length));
  return {
    // Ties among rows would make pivots that gain nothing; a hair of extra room breaks them. The bound forgets it.
    b: Float64Array.from(b, (amount, row) => amount + 1e-6 * (1 + ((row * 7919) % 101) / 101)),
    rooms,
    holeRow: (c, size) => firstHole[c] + nodes[c].holes.findIndex((hole) => hole.size === size),
    offerRow: (c) => firstHole[c] + nodes[c].holes.length,
    podRow: (p) => firstPod + p,
  };
}

/** The column of a fill. */
export function fillColumn({ rooms, holeRow, podRow }: PatternLayout, worth: Float64Array, fill: Fill): LpColumn {
  const entries = new Map<number, number>();
  const put = (row: number, amount: number) => {
    if (amount !== 0) entries.set(row, (entries.get(row) ?? 0) + amount);
  };
  if (fill.gpus > 0) put(holeRow(fill.nodeKind, fill.hole), fill.gpus);
  let value = 0;
  for (const p of fill.pods) {
    value += worth[p];
    for (const { row, need } of rooms[fill.nodeKind]) put(row, need[p]);
    put(podRow(p), 1);
  }
  return { value, rows: [...entries.keys()], amounts: [...entries.values()] };
}

/** The column of one more node of an offered kind. */
export function offerColumn({ nodes }: Kinds, layout: PatternLayout, nodeKind: number): LpColumn {
  const { holes, offer } = nodes[nodeKind];
  const rooms = layout.rooms[nodeKind];
  return {
    value: -(offer?.price ?? 0),
    rows: [
      ...rooms.map(({ row }) => row),
      ...holes.map(({ size }) => layout.holeRow(nodeKind, size)),
      layout.offerRow(nodeKind),
    ],
    amounts: [...rooms.map(({ amount }) => -amount), ...holes.map(({ count }) => -count), 1],
  };
}

function roomsOf({ nodes, pods }: Kinds, c: number): Omit<Room, "row">[] {
  return (["cpu", "memory"] as const).flatMap((what) => {
    const needs = pods.map((pod) => (pod.allowed[c] ? pod[what] : 0));
    const largest = Math.max(...needs, 0);
    // Entries of order one keep the simplex accurate.
    return largest > 0
      ? [{ amount: nodes[c][what] / largest, need: Float64Array.from(needs, (n) => n / largest) }]
      : [];
  });
}
