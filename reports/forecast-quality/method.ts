import type { ForecastBacktest } from "../../src/forecast/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { stepWords, timeWords } from "./steps.js";

function conclusion(result: ForecastBacktest): string {
  const { origins, step } = result;
  const apart = origins.length > 1 ? `, ${stepWords(result, step)} apart` : "";
  return (
    `Every model forecast the panel from ${counted(origins.length, "origin")}${apart}, ${stepWords(result, result.horizon)} ahead, ` +
    "and saw nothing that came after the origin; then it was held against what came."
  );
}

function notes(result: ForecastBacktest): string[] {
  const { scale_season, sampling, horizon, step, baseline } = result;
  const naive = scale_season > 1 ? `the value ${stepWords(result, scale_season)} before` : "the value before";
  return [
    `Errors are measured in naive errors: the mean absolute error, inside the history, of taking ${naive} (MASE of Hyndman and Koehler 2006). 1 is that forecast's own error one season ahead, so that long horizons may honestly lie above it.`,
    ...(baseline === null
      ? []
      : [
          `The yardstick is ${baseline}: the value one longest season before. It costs nothing, and a model that does not beat it is not worth its trouble.`,
        ]),
    "wQL is the weighted quantile loss of the nine deciles; MSIS the scaled interval score of Gneiting and Raftery (2007).",
    sampling.unit === "series"
      ? "Intervals of the scores come from 1,000 bootstrap samples of whole series, tests from the series' mean errors. Series that move together (one outage, one holiday) make both too sure."
      : "With one series, intervals come from 1,000 bootstrap samples of blocks of its origins, tests from the origins with Newey and West's variance. Few origins say little.",
    ...(step < horizon
      ? ["Neighbouring origins forecast in part the same steps, so there is less evidence than their number says."]
      : []),
    "The best model was chosen by the same scores that are shown here; its true error is likely a little larger, the more so the more models were tried.",
    "A backtest shows how the models would have done. After a change of regime that no history holds, nothing here applies.",
    "Run times are in the table of scores and on the command line, not here: the same input gives the same report.",
  ];
}

function originTable(result: ForecastBacktest): Cell {
  return {
    kind: "table",
    id: "method-origins",
    caption:
      "Origins: the last value that the models saw. Where series end at different times, each counts from its own end.",
    columns: [
      { name: "time", label: "Last value seen", format: "text" },
      { name: "before_end", label: "Before the end", unit: "steps", format: "integer" },
      { name: "series", label: "Series scored", format: "integer" },
    ],
    rows: result.origins.map(({ time, steps_before_end, series }) => ({
      time: time === null ? "differs by series" : timeWords(time),
      before_end: steps_before_end,
      series,
    })),
  };
}

/** How the figures were made, and what they cannot say. */
export function methodSection(result: ForecastBacktest): Cell[] {
  return [
    heading("method", "Method and limits", conclusion(result)),
    ...bullets("method-notes", notes(result)),
    originTable(result),
  ];
}
