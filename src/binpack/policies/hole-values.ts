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

/**
 * Prices shares by the dual of the cutting-stock programme over the typical pods: a share is worth what serving one more
 * of them takes, so that shares which fit into what others leave anyhow are worth nothing. All values are whole numbers.
 */
export function holeValues(typical: TypicalPods): HoleValues {
  const counts = new Map<number, number>();
  for (let kind = 0; kind < typical.n; kind++) {
    const { gpus, milli, count } = typical;
    if (gpus[kind] > 0) counts.set(milli[kind], (counts.get(milli[kind]) ?? 0) + gpus[kind] * count[kind]);
  }
  const sizes = [...counts.keys()].filter((size) => size > 0).sort((a, b) => b - a);
  const duals = cuttingStockDuals(
    sizes,
    sizes.map((size) => counts.get(size) as number),
  );
  const worth = new Map(sizes.map((size, k) => [size, Math.round(1000 * duals[k])]));
  return {
    kinds: Float64Array.from(typical.milli, (milli, kind) => typical.gpus[kind] * (worth.get(milli) ?? 0)),
    of(model) {
      const accepted = sizes.filter((size) =>
        typical.milli.some((milli, kind) => milli === size && allowsModel(typical.spec[kind], model)),
      );
      return bestFills(
        accepted,
        accepted.map((size) => worth.get(size) as number),
        1000,
      ).best;
    },
  };
}
