import type { VegaLiteSpec } from "../../src/report/index.js";

/** Room between labels of the x axis, px; long negative numbers would touch. */
const SEPARATION = 8;

interface Encoding {
  x?: VegaLiteSpec;
  y?: VegaLiteSpec;
}

/** A line chart whose labels keep apart and whose value axis, unless told to, need not start at 0. */
export function tuneAxes(spec: VegaLiteSpec, { zero = true } = {}): VegaLiteSpec {
  const layers = spec["layer"] as (VegaLiteSpec & { encoding: Encoding })[];
  return {
    ...spec,
    layer: layers.map((layer) => {
      const { x, y } = layer.encoding;
      return {
        ...layer,
        encoding: {
          ...layer.encoding,
          ...(x?.["axis"] ? { x: { ...x, axis: { ...x["axis"], labelSeparation: SEPARATION } } } : {}),
          ...(y?.["field"] && !zero ? { y: { ...y, scale: { zero: false } } } : {}),
        },
      };
    }),
  };
}
