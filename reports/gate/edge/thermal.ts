import type { EdgeFile } from "../../../src/experiment/index.js";
import { type Cell, lineChart } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { brief, estimateWords } from "../../estimate-words.js";
import { pWords } from "../../forecast-quality/verdict.js";
import { levelWords, numberOption } from "../words.js";

type Thermal = NonNullable<EdgeFile["thermal"]>;

const words = ({ slope: value, lower, upper }: Thermal): string =>
  estimateWords({ value, lower, upper }, (slope) => `${brief(slope)}\u00a0°C`, brief);

function conclusion(thermal: Thermal): string {
  const test = thermal.p === null ? "" : ` (Mann-Kendall ${pWords(thermal.p)})`;
  const way = (thermal.lower ?? 0) > 0 ? "It rises" : (thermal.upper ?? 0) < 0 ? "It falls" : "No trend is shown";
  return `${way}: ${words(thermal)} an hour${test}, from ${counted(thermal.points, "point")}.`;
}

/** The trend of the device's temperature. */
export function thermalSection(result: EdgeFile): Cell[] {
  const { thermal } = result;
  if (thermal === null) return [];
  const title = "Does the device heat up?";
  const { slope, lower, upper } = thermal;
  if (slope === null) return [heading("thermal", title, "There are too few temperatures for a trend.")];
  const limit = numberOption(result, "maxThermalTrend");
  return [
    heading("thermal", title, conclusion(thermal)),
    {
      kind: "chart",
      id: "thermal-trend",
      alt: `Change of the temperature over an hour by the trend: ${words(thermal)}.`,
      caption: `Theil and Sen's slope with its ${levelWords(result)}, carried on for an hour.`,
      spec: lineChart({
        title: "Trend of the temperature",
        x: [0, 1],
        xTitle: "Hours",
        yTitle: "Change",
        unit: "°C",
        series: [
          { name: "trend", value: [0, slope], lo: [0, lower], hi: [0, upper] },
          ...(limit === null ? [] : [{ name: "limit", value: [0, limit] }]),
        ],
      }),
    },
  ];
}
