import { InputError } from "../../core/errors.js";
import type { BaseMap } from "../base-map.js";
import { LIGHT } from "../palette.js";
import type { VegaLiteSpec } from "../types.js";
import { MAX_POINTS } from "../vega/downsample.js";
import { axisTitle, type ChartText, chartNumber, chartSpec, TOOLTIP_NUMBER } from "./chart-input.js";
import { divergingClasses, sequentialClasses } from "./geo-colours.js";
import { degreeAxes, mapParameters, mapProjection, scaleBar } from "./geo-frame.js";
import { hatchOf } from "./geo-hatch.js";
import { landAround } from "./geo-land.js";
import { featureOf, shapeOf } from "./geo-shape.js";
import type { GeoArea } from "./geo-types.js";
import { viewOf } from "./geo-view.js";
import type { LegendEntries } from "./legend.js";

/** A cell of {@link geoHexMap}. */
export interface GeoCell {
  area: GeoArea;
  /** Its index or name, for the tooltip. */
  label: string;
  /** Missing values are drawn like faint cells. */
  value: number | null;
  /** Hatched instead of coloured: too little is known for the value to mean much. */
  faint?: boolean;
  /** Further values for the tooltip, in the order of `details` of the map. */
  details?: readonly (number | string | null)[];
}

/** Input of {@link geoHexMap}. */
export interface GeoHexMapInput extends ChartText {
  /** At most 5,000: take coarser cells, or the highest, and say so in the caption. */
  cells: readonly GeoCell[];
  /** What a value is, for the legend and the tooltip. */
  valueTitle: string;
  /** Values are changes: colours diverge from 0. */
  diverging?: boolean;
  /** Titles of the cells' details. */
  details?: readonly string[];
  /** Where was driven at all, in grey below the cells: in a city what tells readers where they are. */
  base?: readonly GeoArea[];
  /** Land for maps of more than a few degrees, see `readBaseMap`. */
  land?: BaseMap;
  /** Outlined above the cells. */
  fences?: readonly { name: string; area: GeoArea }[];
  /** Names in the legend of cells without colour, of the grey base, and of fences. */
  names?: Partial<Record<keyof typeof DEFAULT_NAMES, string>>;
}

const DEFAULT_NAMES = Object.freeze({ faint: "Too little driven", base: "Driven, no events", fence: "Geofence" });

const HEIGHT = 440;

/** Widths of an entry of the legend of outlines and of its text, px. */
const LEGEND = { column: 180, text: 150 };

const COLOURS = { faint: LIGHT.hover, base: LIGHT.line, fence: LIGHT.ink };

/** A channel that names the outlines of one layer in a legend of all such layers. */
const outline = (name: string, entries: LegendEntries) => ({
  datum: name,
  type: "nominal",
  scale: { domain: entries.map(([entry]) => entry), range: entries.map(([, colour]) => colour) },
  // Below the map: two legends side by side are too wide for a phone.
  legend: {
    title: null,
    orient: "bottom",
    symbolType: "square",
    symbolFillColor: "transparent",
    symbolStrokeWidth: 2,
    columns: { expr: `clamp(floor(width / ${LEGEND.column}), 1, ${entries.length})` },
    labelLimit: LEGEND.text,
  },
});

/**
 * A map of areas coloured by a value, mostly H3 cells by a rate: Mercator for cities and countries, Equal Earth for more.
 * It needs no network: below the cells stand the land that fleetlens brings along, or where was driven; degrees and a scale
 * bar say where and how far.
 *
 * @throws InputError for more than 5,000 cells, or details that do not fit their titles
 * @example
 * geoHexMap({ cells: [{ area: polygon, label: "891fb46741bffff", value: 12 }], valueTitle: "Alerts", unit: "per 1000 km" })
 */
