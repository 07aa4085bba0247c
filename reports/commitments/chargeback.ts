import type { CapacityEconomics } from "../../src/capacity/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { counted, figure, listed, percent, sentence } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { familyName } from "./purchase.js";

/** Bars of the chart. */
const MOST_BARS = 20;

interface Team {
  team: string;
  hours: number;
  share: number;
  idle: number;
  total: number;
}

/** `_unassigned` and `_idle` as people say them. */
function teamName(team: string): string {
  if (team === "_unassigned") return "no team";
  return team === "_idle" ? "idle, nobody used it" : team;
}

/** Families of each team together, who pays most first. */
function byTeam({ rows }: CapacityEconomics["chargeback"]): Team[] {
  const teams = new Map<string, Team>();
  for (const { team, gpu_hours, share_cost, idle_cost, total } of rows) {
    const sum = teams.get(team) ?? { team: teamName(team), hours: 0, share: 0, idle: 0, total: 0 };
    teams.set(team, {
      team: sum.team,
      hours: sum.hours + gpu_hours,
      share: sum.share + share_cost,
      idle: sum.idle + idle_cost,
      total: sum.total + total,
    });
  }
  return [...teams.values()].sort((a, b) => b.total - a.total || (a.team < b.team ? -1 : 1));
}

/** Relative difference between bill and rows that rounding explains. */
const ROUNDING = 1e-9;

/** What the rows add up to beyond the bill; 0 up to rounding. */
function difference({ bill, rows }: CapacityEconomics["chargeback"]): number {
  const apart = rows.reduce((sum, { total }) => sum + total, 0) - bill;
  return Math.abs(apart) <= ROUNDING * Math.max(1, Math.abs(bill)) ? 0 : apart;
}

function reconcileCell({ chargeback, currency }: CapacityEconomics): Cell[] {
  const apart = difference(chargeback);
  if (apart === 0) return [];
  const message = `The rows add up to ${figure(Math.abs(apart))} ${currency} ${apart > 0 ? "more" : "less"} than the bill: do not charge by them.`;
  return [{ kind: "warning", id: "chargeback-difference", severity: "error", message }];
}

function conclusion({ chargeback, currency }: CapacityEconomics, teams: readonly Team[]): string {
  const { bill, of } = chargeback;
  const amount = `${figure(Math.round(bill))} ${currency}`;
  if (of === "demand") return `No use by team was given (--usage): the expected bill of ${amount} falls to no team.`;
  if (bill <= 0) return "Nothing is to be paid.";
  const idle = teams.reduce((sum, team) => sum + team.idle, 0);
  const [most] = teams;
  return (
    `The bill for what ${counted(teams.length, "team")} used is ${amount}, ${percent(idle / bill)} of it for commitments that stood idle; ` +
    `${most.team} pays most, ${percent(most.total / bill)}.${difference(chargeback) === 0 ? " The totals of the teams add up to the bill." : ""}`
  );
}

function chart(teams: readonly Team[], currency: string): Cell {
  const shown = teams.slice(0, MOST_BARS);
  const words = shown.slice(0, 4).map(({ team, total }) => `${team} ${figure(Math.round(total))}`);
  return {
    kind: "chart",
    id: "chargeback-teams",
    alt: `What each team pays in ${currency}: ${listed(words)}${teams.length > 4 ? "; the others pay less" : ""}.`,
    caption: `Price of what a team used, and its part of what was paid for and stood idle.${teams.length > shown.length ? ` ${counted(teams.length - shown.length, "team")} that pay less are not drawn.` : ""}`,
    spec: barChart({
      title: "Who pays",
      categories: shown.map(({ team }) => team),
      categoryTitle: "Team",
      series: [
        { name: "used", value: shown.map(({ share }) => share) },
        { name: "idle", value: shown.map(({ idle }) => idle) },
      ],
      stacked: true,
      horizontal: true,
      yTitle: "Cost",
      unit: currency,
    }),
  };
}

const money = (name: string, label: string, unit: string) => ({ name, label, unit, format: "integer" });

/** What each team pays for each family; nothing where each has only one row. */
function familyTable({ chargeback, currency }: CapacityEconomics): Cell[] {
  const { rows } = chargeback;
  if (new Set(rows.map(({ team }) => team)).size === rows.length) return [];
  const sorted = [...rows].sort((a, b) => b.total - a.total);
  return [
    {
      kind: "table",
      id: "chargeback-families",
      caption: `The same by family.${leftOutWords(sorted.length)}`,
      columns: [
        { name: "team", label: "Team", format: "text" },
        { name: "family", label: "Family", format: "text" },
        { name: "hours", label: "Used", unit: "GPU-hours", format: "integer" },
        money("share", "For what it used", currency),
        money("idle", "For what stood idle", currency),
        money("total", "In all", currency),
      ],
      rows: sorted.slice(0, MOST_ROWS).map((row) => ({
        team: teamName(row.team),
        family: familyName(row.family),
        hours: row.gpu_hours,
        share: row.share_cost,
        idle: row.idle_cost,
        total: row.total,
      })),
    },
  ];
}

/** Who pays what, by which rule, and that it adds up to the bill. */
export function chargebackSection(result: CapacityEconomics): Cell[] {
  const { chargeback, currency } = result;
  const teams = byTeam(chargeback);
  const head = heading("chargeback", "Who pays?", conclusion(result, teams));
  if (chargeback.rows.length === 0) return [head];
  const { rule } = chargeback;
  return [
    head,
    ...reconcileCell(result),
    ...(chargeback.of !== "demand" && teams.length > 1 ? [chart(teams, currency)] : []),
    {
      kind: "table",
      id: "chargeback-table",
      caption: `By team.${leftOutWords(teams.length)}`,
      columns: [
        { name: "team", label: "Team", format: "text" },
        { name: "hours", label: "Used", unit: "GPU-hours", format: "integer" },
        money("share", "For what it used", currency),
        money("idle", "For what stood idle", currency),
        money("total", "In all", currency),
        { name: "part", label: "Of the bill", format: "percent" },
      ],
      rows: teams.slice(0, MOST_ROWS).map(({ team, hours, share, idle, total }) => ({
        ...{ team, hours, share, idle, total },
        part: chargeback.bill > 0 ? shareValue(total / chargeback.bill) : null,
      })),
    },
    ...familyTable(result),
    paragraph(
      "chargeback-rule",
      `Rule ${rule.name}. Use: ${sentence(rule.share_cost)} Idle: ${sentence(rule.idle_cost)}`,
    ),
  ];
}
