import { type Demand, TOTAL } from "../../src/forecast/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, percent, sentence } from "../capacity-plan/words.js";
import { BASELINE, scenarioNames, unitName, weeksOf } from "./levels.js";
import { weekCaption, weekColumns, weekValues } from "./weeks.js";

/** Bars of the chart. */
const MOST_BARS = 20;

/** What a scenario changes against the baseline; of `gpu` the mean over the weeks. */
interface Change {
  scenario: string;
  demand: number;
  /** Of the baseline's demand. */
  share: number;
  /** Null where the capacity is not known for all weeks. */
  shortfall: number | null;
}

/** Demand and shortfall of all weeks of a scenario. */
function totals(result: Demand, scenario: string): { demand: number; shortfall: number | null } {
  const rows = weeksOf(result, TOTAL, scenario);
  const per = result.unit === "gpu" ? rows.length : 1;
  const known = rows.every(({ shortfall_mean }) => shortfall_mean !== undefined);
  return {
    demand: rows.reduce((sum, { mean }) => sum + mean, 0) / per,
    shortfall: known ? rows.reduce((sum, { shortfall_mean }) => sum + (shortfall_mean ?? 0), 0) / per : null,
  };
}

/** What each scenario changes, the most first. */
function changes(result: Demand): Change[] {
  const base = totals(result, BASELINE);
  const size = ({ demand, shortfall }: Change) => Math.max(Math.abs(demand), Math.abs(shortfall ?? 0));
  return scenarioNames(result)
    .filter((scenario) => scenario !== BASELINE)
    .map((scenario): Change => {
      const { demand, shortfall } = totals(result, scenario);
      const change = demand - base.demand;
      return {
        scenario,
        demand: change,
        share: base.demand > 0 ? Math.abs(change) / base.demand : 0,
        shortfall: shortfall === null || base.shortfall === null ? null : shortfall - base.shortfall,
      };
    })
    .sort((a, b) => size(b) - size(a) || (a.scenario < b.scenario ? -1 : 1));
}

/** `adds 4,608 GPU-hours (1 %) to the demand and 2,100 to the shortfall`. */
function changeWords({ demand, share, shortfall }: Change, unit: string): string {
  const amount = (value: number) => figure(Math.abs(Math.round(value)));
  const wanted =
    Math.round(demand) === 0
      ? "leaves the demand of all queues together as it is"
      : `${demand > 0 ? "adds" : "takes"} ${amount(demand)} ${unit} (${percent(share)}) ${demand > 0 ? "to" : "off"} the demand`;
  if (shortfall === null) return wanted;
  if (Math.round(shortfall) === 0) return `${wanted} and nothing to the shortfall`;
  return `${wanted} and ${shortfall > 0 ? "raises" : "lowers"} the shortfall by ${amount(shortfall)}`;
}

/** Probability of each scenario; null where none is given, and then it comes for sure. */
function probabilities({ scenarios }: Demand): ReadonlyMap<string, number | null> {
  return new Map(scenarios.map(({ name, probability }) => [name, probability ?? null]));
}

/** What planned work changes, a sentence a scenario, the largest change first. */
export function scenarioSentences(result: Demand): string[] {
  const probable = probabilities(result);
  return changes(result).map((change) => {
    const chance = probable.get(change.scenario) ?? 1;
    const likely = chance < 1 ? `, ${percent(chance)} likely,` : "";
    return `The scenario ${change.scenario}${likely} ${changeWords(change, unitName(result))}.`;
  });
}

function chart(result: Demand): Cell {
  const all = changes(result).slice(0, MOST_BARS);
  const known = all.some(({ shortfall }) => shortfall !== null);
  const unit = unitName(result);
  const words = all.slice(0, 4).map((change) => `${change.scenario} ${changeWords(change, unit)}`);
  return {
    kind: "chart",
    id: "scenarios-change",
    alt: sentence(`Change against the baseline: ${words.join("; ")}`),
    caption: "Change of all queues and weeks together against the baseline, which has no planned work.",
    spec: barChart({
      title: "What planned work changes",
      categories: all.map(({ scenario }) => scenario),
      categoryTitle: "Scenario",
      series: [
        { name: "demand", value: all.map(({ demand }) => demand) },
        ...(known ? [{ name: "shortfall", value: all.map(({ shortfall }) => shortfall) }] : []),
      ],
      horizontal: true,
      yTitle: "Change",
      unit,
    }),
  };
}

/** What planned work changes. */
export function scenariosSection(result: Demand): Cell[] {
  const [first, ...others] = changes(result);
  if (first === undefined) return [];
  const all = scenarioNames(result).flatMap((scenario) => weeksOf(result, TOTAL, scenario));
  const probable = probabilities(result);
  const given = [...probable.values()].some((probability) => probability !== null);
  const count = others.length === 0 ? "One scenario" : counted(others.length + 1, "scenario");
  return [
    heading(
      "scenarios",
      "What does planned work change?",
      `${count} beside the baseline; ${first.scenario} ${others.length === 0 ? "" : "changes most: it "}${changeWords(first, unitName(result))}.`,
    ),
    chart(result),
    {
      kind: "table",
      id: "scenarios-table",
      caption: `All queues together. ${weekCaption(result)}`,
      columns: [
        { name: "scenario", label: "Scenario", format: "text" },
        ...(given ? [{ name: "probability", label: "Probability", format: "percent" }] : []),
        ...weekColumns(result, all),
      ],
      rows: all.map((row) => ({
        scenario: row.scenario,
        ...(given ? { probability: probable.get(row.scenario) ?? null } : {}),
        ...weekValues(result, row),
      })),
    },
  ];
}
