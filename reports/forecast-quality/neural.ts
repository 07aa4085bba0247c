import type { ForecastBacktest } from "../../src/forecast/index.js";
import type { Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { counted, percent } from "../capacity-plan/words.js";
import { timeWords } from "./steps.js";

type Neural = NonNullable<ForecastBacktest["neural"]>;

function conclusion({ joins }: Neural): string {
  if (joins.length === 0) return "The neural model was run by its own name only, so that it was on trial nowhere.";
  const joined = joins.filter((test) => test.joined);
  const gains = joined.flatMap(({ gain }) => gain ?? []);
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const lower = gains.length > 0 ? `: there it lowered the error by ${percent(mean)} on average` : "";
  const none = joined.length === 0 ? ", so that auto is the same as without it" : lower;
  return `The neural model joined the forecasts of auto from ${joined.length} of ${counted(joins.length, "origin")}${none}.`;
}

function note({ backend, weights_sha256 }: Neural): string {
  const source =
    weights_sha256 === null
      ? `Before each origin it was trained anew on what lies before, on the tensor backend ${backend}.`
      : `It was not trained here but read from a file of weights (SHA-256 ${weights_sha256.slice(0, 12)}…), trained on the tensor backend ${backend}; where it has seen what the backtest asks for, its scores are too good, and a remark says so.`;
  return `${source} It joins where the combination with it has the smaller error at origins inside the history, by more than two standard errors. The errors below are those, not errors of the backtest.`;
}

const joinWords = Object.freeze({ component: "beside the pool", member: "in the pool", not: "no" });

/** Whether the neural model joined, and why. */
export function neuralSection({ neural, origins }: ForecastBacktest): Cell[] {
  if (!neural) return [];
  const time = new Map(origins.map((origin) => [origin.steps_before_end, origin.time]));
  return [
    heading("neural", "Neural model", conclusion(neural)),
    paragraph("neural-note", note(neural)),
    ...(neural.joins.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            id: "neural-joins",
            caption:
              "Change of the error at the origins inside the history with the neural model, by origin of the backtest.",
            columns: [
              { name: "time", label: "Last value seen", format: "text" as const },
              { name: "joined", label: "Joined", format: "text" as const },
              { name: "gain", label: "Error lower by", format: "percent" as const },
              { name: "se", label: "Standard error", format: "percent" as const },
              { name: "series", label: "Series compared", format: "integer" as const },
            ],
            rows: neural.joins.map(({ steps_before_end, as, gain, se, series }) => {
              const seen = time.get(steps_before_end) ?? null;
              return {
                time: seen === null ? `${steps_before_end} steps before the end` : timeWords(seen),
                ...{ joined: joinWords[as ?? "not"], gain: shareValue(gain), se: shareValue(se), series },
              };
            }),
          },
        ]),
  ];
}
