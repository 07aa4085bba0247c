import type { AbFile } from "../../../src/experiment/index.js";
import type { Cell, Metric as Tile } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { capital, counted, figure, listed, listedUpTo, sentence } from "../../capacity-plan/words.js";
import { shareWords } from "../../estimate-words.js";
import { warningCells } from "../../warning-cells.js";
import { decisiveLook, type Experiment, effectWords, metricsOf } from "./metrics.js";

/** Experiments told one by one. */
const TOLD = 12;

type Decision = Experiment["decision"];

/** Decisions by how urgent they are, what to call them and what to do. */
const DECISIONS: Readonly<Record<Decision, { word: string; next: string }>> = Object.freeze({
  guardrail_stop: { word: "guardrail stop", next: "Take b back" },
  reject: { word: "reject", next: "Stop looking: the arms differ" },
  accept: { word: "accept", next: "Stop looking: keep either arm" },
  continue: { word: "continue", next: "Go on" },
});
const ORDER = Object.keys(DECISIONS) as Decision[];

/** Rows of both arms until all of the planned information is there, at the rows that information took so far. */
function rowsToCome({ looks }: Experiment): number | null {
  const primary = looks.filter(({ role }) => role === "primary");
  const missing = primary.map(({ information, n_a, n_b }) =>
    information === null || information === 0 ? null : Math.round(((n_a + n_b) * (1 - information)) / information),
  );
  return missing.at(-1) ?? null;
}

function nextWords(experiment: Experiment): string {
  if (experiment.srm.flag && experiment.decision === "continue")
    return "Mend the assignment of the arms and start anew.";
  const { next } = DECISIONS[experiment.decision];
  if (experiment.decision !== "continue") return `${next}.`;
  const rows = rowsToCome(experiment);
  return rows === null || rows <= 0 ? `${next}.` : `${next}: about ${counted(rows, "more row")} until the last look.`;
}

/** What the primary metrics, and guardrails that stopped it, came to. */
function effectsOf(experiment: Experiment): string {
  const metrics = metricsOf(experiment).filter(({ last, looks }) =>
    experiment.decision === "guardrail_stop"
      ? last.role === "guardrail" && looks.some((one) => one.rejected)
      : last.role === "primary",
  );
  const words = metrics.map((one) => `${one.metric === null ? "" : `${one.metric} `}${effectWords(decisiveLook(one))}`);
  return listed(words);
}

function experimentWords(experiment: Experiment): string {
  const { decision, reason } = experiment;
  const effects = effectsOf(experiment);
  return `${experiment.experiment}: ${DECISIONS[decision].word}. ${sentence(reason)} ${capital(effects)}. ${nextWords(experiment)}`;
}

const byUrgency = (experiments: readonly Experiment[]): Experiment[] =>
  [...experiments].sort((a, b) => ORDER.indexOf(a.decision) - ORDER.indexOf(b.decision));

function conclusion({ experiments }: AbFile): string {
  if (experiments.length === 0) return "There is no experiment to decide.";
  if (experiments.length === 1) {
    const [one] = experiments;
    return `${capital(DECISIONS[one.decision].word)}: ${one.reason}. ${nextWords(one)}`;
  }
  const parts = ORDER.flatMap((decision) => {
    const names = experiments.filter((one) => one.decision === decision).map(({ experiment }) => experiment);
    if (names.length === 0) return [];
    return [`${DECISIONS[decision].word} ${figure(names.length)} (${listedUpTo(names, TOLD)})`];
  });
  return `Of ${counted(experiments.length, "experiment")}: ${parts.join("; ")}.`;
}

/** What a covariate was worth. */
function cupedWords(experiments: readonly Experiment[]): string[] {
  return experiments
    .flatMap(metricsOf)
    .flatMap(({ name, last }) =>
      last.cuped === null || last.cuped.variance_reduction <= 0
        ? []
        : [
            `${name}: the covariate (CUPED) takes away ${shareWords(last.cuped.variance_reduction)} of the variance of the effect, with a slope of ${figure(last.cuped.theta)}.`,
          ],
    );
}

function tiles({ experiments }: AbFile): Tile[] {
  return [
    ...ORDER.map((decision) => ({
      label: capital(DECISIONS[decision].word),
      value: experiments.filter((one) => one.decision === decision).length,
    })),
    { label: "Sample ratio mismatch", value: experiments.filter(({ srm }) => srm.flag).length },
  ];
}

/** What each experiment comes to, and what to do next. */
export function verdictSection(result: AbFile): Cell[] {
  const { experiments, warnings } = result;
  const told = byUrgency(experiments).slice(0, TOLD);
  return [
    heading("verdict", "What do the experiments say?", conclusion(result)),
    ...(experiments.length > 0 ? [{ kind: "metrics", id: "verdict-figures", items: tiles(result) } as const] : []),
    ...bullets("verdict-words", [...told.map(experimentWords), ...cupedWords(told)]),
    ...warningCells(warnings),
  ];
}
