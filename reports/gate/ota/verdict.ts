import { logLikelihoodRatio, type OtaFile } from "../../../src/experiment/index.js";
import type { Cell, Metric } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure, listedUpTo } from "../../capacity-plan/words.js";
import { brief, estimateWords, rateValue, shareWords } from "../../estimate-words.js";
import { failedWords, type Region, regionsOf, waveWords } from "./regions.js";

/** Regions told one by one. */
const TOLD = 6;

function named(regions: readonly Region[]): string {
  return listedUpTo(
    regions.map(({ name }) => name),
    TOLD,
  );
}

const inState = (regions: readonly Region[], state: OtaFile["decision"]) =>
  regions.filter(({ last }) => last.decision === state);

function rateWords({ overall: { rate, lower, upper } }: OtaFile): string {
  return rate === null ? "" : ` Of all updates ${estimateWords({ value: rate, lower, upper }, shareWords)} failed.`;
}

function conclusion(result: OtaFile): string {
  const { decision, sprt, overall } = result;
  const regions = regionsOf(result);
  const limit = shareWords(sprt.p1);
  if (regions.length === 0) return "Continue: no update was attempted yet.";
  const rate = rateWords(result);
  if (decision === "accept") {
    return `Accept: all of ${counted(regions.length, "region")} fail clearly less often than ${limit}.${rate} Go on with the next wave.`;
  }
  if (decision === "halt") {
    const halted = inState(regions, "halt");
    const where =
      halted.length > 0
        ? `updates fail too often in ${named(halted)}`
        : "updates fail too often over all regions together";
    const also = halted.length > 0 && overall.decision === "halt" ? " and over all regions together" : "";
    return `Halt: ${where}${also}, the limit being ${limit}.${rate} Stop the rollout and look into the failures.`;
  }
  const open = inState(regions, "continue");
  return `Continue: the rate may yet be on either side of ${limit} in ${named(open)}.${rate} Go on as slowly as before.`;
}

/** Vehicles in a row without a failure after which a region would be accepted. */
function vehiclesNeeded({ sprt }: OtaFile, { last }: Region): number {
  return Math.ceil((last.llr - sprt.accept) / -logLikelihoodRatio(0, 1, sprt));
}

function regionWords(result: OtaFile, region: Region): string {
  const { name, last, cells } = region;
  const counts = failedWords(region);
  const llr = `log-likelihood ratio ${brief(last.llr)}`;
  if (last.decision === "halt") {
    const first = cells.find(({ decision }) => decision === "halt") ?? last;
    return `${name}: halted after ${waveWords(first.wave)}, in which ${failedWords(first)}; ${counts} in all, ${llr}, halt at ${brief(result.sprt.halt)}.`;
  }
  const more = vehiclesNeeded(result, region);
  return `${name}: open, ${counts}, ${llr}; ${counted(more, "vehicle")} more without a failure would be enough to accept it.`;
}

function soakWords({ soak }: OtaFile): string {
  const all = soak?.find(({ region }) => region === null);
  if (!all || all.vehicles === 0) return "";
  const { survival: value, lower, upper, hours, vehicles, failed } = all;
  return `Soak: ${estimateWords({ value, lower, upper }, shareWords)} of ${counted(vehicles, "vehicle")} still run well after ${brief(hours)}\u00a0h, ${figure(failed)} failed.`;
}

function tiles(result: OtaFile): Metric[] {
  const { decision, overall } = result;
  const regions = regionsOf(result);
  return [
    { label: "Decision", value: decision },
    { label: "Updates that failed", value: rateValue(overall.rate), unit: "%" },
    { label: "Attempted", value: overall.attempted },
    { label: "Regions accepted", value: inState(regions, "accept").length },
    { label: "Regions open", value: inState(regions, "continue").length },
    { label: "Regions halted", value: inState(regions, "halt").length },
  ];
}

/** Whether the rollout goes on, why, and what to do next. */
export function verdictSection(result: OtaFile): Cell[] {
  const regions = regionsOf(result);
  const told = [...inState(regions, "halt"), ...inState(regions, "continue")].slice(0, TOLD);
  return [
    heading("verdict", "May the rollout go on?", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", [...told.map((region) => regionWords(result, region)), soakWords(result)]),
  ];
}
