import type { GcReport } from "../../src/gc-reachability/index.js";
import { largestFirst } from "./bytes.js";
import { groupName } from "./group-name.js";
import { type Box, squarify } from "./treemap.js";

type Breakdown = GcReport["breakdown"][number];

/** Sides of the map in px as it is laid out; drawn, it is as wide as the page. */
export const MAP = Object.freeze({ width: 760, height: 460 });

/** Most cells: more would be too small to see. */
const MOST_CELLS = 400;

/** Room for the name of a kind above its cells, and the kind's least height and width that have one, px. */
export const HEAD = Object.freeze({ height: 20, leastHeight: 52, leastWidth: 40 });

/** Gap around the cells of a class, px. */
const GAP = 1.5;

/** A cell of the map: one reason for one class of one kind. */
export interface MapCell {
  kind: string;
  class: string;
  row: Breakdown;
  box: Box;
}

/** A kind as a whole. */
export interface MapKind {
  kind: string;
  bytes: bigint;
  box: Box;
  /** Whether its name stands above its cells. */
  named: boolean;
}

/** The map of the bytes: kinds, in them classes, in them reasons. */
export interface BytesMap {
  kinds: readonly MapKind[];
  cells: readonly MapCell[];
  /** Groups that are too small or too many to be drawn. */
  left: readonly Breakdown[];
}

interface Named {
  kind: string;
  class: string;
  row: Breakdown;
  bytes: bigint;
}

/** Groups by a name, with their bytes, the largest first. */
function groupBy(rows: readonly Named[], nameOf: (row: Named) => string) {
  const groups = new Map<string, Named[]>();
  for (const row of rows) {
    const group = groups.get(nameOf(row));
    if (group) group.push(row);
    else groups.set(nameOf(row), [row]);
  }
  return [...groups]
    .map(([name, members]) => ({ name, members, bytes: members.reduce((sum, { bytes }) => sum + bytes, 0n) }))
    .sort((a, b) => largestFirst(a, b) || (a.name < b.name ? -1 : 1));
}

const cut = (groups: readonly { bytes: bigint }[], box: Box): Box[] =>
  squarify(
    groups.map(({ bytes }) => Number(bytes)),
    box,
  );

function inset({ x, y, width, height }: Box, gap: number): Box {
  return { x: x + gap, y: y + gap, width: Math.max(width - 2 * gap, 0), height: Math.max(height - 2 * gap, 0) };
}

function below({ x, y, width, height }: Box, head: number): Box {
  return { x, y: y + head, width, height: height - head };
}

/** Lays out the breakdown of a result as a map of nested boxes whose areas go by bytes. */
export function bytesMap(breakdown: readonly Breakdown[]): BytesMap {
  const sized = breakdown
    .map((row) => ({
      kind: groupName(row.kind, "kind", row.rest),
      class: groupName(row.class, "class", row.rest),
      row,
      bytes: BigInt(row.bytes),
    }))
    .sort(largestFirst);
  const drawn = sized.slice(0, MOST_CELLS).filter(({ bytes }) => bytes > 0n);
  const byKind = groupBy(drawn, ({ kind }) => kind);
  const boxes = cut(byKind, { x: 0, y: 0, width: MAP.width, height: MAP.height });
  const kinds = byKind.map(({ name, bytes }, i) => ({
    kind: name,
    bytes,
    box: boxes[i],
    named: boxes[i].height >= HEAD.leastHeight && boxes[i].width >= HEAD.leastWidth,
  }));
  const cells = byKind.flatMap(({ members }, i) => {
    const inner = inset(kinds[i].named ? below(boxes[i], HEAD.height) : boxes[i], GAP);
    const byClass = groupBy(members, (member) => member.class);
    const classBoxes = cut(byClass, inner);
    return byClass.flatMap(({ members: rows }, c) => {
      const cellBoxes = cut(rows, inset(classBoxes[c], GAP));
      return rows.map((one, r) => ({ kind: one.kind, class: one.class, row: one.row, box: cellBoxes[r] }));
    });
  });
  return { kinds, cells, left: sized.slice(drawn.length).map(({ row }) => row) };
}
