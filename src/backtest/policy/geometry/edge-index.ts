import Flatbush from "flatbush";
import type { Point } from "./types.js";

/** The edges of a ring by their boxes; edge i goes from corner i to the next. */
export function createEdgeIndex(corners: readonly Point[]): { near(a: Point, b: Point): number[] } {
  const index = new Flatbush(corners.length);
  for (const [i, a] of corners.entries()) index.add(...boxOf(a, corners[(i + 1) % corners.length]));
  index.finish();
  return { near: (a, b) => index.search(...boxOf(a, b)) };
}

function boxOf([ax, ay]: Point, [bx, by]: Point): [number, number, number, number] {
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}