export function geoHexMap(input: GeoHexMapInput): VegaLiteSpec {
  const { cells, base = [], fences = [], details = [], land } = input;
  if (cells.length > MAX_POINTS) {
    throw new InputError(`geoHexMap: ${cells.length} cells, at most ${MAX_POINTS}; take coarser cells or the highest`);
  }
  const odd = cells.findIndex((cell) => (cell.details?.length ?? details.length) !== details.length);
  if (odd >= 0)
    throw new InputError(`geoHexMap: cells[${odd}].details must have ${details.length} values, one a title`);

  const names = { ...DEFAULT_NAMES, ...input.names };
  const view = viewOf([...cells.map(({ area }) => area), ...base]);
  const stretch = 1 / Math.max(Math.cos((view.lat * Math.PI) / 180), 0.1);
  const around = land ? landAround(land, view) : null;
  const isFaint = ({ faint, value }: GeoCell) => faint === true || chartNumber(value) === null;
  const [faint, known] = [cells.filter(isFaint), cells.filter((cell) => !isFaint(cell))];
  const values = known.map(({ value }) => value as number);
  const { limits, colours } = input.diverging ? divergingClasses(values) : sequentialClasses(values);
  const valueTitle = axisTitle(input.valueTitle, input.unit);

  const entries: LegendEntries = [
    ...(faint.length > 0 ? [[names.faint, COLOURS.faint] as const] : []),
    ...(base.length > 0 ? [[names.base, COLOURS.base] as const] : []),
    ...(fences.length > 0 ? [[names.fence, COLOURS.fence] as const] : []),
  ];
  const feature = (cell: GeoCell) =>
    featureOf(cell.area, {
      label: cell.label,
      value: chartNumber(cell.value),
      ...Object.fromEntries(details.map((_, i) => [`d${i}`, cell.details?.[i] ?? null])),
    });
  const isNumber = (i: number) => cells.every(({ details: own }) => typeof (own?.[i] ?? 0) === "number");
  const tooltip = [
    { field: "label", type: "nominal", title: "Cell" },
    { field: "value", type: "quantitative", title: valueTitle, format: TOOLTIP_NUMBER },
    ...details.map((title, i) =>
      isNumber(i)
        ? { field: `d${i}`, type: "quantitative", title, format: TOOLTIP_NUMBER }
        : { field: `d${i}`, type: "nominal", title },
    ),
  ];
  const shape = (style: VegaLiteSpec) => ({ type: "geoshape", clip: true, ...style });

  const layers: VegaLiteSpec[] = [
    ...(view.type === "mercator" ? [degreeAxes(view)] : []),
    ...(around === null
      ? []
      : [
          {
            data: { values: [{ type: "Feature", geometry: shapeOf(around) }] },
            mark: shape({ fill: LIGHT.grid, fillOpacity: 0.6, stroke: LIGHT.line, strokeWidth: 0.5, tooltip: null }),
          },
        ]),
    ...(base.length === 0
      ? []
      : [
          {
            data: { values: base.map((area) => featureOf(area)) },
            mark: shape({ fill: LIGHT.grid, strokeWidth: 0.8, tooltip: null }),
            encoding: { stroke: outline(names.base, entries) },
          },
        ]),
    {
      data: { values: known.map(feature) },
      mark: shape({ stroke: LIGHT.hover, strokeWidth: 0.5 }),
      encoding: {
        fill: {
          field: "value",
          type: "quantitative",
          scale: { type: "threshold", domain: limits, range: colours },
          legend: {
            title: valueTitle,
            format: ",.3~r",
            gradientLength: 240,
            gradientStrokeColor: LIGHT.hover,
            gradientStrokeWidth: 0.5,
          },
        },
        tooltip,
      },
    },
    ...(faint.length === 0
      ? []
      : [
          {
            data: { values: faint.map(feature) },
            mark: shape({ fill: LIGHT.page, strokeWidth: 0.8 }),
            encoding: { stroke: outline(names.faint, entries), tooltip },
          },
          {
            data: {
              values: faint.map(({ area }) => ({ type: "Feature", geometry: hatchOf(area, stretch) })),
            },
            mark: shape({ filled: false, stroke: COLOURS.faint, strokeWidth: 0.8, tooltip: null }),
          },
        ]),
    ...(fences.length === 0
      ? []
      : [
          {
            data: { values: fences.map(({ area }) => featureOf(area)) },
            mark: shape({ filled: false, stroke: LIGHT.page, strokeWidth: 4, tooltip: null }),
          },
          {
            data: { values: fences.map(({ name, area }) => featureOf(area, { name })) },
            mark: shape({ filled: false, strokeWidth: 2 }),
            encoding: {
              stroke: outline(names.fence, entries),
              tooltip: [{ field: "name", type: "nominal", title: names.fence }],
            },
          },
        ]),
    ...(view.type === "mercator" ? scaleBar(view) : []),
  ];
  return chartSpec(
    { ...input, height: input.height ?? HEIGHT },
    { params: mapParameters(view), projection: mapProjection(view), layer: layers },
  );
}
