import type { OtaFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { cell as digits, estimateWords, rateValue, shareWords } from "../../estimate-words.js";
import { distinctNames } from "../../gc/distinct-names.js";
import { intervalChart } from "../../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../../row-limit.js";
import { levelWords } from "../words.js";
import { waveWords } from "./regions.js";

/** Cells drawn; more rows cannot be read. */
const MOST_DRAWN = 40;

type Wave = OtaFile["cells"][number];

const words = ({ rate: value, lower, upper }: Wave): string => estimateWords({ value, lower, upper }, shareWords);

/** All cells with updates, or those with the highest rates, in the order of the file. */
function drawnCells(cells: readonly Wave[]): Wave[] {
  const known = cells.filter(({ rate }) => rate !== null);
  const highest = [...known].sort((a, b) => b.rate! - a.rate!).slice(0, MOST_DRAWN);
  return known.filter((one) => highest.includes(one));
}

/** Failure rates by wave and region against the limit. */
export function wavesSection(result: OtaFile): Cell[] {
  const { cells, sprt } = result;
  const drawn = drawnCells(cells);
  if (drawn.length === 0) return [];
  const names = distinctNames(drawn.map(({ wave, region }) => `${region}, ${waveWords(wave)}`));
  const worst = drawn.reduce((a, b) => (b.rate! > a.rate! ? b : a));
  const above = cells.filter(({ lower }) => lower !== null && lower > sprt.p1).length;
  const head = `The highest rate is that of ${worst.region} in ${waveWords(worst.wave)}: ${words(worst)}. ${figure(above)} of ${counted(cells.length, "cell")} ${above === 1 ? "lies" : "lie"} wholly above ${shareWords(sprt.p1)}.`;
  const fewer = cells.length > drawn.length ? ` The ${figure(drawn.length)} highest of ${figure(cells.length)}.` : "";
  return [
    heading("waves", "Where and when do updates fail?", head),
    {
      kind: "chart",
      id: "waves-rates",
      alt: `Failure rates of ${counted(drawn.length, "cell")} of region and wave, up to ${words(worst)}.`,
      caption: `Coloured by what the region's test said after the wave.${fewer}`,
      spec: intervalChart({
        title: "Failure rate by region and wave",
        rows: drawn.map(({ rate, lower, upper, decision }, i) => ({
          name: names[i],
          value: rateValue(rate),
          lower: rateValue(lower),
          upper: rateValue(upper),
          verdict: decision,
        })),
        rules: [
          { value: 100 * sprt.p0, label: "good" },
          { value: 100 * sprt.p1, label: "bad" },
        ],
        xTitle: "Updates that failed",
        unit: "%",
      }),
    },
    {
      kind: "table",
      id: "waves-table",
      caption: `From and to: exact ${levelWords(result)} of the rate.${leftOutWords(cells.length)}`,
      columns: [
        { name: "wave", label: "Wave", format: "text" },
        { name: "region", label: "Region", format: "text" },
        { name: "attempted", label: "Attempted", format: "integer" },
        { name: "failed", label: "Failed", format: "integer" },
        { name: "rate", label: "Rate", format: "percent" },
        { name: "lower", label: "From", format: "percent" },
        { name: "upper", label: "To", format: "percent" },
        { name: "llr", label: "Log-likelihood ratio" },
        { name: "decision", label: "Region then", format: "text" },
      ],
      rows: cells.slice(0, MOST_ROWS).map(({ rate, lower, upper, llr, ...one }) => ({
        ...one,
        rate: digits(rate),
        lower: digits(lower),
        upper: digits(upper),
        llr: digits(llr),
      })),
    },
  ];
}
