import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { type GeoView, mercatorY } from "./geo-view.js";

/** Names of the map's scale, in px for each radian, and of the km that its bar stands for. */
const SCALE = "fleetlens_map_scale";
const BAR = "fleetlens_map_bar";

/** Length that the scale bar is at most, px, and its distance from the corner. */
const BAR_PX = 120;
const INSET = 12;

const EARTH_KM = 6371.0088;

/** Distances between lines of latitude, degrees. */
const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** Parameters that make a map fit its plot, whatever its width. */
export function mapParameters({ dx, dy, lat }: GeoView): VegaLiteSpec[] {
  const kmOfBar = `${BAR_PX} * ${EARTH_KM * Math.cos((lat * Math.PI) / 180)} / ${SCALE}`;
  const power = `pow(10, floor(log(${kmOfBar}) / LN10))`;
  const digit = `(${kmOfBar} >= 5 * ${power} ? 5 : ${kmOfBar} >= 2 * ${power} ? 2 : 1)`;
  return [
    { name: SCALE, expr: `min(width / ${dx}, height / ${dy})` },
    { name: BAR, expr: `${digit} * ${power}` },
  ];
}

/** The projection of a map: its middle in the middle of the plot. */
export function mapProjection({ type, lon, lat }: GeoView): VegaLiteSpec {
  return {
    type,
    rotate: [-lon, 0, 0],
    center: [0, lat],
    scale: { expr: SCALE },
    translate: { expr: "[width / 2, height / 2]" },
  };
}

/** Lines of latitude that cross what is shown. */
function parallels({ south, north }: GeoView): { step: number; values: number[] } {
  const step = STEPS.find((one) => one <= (north - south) / 2) ?? (STEPS.at(-1) as number);
  const first = Math.ceil(south / step);
  const count = Math.max(Math.floor(north / step) - first + 1, 0);
  return { step, values: Array.from({ length: count }, (_, i) => Number(((first + i) * step).toFixed(3))) };
}

/** Axes with degrees, for Mercator, whose meridians and parallels are straight. */
export function degreeAxes(view: GeoView): VegaLiteSpec {
  const { step, values } = parallels(view);
  const middle = mercatorY(view.lat);
  const half = `(width / 2 / ${SCALE} * 180 / PI)`;
  const digits = step >= 1 ? 0 : Math.ceil(-Math.log10(step));
  // Back from Mercator's y to degrees.
  const degrees = `(atan((exp(datum.value + ${middle}) - exp(-datum.value - ${middle})) / 2) * 180 / PI)`;
  const lon = "((datum.value + 540) % 360 - 180)";
  const axis = { title: null, ticks: false, domain: false, gridColor: LIGHT.line };
  return {
    data: { values: [{ x: view.lon, y: 0 }] },
    mark: { type: "point", size: 0, strokeWidth: 0, tooltip: null },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        scale: {
          domain: [{ expr: `${view.lon} - ${half}` }, { expr: `${view.lon} + ${half}` }],
          nice: false,
          zero: false,
        },
        axis: {
          ...axis,
          tickCount: { expr: "max(2, floor(width / 130))" },
          labelExpr: `format(abs(${lon}), '.6~r') + (${lon} < 0 ? '° W' : '° E')`,
        },
      },
      y: {
        field: "y",
        type: "quantitative",
        scale: {
          domain: [{ expr: `-height / 2 / ${SCALE}` }, { expr: `height / 2 / ${SCALE}` }],
          nice: false,
          zero: false,
        },
        axis: {
          ...axis,
          values: values.map((value) => mercatorY(value) - middle),
          labelExpr: `format(abs(${degrees}), '.${digits}f') + (${degrees} < 0 ? '° S' : '° N')`,
        },
      },
    },
  };
}

/** The scale bar in the lower right corner; exact in the middle of the map. */
export function scaleBar({ lat }: GeoView): VegaLiteSpec[] {
  const px = `${BAR} * ${SCALE} / ${EARTH_KM * Math.cos((lat * Math.PI) / 180)}`;
  const right = `width - ${INSET}`;
  const left = `${right} - ${px}`;
  const data = { values: [{}] };
  const at = (offset: number) => ({ expr: `height - ${INSET} - ${offset}` });
  // Thin rectangles, since Vega-Lite turns no rule by expressions.
  const line = (x: string, x2: string, top: number) => ({
    data,
    mark: { type: "rect", fill: LIGHT.text, tooltip: null, x: { expr: x }, x2: { expr: x2 }, y: at(top), y2: at(0) },
  });
  return [
    {
      data,
      mark: {
        type: "rect",
        fill: LIGHT.page,
        fillOpacity: 0.85,
        tooltip: null,
        x: { expr: `${left} - 8` },
        x2: { expr: `${right} + 8` },
        y: at(24),
        y2: at(-8),
      },
    },
    line(left, right, 2),
    line(left, `${left} + 2`, 6),
    line(`${right} - 2`, right, 6),
    {
      data,
      mark: {
        type: "text",
        fill: LIGHT.text,
        align: "center",
        baseline: "bottom",
        tooltip: null,
        x: { expr: `${right} - ${px} / 2` },
        y: at(8),
        text: { expr: `${BAR} >= 1 ? format(${BAR}, ',.0f') + ' km' : format(${BAR} * 1000, '.0f') + ' m'` },
      },
    },
  ];
}
