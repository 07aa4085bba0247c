import type { LimitCheck } from "../../src/experiment/index.js";
import type { Cell } from "../../src/report/index.js";
import { MISSING } from "../../src/report/number-format.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";
import { brief, estimateWords } from "../estimate-words.js";
import { intervalChart } from "../interval-chart.js";
import { checkWords } from "./check-words.js";

/** `agreement of the highest score is 98.7 % (98.4 % to 99 %), at least 97 % is asked for`. */
function checkSentence(check: LimitCheck): string {
  const { label, side, words } = checkWords(check.check);
  const { limit } = check;
  if (check.value === null) return `${label} cannot be told, ${side} ${words(limit)} is asked for`;
  return `${label} is ${estimateWords(narrowed(check), words)}, ${side} ${words(limit)} is asked for`;
}

/** A figure that is known exactly has no interval to tell. */
function narrowed<T extends Pick<LimitCheck, "value" | "lower" | "upper">>(check: T): T {
  return check.lower === check.upper ? { ...check, lower: null, upper: null } : check;
}

/** `Fail: 1 of 3 limits is broken: …`, from the checks of a gate. */
export function checksConclusion(decision: "pass" | "fail" | "hold", checks: readonly LimitCheck[]): string {
  const of = (verdict: LimitCheck["verdict"]) => checks.filter((one) => one.verdict === verdict);
  const [broken, open] = [of("fail"), of("hold")];
  const all = counted(checks.length, "limit");
  if (decision === "pass") return checks.length === 1 ? "Pass: the limit is kept." : `Pass: all ${all} are kept.`;
  if (checks.length === 0) return "Hold: no limit was given, so that nothing was judged.";
  const [word, found, verb] =
    decision === "fail" ? ["Fail", broken, "broken"] : ["Hold", open, "neither shown to be kept nor broken"];
  return `${word}: ${figure(found.length)} of ${all} ${found.length === 1 ? "is" : "are"} ${verb}: ${listed(found.map(checkSentence))}.`;
}

/** What cannot be told yet of a gate that failed for another reason; of one on hold the conclusion says it. */
export function openSentences(decision: "pass" | "fail" | "hold", checks: readonly LimitCheck[]): string[] {
  if (decision !== "fail") return [];
  const open = checks.filter(({ verdict }) => verdict === "hold");
  return open.map((one) => `Not settled yet: ${checkSentence(one)}.`);
}

/** A bound against the limit; null where there is none. */
const against = (value: number | null, limit: number): number | null => (value === null ? null : value / limit);

/** Figures of a gate against their limits: as multiples of the limit, so that one axis does for all, and as they are. */
export function checksSection(checks: readonly LimitCheck[]): Cell[] {
  if (checks.length === 0) return [];
  const drawn = checks.filter(({ limit, value }) => limit > 0 && value !== null);
  const kept = checks.filter(({ verdict }) => verdict === "pass").length;
  return [
    heading(
      "checks",
      "Which limits are kept?",
      `${figure(kept)} of ${counted(checks.length, "limit")} ${kept === 1 ? "is" : "are"} kept with certainty.`,
    ),
    ...(drawn.length === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "checks-limits",
            alt: `${counted(drawn.length, "figure")} as multiples of the limit: ${listed(drawn.map((one) => `${checkWords(one.check).label} ${brief(one.value! / one.limit)}`))}.`,
            caption: "At most: left of the rule is good. At least: right of it.",
            spec: intervalChart({
              title: "Figures against their limits",
              rows: drawn.map(({ check, value, lower, upper, limit, verdict }) => ({
                name: `${checkWords(check).label}, ${checkWords(check).side}`,
                value: against(value, limit),
                lower: against(lower, limit),
                upper: against(upper, limit),
                verdict,
              })),
              rules: [{ value: 1, label: "limit" }],
              xTitle: "Figure ÷ limit",
            }),
          },
        ]),
    {
      kind: "table",
      id: "checks-table",
      columns: [
        { name: "check", label: "Figure", format: "text" },
        { name: "verdict", label: "Verdict", format: "text" },
        { name: "value", label: "Value", format: "text" },
        { name: "lower", label: "From", format: "text" },
        { name: "upper", label: "To", format: "text" },
        { name: "limit", label: "Limit", format: "text" },
      ],
      rows: checks.map((one) => {
        const { label, side, words } = checkWords(one.check);
        const { value, lower, upper } = narrowed(one);
        const shown = (bound: number | null) => (bound === null ? MISSING : words(bound));
        return {
          check: label,
          verdict: one.verdict,
          value: shown(value),
          lower: shown(lower),
          upper: shown(upper),
          limit: `${side} ${words(one.limit)}`,
        };
      }),
    },
  ];
}

/** The note on what a verdict takes. */
export const CHECK_NOTE =
  "A figure with an interval keeps its limit only with the whole interval, and breaks it only with the whole interval; between the two the gate is on hold. One without interval is judged by its value.";
