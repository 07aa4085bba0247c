import { type Cell, escapeMarkdown, lineChart } from "../../src/report/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";
import { tuneAxes } from "../forecast-quality/tune-axes.js";
import { clockOf } from "./clock.js";
import { durationWords, inHours } from "./duration.js";

export type Outage = SimulationFile["outages"][number];

const HOUR = 3600;
const MINUTE = 60;
/** Drills that are drawn. */
const MOST_CHARTS = 4;

function zoneWords({ zones }: Outage): string {
  return `${zones.length > 1 ? "zones " : ""}${listed(zones)}`;
}

/** `kept`, `missed (12 h)` for a table; null without a target. */
function targetText(limit: number | null, met: boolean | null): string | null {
  return limit === null || met === null ? null : `${met ? "kept" : "missed"} (${durationWords(limit)})`;
}

/** Whether a target is met, in brackets; nothing without a target. */
function targetWords(name: string, limit: number | null, met: boolean | null): string {
  return limit === null || met === null ? "" : ` (${name} of ${durationWords(limit)} ${met ? "kept" : "missed"})`;
}

/** What an outage costs, in one or two sentences. */
export function drillWords({ cost_per_gpu_hour }: SimulationFile, outage: Outage): string {
  const { gpus, for_s, restarted_jobs: jobs, lost_gpu_hours: lost, recovery_s, largest_loss_s } = outage;
  const what = `An outage of ${zoneWords(outage)} (${counted(gpus, "GPU")} for ${durationWords(for_s)})`;
  if (jobs.length === 0) return `${what} hits no running job${waitWords(outage)}.`;
  const one = jobs.length === 1;
  const price = cost_per_gpu_hour ? `, ${figure(lost * cost_per_gpu_hour)} USD` : "";
  const back =
    recovery_s === null
      ? `${one ? "it does not run" : "not all of them run"} again`
      : recovery_s === 0
        ? `${one ? "it runs" : "they run"} again at once`
        : `${one ? "it runs" : "all run"} again within ${durationWords(recovery_s)}`;
  return (
    `${what} takes ${counted(jobs.length, "job")} off ${one ? "its" : "their"} GPUs and costs ${figure(lost)} GPU-hours of work${price}; ` +
    `${back}${targetWords("RTO", outage.rto_s, outage.rto_met)}, and ${one ? "it" : "the worst hit"} loses ${durationWords(largest_loss_s)}` +
    `${targetWords("RPO", outage.rpo_s, outage.rpo_met)}${waitWords(outage)}.`
  );
}

function waitWords({ p95_wait_s, p95_wait_calm_s, p95_wait_back_s }: Outage): string {
  if (p95_wait_s === null || p95_wait_calm_s === null) return "";
  const waits =
    p95_wait_s === p95_wait_calm_s
      ? `; the p95 wait of jobs submitted meanwhile stays ${durationWords(p95_wait_s)}`
      : `; jobs submitted meanwhile have a p95 wait of ${durationWords(p95_wait_s)} instead of ${durationWords(p95_wait_calm_s)}`;
  if (p95_wait_back_s === 0) return waits;
  return `${waits}, ${p95_wait_back_s === null ? "which is not back to normal by the last submit" : `and it is back for good after ${durationWords(p95_wait_back_s)}`}`;
}

