import { bestFills } from "../bounds/best-fill.js";
import { cuttingStockDuals } from "../bounds/cutting-stock.js";
import { allowsModel } from "../gpu-spec.js";
import type { TypicalPods } from "../typical-pods.js";

/** What GPU holes are worth by what typical pods could fill them with, in thousandths of a whole free GPU. */
export interface HoleValues {
  /** Worth of one typical pod of each kind; 0 without a GPU. */
  kinds: Float64Array;
  /** Worth of a hole of 0 to 1000 thousandths on a GPU of this model: its best fill. */
  of(model: string): Float64Array;
}

/** Lists with more sizes than this are priced by sizes rounded up to steps: the programme grows with their square. */
const MOST_SIZES = 100;
const STEP = 1000 / MOST_SIZES;

/**
 * Prices shares by the dual of the cutting-stock programme over the typical pods: a share is worth what serving one more
 * of them takes, so that shares which fit into what others leave anyhow are worth nothing. All values are whole numbers.
 */
export function holeValues(typical: TypicalPods): HoleValues {
  const { n, gpus, milli, count, spec } = typical;
  const withGpu = Array.from({ length: n }, (_, kind) => kind).filter((kind) => gpus[kind] > 0);
  const step = new Set(withGpu.map((kind) => milli[kind])).size > MOST_SIZES ? STEP : 1;
  const size = Int32Array.from(milli, (share) => Math.ceil(share / step) * step);
  const counts = new Map<number, number>();
  for (const kind of withGpu) counts.set(size[kind], (counts.get(size[kind]) ?? 0) + gpus[kind] * count[kind]);
  const sizes = [...counts.keys()].sort((a, b) => b - a);
  const duals = cuttingStockDuals(
    sizes,
    sizes.map((one) => counts.get(one) as number),
  );
  const worth = new Map(sizes.map((one, k) => [one, Math.round(1000 * duals[k])]));
  return {
    kinds: Float64Array.from(size, (one, kind) => gpus[kind] * (worth.get(one) ?? 0)),
    of(model) {
      const accepted = new Set(withGpu.filter((kind) => allowsModel(spec[kind], model)).map((kind) => size[kind]));
      const pieces = sizes.filter((one) => accepted.has(one));
      return bestFills(
        pieces,
        pieces.map((one) => worth.get(one) as number),
        1000,
      ).best;
    },
  };
}
