const POINTS = 16;

/** Nodes on (−1, 1) and weights of the Gauss-Legendre rule, by Newton's method on the Legendre polynomial. */
function gaussLegendreRule(): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(POINTS);
  const weights = new Float64Array(POINTS);
  for (let i = 0; i < POINTS; i++) {
    let x = Math.cos((Math.PI * (POINTS - i - 0.25)) / (POINTS + 0.5));
    let slope = 0;
    for (let step = 0; step < 8; step++) {
      let [before, value] = [1, x];
      for (let k = 2; k <= POINTS; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      slope = (POINTS * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    nodes[i] = x;
    weights[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

const RULE = gaussLegendreRule();

/** Ascending nodes and weights of an integral over [from, to], cut into panels of at most `width`, 16 nodes each. */
export function integrationGrid(from: number, to: number, width: number): { z: Float64Array; weight: Float64Array } {
  const panels = Math.max(1, Math.ceil((to - from) / width));
  const half = (to - from) / panels / 2;
  const z = new Float64Array(panels * POINTS);
  const weight = new Float64Array(panels * POINTS);
  for (let panel = 0; panel < panels; panel++) {
    for (let k = 0; k < POINTS; k++) {
      z[panel * POINTS + k] = from + half * (2 * panel + 1 + RULE.nodes[k]);
      weight[panel * POINTS + k] = half * RULE.weights[k];
    }
  }
  return { z, weight };
}
