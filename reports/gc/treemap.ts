/** A rectangle; y grows downwards. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The largest ratio of sides among cells of these areas laid along a side of length `side`. */
function worstRatio(smallest: number, largest: number, sum: number, side: number): number {
  return Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
}

/**
 * Cuts a box into cells whose areas are in proportion to the weights and which are about as wide as high
 * (squarified treemap: Bruls, Huizing and van Wijk, 2000).
 *
 * @param weights positive, best by falling size
 * @returns a cell for each weight
 * @example squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 })
 */
export function squarify(weights: readonly number[], box: Box): Box[] {
  const total = weights.reduce((a, b) => a + b, 0);
  const scale = (box.width * box.height) / total;
  const areas = weights.map((weight) => weight * scale);
  const cells: Box[] = [];
  let free = box;
  let first = 0;
  while (first < areas.length) {
    const side = Math.min(free.width, free.height);
    let [smallest, largest, sum] = [areas[first], areas[first], areas[first]];
    let end = first + 1;
    for (; end < areas.length; end++) {
      const next = areas[end];
      const [least, most] = [Math.min(smallest, next), Math.max(largest, next)];
      if (worstRatio(least, most, sum + next, side) > worstRatio(smallest, largest, sum, side)) break;
      [smallest, largest, sum] = [least, most, sum + next];
    }
    free = layRow(areas.slice(first, end), sum, free, cells);
    first = end;
  }
  return cells;
}

/** Lays cells along the shorter side of a box, adds them to `cells`, and gives what is left of the box. */
function layRow(areas: readonly number[], sum: number, box: Box, cells: Box[]): Box {
  const { x, y, width, height } = box;
  const upright = width >= height;
  const side = upright ? height : width;
  const thickness = side > 0 ? sum / side : 0;
  let at = 0;
  for (const area of areas) {
    const length = thickness > 0 ? area / thickness : 0;
    cells.push(
      upright ? { x, y: y + at, width: thickness, height: length } : { x: x + at, y, width: length, height: thickness },
    );
    at += length;
  }
  return upright
    ? { x: x + thickness, y, width: Math.max(width - thickness, 0), height }
    : { x, y: y + thickness, width, height: Math.max(height - thickness, 0) };
}
