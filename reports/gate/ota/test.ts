import type { OtaFile } from "../../../src/experiment/index.js";
import { type Cell, lineChart } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { brief } from "../../estimate-words.js";
import { distinctNames } from "../../gc/distinct-names.js";
import { type Region, regionsOf, wavesOf } from "./regions.js";

/** Regions with a line of their own. */
const MOST_LINES = 6;

/** Ratios are drawn up to so many times a bound, so that the bounds can be told apart. */
const FARTHEST = 3;

/** The ratio after every wave; a wave that skips the region leaves it as it was. */
function ratios({ cells }: Region, waves: ReturnType<typeof wavesOf>): number[] {
  let llr = 0;
  const after = new Map(cells.map((one) => [one.wave, one.llr]));
  return waves.map((wave) => {
    llr = after.get(wave) ?? llr;
    return llr;
  });
}

/** The sequential test of every region over the waves, between its two bounds. */
export function testSection(result: OtaFile): Cell[] {
  const { sprt } = result;
  const waves = wavesOf(result);
  const regions = regionsOf(result).sort((a, b) => b.last.llr - a.last.llr);
  if (regions.length === 0) return [];
  const [nearest] = regions;
  const head = `${nearest.name} stands highest at ${brief(nearest.last.llr)}: a region halts from ${brief(sprt.halt)} on, and is accepted at ${brief(sprt.accept)} or below.`;
  const drawn = regions.slice(0, MOST_LINES);
  const names = distinctNames(drawn.map(({ name }) => name));
  const numbered = waves.every((wave) => typeof wave === "number");
  const clipped = (llr: number) => Math.min(Math.max(llr, FARTHEST * sprt.accept), FARTHEST * sprt.halt);
  const beyond = drawn.some(({ cells }) => cells.some(({ llr }) => clipped(llr) !== llr));
  const cut = beyond ? ` Lines are cut off at ${FARTHEST} times a bound.` : "";
  const fewer = regions.length > drawn.length ? ` The ${MOST_LINES} highest of ${figure(regions.length)} regions.` : "";
  const cells: Cell[] =
    waves.length < 2
      ? []
      : [
          {
            kind: "chart",
            id: "test-ratios",
            alt: `Log-likelihood ratio of ${counted(drawn.length, "region")} over ${counted(waves.length, "wave")}, between ${brief(sprt.accept)} and ${brief(sprt.halt)}; ${nearest.name} ends at ${brief(nearest.last.llr)}.`,
            caption: `How much likelier the failures so far are at ${brief(100 * sprt.p1)}\u00a0% than at ${brief(100 * sprt.p0)}\u00a0%.${cut}${fewer}`,
            spec: lineChart({
              title: "Sequential test by region",
              x: waves.map((wave, i) => (numbered ? Number(wave) : i + 1)),
              xTitle: numbered ? "Wave" : "Wave, in order",
              yTitle: "Log-likelihood ratio",
              series: drawn.map((region, i) => ({ name: names[i], value: ratios(region, waves).map(clipped) })),
              yRules: [
                { value: sprt.halt, label: "halt" },
                { value: sprt.accept, label: "accept" },
              ],
            }),
          },
        ];
  return [heading("test", "How near is a decision?", head), ...cells];
}
