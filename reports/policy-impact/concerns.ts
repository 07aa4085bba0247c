import type { BacktestFile, SweepFile } from "../../src/backtest/index.js";
import { counted, figure, listedUpTo } from "../capacity-plan/words.js";
import { brief, estimateWords, pointWords } from "../estimate-words.js";
import { cohortWords } from "./cohorts.js";
import { triggersOf } from "./words.js";

/** Names told one by one. */
const TOLD = 5;

/** What a reviewer must settle or accept before signing; `stop` speaks against the policy, `gap` says what is not known. */
export interface Concern {
  weight: "stop" | "gap";
  text: string;
}

function scoreConcerns(result: BacktestFile): Concern[] {
  const { overall } = result;
  if (overall.labels === null) {
    return [
      {
        weight: "gap",
        text: "No labels were given: how many alerts are right, and how many are missing, is not known.",
      },
    ];
  }
  const found: Concern[] = [];
  const { reason } = overall.intervals.recall;
  if (reason !== null) {
    found.push({
      weight: "gap",
      text: `Precision and recall have no interval (${reason}): the figures say what happened here, and nothing about other drives.`,
    });
  }
  if (overall.labels_uncovered) {
    found.push({
      weight: "gap",
      text: `${counted(overall.labels_uncovered, "label")} of ${figure(overall.labels)} have no row of their vehicle near: they count as missed, though the log could not show them.`,
    });
  }
  const unlabelled = triggersOf(result).filter(([, score]) => score.labels === 0 && score.events > 0);
  if (unlabelled.length > 0) {
    found.push({
      weight: "gap",
      text: `Without a single label, all alerts count as wrong: ${listedUpTo(
        unlabelled.map(([id]) => id),
        TOLD,
      )}.`,
    });
  }
  return found;
}

function expectationConcerns({ policy: { expected_impact: expected } }: BacktestFile): Concern[] {
  const { alerts_per_day: alerts, coverage_gain: gain } = expected;
  return [
    ...(alerts ? notHeld(alerts, (one) => `${one} alerts per day`, brief, (alerts.lower ?? 0) > alerts.expected) : []),
    ...(gain
      ? notHeld(gain, (one) => `a gain of recall of ${one}`, pointWords, (gain.upper ?? 1) < gain.expected)
      : []),
  ];
}

/** What is to be said where an expectation did not hold, or cannot be told; `isWorse`: it is missed to the bad side. */
function notHeld(
  {
    expected,
    measured,
    lower,
    upper,
    holds,
    reason,
  }: NonNullable<BacktestFile["policy"]["expected_impact"]["alerts_per_day"]>,
  what: (value: string) => string,
  words: (value: number) => string,
  isWorse: boolean,
): Concern[] {
  if (holds) return [];
  if (holds === null) {
    const text = `The policy expects ${what(words(expected))}: whether that holds cannot be told (${reason}).`;
    return [{ weight: "gap", text }];
  }
  const found = estimateWords({ value: measured, lower, upper }, words);
  const text = `The policy expects ${what(words(expected))}; measured: ${found}.`;
  return [{ weight: isWorse ? "stop" : "gap", text: isWorse ? text : `${text} Its authors did not foresee that.` }];
}

function baselineConcerns({ baseline }: BacktestFile): Concern[] {
  if (!baseline) return [];
  const { removed_tp, differences } = baseline.overall;
  const found: Concern[] = [];
  if (removed_tp) {
    found.push({
      weight: "stop",
      text: `${counted(removed_tp, "right alert")} of the policy before ${removed_tp === 1 ? "is" : "are"} no longer there.`,
    });
  }
  const { upper } = differences.recall;
  if (upper !== null && upper < 0)
    found.push({ weight: "stop", text: `Recall is lower than before, by ${pointWords(-upper)} or more.` });
  return found;
}

function placeConcerns({ tile_boundaries: tiles, map_match: match }: BacktestFile): Concern[] {
  const found: Concern[] = [];
  if (tiles?.verdict === "suspect") {
    found.push({
      weight: "stop",
      text: "Alerts at the edges of map tiles are more or fewer than elsewhere: look for a fault in how tiles are joined.",
    });
  }
  // A gap in time between two drives is no fault.
  const broken = match ? match.breaks.by_reason.no_candidate + match.breaks.by_reason.no_route : 0;
  if (broken > 0) {
    found.push({
      weight: "gap",
      text: `Map matching found no road or no route ${counted(broken, "time")}: there the map's signals are missing.`,
    });
  }
  return found;
}

/** What a reviewer should know before signing, what speaks against the policy first. */
export function concernsOf(result: BacktestFile, sweep: SweepFile | null): Concern[] {
  const cohorts = result.cohorts;
  const found: Concern[] = [
    ...(cohorts && cohorts.verdict !== "roll_forward"
      ? [
          {
            weight: cohorts.verdict === "roll_back" ? ("stop" as const) : ("gap" as const),
            text: `The canary says ${cohortWords(cohorts)}.`,
          },
        ]
      : []),
    ...baselineConcerns(result),
    ...expectationConcerns(result),
    ...placeConcerns(result),
    ...scoreConcerns(result),
    ...(sweep?.choice.value != null && sweep.choice.in_sample
      ? [
          {
            weight: "gap" as const,
            text: `The threshold ${brief(sweep.choice.value)} was picked on the labels that it is scored on (in-sample): its score is too good. --split vehicle scores it on other vehicles.`,
          },
        ]
      : []),
  ];
  return [...found.filter(({ weight }) => weight === "stop"), ...found.filter(({ weight }) => weight === "gap")];
}
