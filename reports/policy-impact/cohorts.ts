import type { BacktestFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listedUpTo } from "../capacity-plan/words.js";
import { cell, estimateWords } from "../estimate-words.js";
import { intervalChart } from "../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import type { Impact } from "./impact.js";

type Cohorts = NonNullable<BacktestFile["cohorts"]>;

const VERDICTS = Object.freeze({ roll_forward: "Roll forward", hold: "Hold", roll_back: "Roll back" });

const CHECKS = Object.freeze({
  max_rate_ratio: "ratio of alerts, at most",
  min_rate_ratio: "ratio of alerts, at least",
  max_recall_drop: "change of recall, at least",
});

const ORDER: readonly Cohorts["guardrails"][number]["verdict"][] = ["fail", "hold", "pass"];

/** Whether the verdict comes from the guardrails, and not from cohorts that cannot be compared. */
const isDecidedByGuardrails = ({ verdict, guardrails }: Cohorts): boolean => {
  const has = (one: string) => guardrails.some((guardrail) => guardrail.verdict === one);
  if (verdict === "roll_back") return has("fail");
  return guardrails.length > 0 && !has("fail") && (verdict === "roll_forward" || has("hold"));
};

/** What the canary says, in a sentence without its point. */
export function cohortWords(cohorts: Cohorts): string {
  const { verdict, guardrails, reasons } = cohorts;
  const word = VERDICTS[verdict].toLowerCase();
  if (!isDecidedByGuardrails(cohorts)) return `${word}: ${reasons.join("; ")}`;
  const decisive = guardrails.filter((one) => one.verdict === (verdict === "roll_back" ? "fail" : "hold"));
  const what = verdict === "roll_back" ? "broken" : "not told from the limit";
  const names = decisive.map(({ trigger, check }) => `${trigger ?? "all triggers"} (${CHECKS[check]})`);
  return `${word}: ${decisive.length} of ${counted(guardrails.length, "guardrail")} ${what}: ${listedUpTo(names, 4)}`;
}

/** Triggers drawn; the table has more. */
const MOST_DRAWN = 15;

function behind({ clusters, events }: Cohorts["overall"]["contrasts"]["rate_ratio_per_1000km"]): string {
  return `${clusters.canary} and ${clusters.control} clusters with ${events.canary} and ${counted(events.control, "alert")}`;
}

function ratioChart({ triggers, overall }: Cohorts): Cell[] {
  const rows = [["All triggers", overall] as const, ...Object.entries(triggers).slice(0, MOST_DRAWN)].map(
    ([name, { contrasts }]) => {
      const { value, lower, upper } = contrasts.rate_ratio_per_1000km;
      return { name, value, lower, upper };
    },
  );
  if (rows.every(({ value }) => value === null)) return [];
  return [
    {
      kind: "chart",
      id: "cohort-ratios",
      alt: `Ratio of alerts per 1000 km, canary to control; all triggers ${estimateWords(overall.contrasts.rate_ratio_per_1000km)}.`,
      caption: `Alerts per 1000 km of the canary by those of the control; bars are intervals of 95 %, from ${behind(overall.contrasts.rate_ratio_per_1000km)}.`,
      spec: intervalChart({
        title: "Canary against control",
        rows,
        rules: [{ value: 1, label: "the same" }],
        xTitle: "Ratio of alerts per 1000 km",
      }),
    },
  ];
}

/** The canary against the control. */
export function cohortsSection({ result: { cohorts } }: Impact): Cell[] {
  if (!cohorts) return [];
  const { balance, guardrails, verdict, reasons } = cohorts;
  const without = balance.vehicles_without_cohort;
  return [
    heading(
      "cohorts",
      "What does the canary say?",
      `${VERDICTS[verdict]}. ${counted(balance.canary.vehicles, "vehicle")} of the canary drove ${cell(balance.canary.km)} km, ${counted(balance.control.vehicles, "vehicle")} of the control ${cell(balance.control.km)} km.${without > 0 ? ` ${counted(without, "vehicle")} without a cohort ${without === 1 ? "is" : "are"} left out.` : ""}`,
    ),
    // Reasons that are guardrails stand in the table, in order.
    ...bullets("cohort-reasons", isDecidedByGuardrails(cohorts) ? [] : reasons),
    ...ratioChart(cohorts),
    {
      kind: "table",
      id: "guardrails-table",
      caption: `Each limit beside the figure, canary against control, and its interval; what speaks against the canary first.${leftOutWords(guardrails.length)}`,
      columns: [
        { name: "trigger", label: "Trigger", format: "text" },
        { name: "check", label: "Guardrail", format: "text" },
        { name: "limit", label: "Limit" },
        { name: "value", label: "Measured" },
        { name: "lower", label: "From" },
        { name: "upper", label: "To" },
        { name: "verdict", label: "Verdict", format: "text" },
        { name: "reason", label: "Reason", format: "text" },
      ],
      rows: guardrails
        .toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
        .slice(0, MOST_ROWS)
        .map(({ trigger, check, limit, value, lower, upper, verdict: one, reason }) => ({
          trigger: trigger ?? "all triggers",
          check: CHECKS[check],
          limit,
          ...{ value: cell(value), lower: cell(lower), upper: cell(upper) },
          verdict: one,
          reason,
        })),
    },
  ];
}