function tables(result: SimulationFile): Cell[] {
  const clock = clockOf(result);
  const { outages } = result;
  const has = (limit: "rto_s" | "rpo_s") => outages.some((outage) => outage[limit] !== null);
  const which = (outage: Outage) => ({ zones: outage.zones.join(", "), at: clock.words(outage.at_s) });
  const columns = [
    { name: "zones", label: "Zones", format: "text" },
    { name: "at", label: "From", format: "text" },
  ];
  return [
    {
      kind: "table",
      id: "drills-jobs",
      caption: "What each outage does to running jobs.",
      columns: [
        ...columns,
        { name: "for", label: "For", unit: "h" },
        { name: "gpus", label: "GPUs down", format: "integer" },
        { name: "jobs", label: "Jobs restarted", format: "integer" },
        { name: "lost", label: "Work lost", unit: "GPU-h" },
        { name: "largest", label: "Most by one job", unit: "h" },
        ...(has("rpo_s") ? [{ name: "rpo", label: "RPO", format: "text" }] : []),
      ],
      rows: outages.map((outage) => ({
        ...which(outage),
        for: inHours(outage.for_s),
        gpus: outage.gpus,
        jobs: outage.restarted_jobs.length,
        lost: outage.lost_gpu_hours,
        largest: inHours(outage.largest_loss_s),
        rpo: targetText(outage.rpo_s, outage.rpo_met),
      })),
    },
    {
      kind: "table",
      id: "drills-waits",
      caption: "Recovery, and p95 waits of the jobs submitted during the outage beside the same jobs without any.",
      columns: [
        ...columns,
        { name: "recovery", label: "All run again after", unit: "h" },
        ...(has("rto_s") ? [{ name: "rto", label: "RTO", format: "text" }] : []),
        { name: "before", label: "p95 without", unit: "h" },
        { name: "during", label: "p95 with it", unit: "h" },
        { name: "back", label: "Back to normal after", unit: "h" },
      ],
      rows: outages.map((outage) => ({
        ...which(outage),
        recovery: inHours(outage.recovery_s),
        rto: targetText(outage.rto_s, outage.rto_met),
        before: inHours(outage.p95_wait_calm_s),
        during: inHours(outage.p95_wait_s),
        back: inHours(outage.p95_wait_back_s),
      })),
    },
  ];
}

/** p95 wait by hour of submission with and without the outage. */
function chart(result: SimulationFile, outage: Outage, number: number): Cell[] {
  const waits = [outage.hourly_p95_wait_s, outage.hourly_p95_wait_calm_s];
  const known = waits.map((values) => values.filter((value) => value !== null));
  const worst = known.map((values) => values.reduce((a, b) => Math.max(a, b), 0));
  if (known.some((values) => values.length < 2) || Math.max(...worst) === 0) return [];
  const hours = Math.max(waits[0].length, waits[1].length);
  const series = ["with the outage", "without it"].map((name, i) => ({
    name,
    value: Array.from({ length: hours }, (_, h) => inHours(waits[i][h] ?? null)),
  }));
  const end = outage.for_s / HOUR;
  const longer = waits[0].filter((wait, h) => (wait ?? 0) > (waits[1][h] ?? 0) + MINUTE).length;
  return [
    {
      kind: "chart",
      id: `drills-chart-${number}`,
      alt: `p95 wait by hour of submission from the outage of ${zoneWords(outage)} on: at most ${durationWords(worst[0])} with it, ${durationWords(worst[1])} without; longer by a minute or more in ${longer} of ${hours} hours.`,
      caption: `Jobs by the hour in which they were submitted, from ${clockOf(result).words(outage.at_s)}. Hours without a submit are left out.`,
      spec: tuneAxes(
        lineChart({
          title: `p95 wait around the outage of ${zoneWords(outage)}`,
          x: Array.from({ length: hours }, (_, h) => h),
          xTitle: "Hours from the outage",
          yTitle: "p95 wait",
          unit: "h",
          series,
          xRules: end < hours ? [{ value: end, label: "zone is back" }] : [],
          height: 200,
        }),
      ),
    },
  ];
}

/** What outages do to jobs and waits. */
export function drillsSection(result: SimulationFile): Cell[] {
  const { outages } = result;
  if (outages.length === 0) return [];
  const lost = outages.reduce((sum, { lost_gpu_hours }) => sum + lost_gpu_hours, 0);
  const failed = outages.filter(({ rto_met, rpo_met }) => rto_met === false || rpo_met === false).length;
  const judged = outages.filter(({ rto_met, rpo_met }) => rto_met !== null || rpo_met !== null).length;
  const verdict =
    judged === 0 ? "" : ` ${failed === 0 ? "All" : `${judged - failed} of ${judged}`} with recovery targets keep them.`;
  const conclusion =
    outages.length === 1
      ? drillWords(result, outages[0])
      : `${counted(outages.length, "outage")} cost ${figure(lost)} GPU-hours of work in all.${verdict}`;
  return [
    heading("drills", "What does an outage cost?", conclusion),
    ...(outages.length > 1
      ? [
          {
            kind: "prose",
            id: "drills-words",
            markdown: outages
              .slice(0, MOST_CHARTS)
              .map((outage) => `- ${escapeMarkdown(drillWords(result, outage))}`)
              .join("\n"),
          } as const,
        ]
      : []),
    ...tables(result),
    ...outages.slice(0, MOST_CHARTS).flatMap((outage, i) => chart(result, outage, i + 1)),
  ];
}
