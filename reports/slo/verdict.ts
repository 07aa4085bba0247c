import type { SloFile } from "../../src/incident/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { durationWords } from "../queues/duration.js";
import { warningCells } from "../warning-cells.js";
import { burnWords, goodWords, minuteWords, targetWords } from "./words.js";

type Outlook = NonNullable<SloFile["outlook"]>;
type PaceName = keyof Outlook["paces"];

const PACES: Readonly<Record<PaceName, string>> = Object.freeze({
  "1h": "hour",
  "6h": "six hours",
  "3d": "three days",
});

/** `it is used up in 3.2 days, on 2026-10-05 14:05 UTC`, if the burn rate of a window goes on. */
function paceWords({ seconds, at }: Outlook["paces"][PaceName]): string {
  if (seconds === null) return "nothing more is burnt";
  if (at === null) return "it lasts for longer than a whole window";
  return `it is used up in ${durationWords(seconds)}, on ${minuteWords(at)}`;
}

/** The pace that matters most: while an alert goes on the fastest, else that of three days. */
function mainPace({ paces }: Outlook, ongoing: boolean): PaceName {
  if (!ongoing) return "3d";
  return (Object.keys(paces) as PaceName[]).reduce((a, b) => (paces[b].burn > paces[a].burn ? b : a));
}

function alertWords({ alerts, rules }: SloFile): string {
  if (alerts.length === 0) return "No alert was raised.";
  const of = rules.flatMap(({ rule }) => {
    const count = alerts.filter((alert) => alert.rule === rule).length;
    return count > 0 ? [`${figure(count)} ${rule}`] : [];
  });
  return `${counted(alerts.length, "alert")} ${alerts.length === 1 ? "was" : "were"} raised: ${listed(of)}.`;
}

function conclusion(result: SloFile): string {
  const { outlook, rows, windowSeconds, episodes } = result;
  if (rows === 0) return "There are no rows to judge.";
  if (!outlook) return "There is one bucket only: how long a window is cannot be told.";
  const budget = `the error budget of ${durationWords(windowSeconds)}`;
  if (outlook.exhaustedSince !== null) {
    return `Nothing: ${budget} is used up since ${minuteWords(outlook.exhaustedSince)}, ${figure(outlook.consumed)} times what it allows is consumed. ${alertWords(result)}`;
  }
  const pace = mainPace(
    outlook,
    episodes.some((one) => one.ongoing && !one.suppressed),
  );
  return `${percent(outlook.remaining)} of ${budget} is left; at the pace of the last ${PACES[pace]} ${paceWords(outlook.paces[pace])}. ${alertWords(result)}`;
}

function paceSentences({ outlook }: SloFile): string[] {
  if (!outlook || outlook.exhaustedSince !== null) return [];
  return (Object.keys(PACES) as PaceName[]).map((name) => {
    const pace = outlook.paces[name];
    return `At the burn rate of the last ${PACES[name]}, ${burnWords(pace.burn)}, ${paceWords(pace)}.`;
  });
}

function ongoingWords({ episodes }: SloFile): string {
  const open = episodes.filter((one) => one.ongoing && !one.suppressed);
  if (open.length === 0) return "";
  const words = open.map(({ rule, start }) => `${rule} since ${minuteWords(start)}`);
  return `Still firing at the end of the data: ${listed(words)}.`;
}

function worstWords({ episodes }: SloFile): string {
  const [worst] = episodes
    .filter((one) => !one.suppressed && one.budget !== null)
    .sort((a, b) => (b.budget ?? 0) - (a.budget ?? 0));
  if (!worst) return "";
  return `The costliest alert, ${worst.rule} from ${minuteWords(worst.start)}, burnt ${percent(worst.budget ?? 0)} of a window's budget (peak burn rate ${burnWords(worst.peakBurn)}).`;
}

/** The budget of the rows that there are, where they are not one whole window. */
function wholeWords({ errorBudget, outlook, rows, bucketSeconds, windowSeconds, target }: SloFile): string {
  if (!outlook || bucketSeconds === null) return "";
  const span = rows * bucketSeconds;
  if (Math.abs(span - windowSeconds) < bucketSeconds) return "";
  const against = `the target of ${targetWords(target)}`;
  const what = errorBudget.consumed > 1 ? `miss ${against}` : `keep ${against}`;
  return `All ${figure(rows)} rows together (${durationWords(span)}) ${what}: ${figure(Number(errorBudget.consumed.toPrecision(3)))} times the bad events that it allows.`;
}

function tiles(result: SloFile): Metric[] {
  const { outlook, burn, alerts, target } = result;
  const left = outlook ? Math.round(1000 * outlook.remaining) / 10 : null;
  return [
    { label: "Error budget left", value: left, unit: "%" },
    { label: `Good events (target ${targetWords(target)})`, value: goodWords(result) },
    { label: "Burn rate of the last hour", value: Number(burn["1h"].last.toPrecision(3)) },
    { label: "Alerts", value: alerts.length },
  ];
}

/** How much of the budget is left, how long it lasts, and what fired. */
export function verdictSection(result: SloFile): Cell[] {
  const points = [...paceSentences(result), ongoingWords(result), worstWords(result), wholeWords(result)];
  return [
    heading("verdict", "How much error budget is left?", conclusion(result)),
    ...(result.rows > 0 ? [{ kind: "metrics", id: "verdict-figures", items: tiles(result) } as const] : []),
    ...bullets("verdict-words", points),
    ...warningCells([...result.warnings, ...(result.incidents?.warnings ?? [])]),
  ];
}
