import { escapeMarkdown, formatNumber } from "../../report/index.js";
import type { SimulationSummary } from "../../simulate/index.js";

const HOUR = 3600;
const MARKS = { begin: "<!-- fleetlens simulate -->", end: "<!-- /fleetlens simulate -->" };

type Summary = SimulationSummary;
type Served = Summary["by_queue"][number];

const hours = (seconds: number | null): string => (seconds === null ? "—" : `${formatNumber(seconds / HOUR)} h`);
const yes = (met: boolean | null): string => (met === null ? "not judged" : met ? "met" : "missed");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

function served(what: string, rows: readonly Served[]): string[] {
  if (rows.length === 0) return [];
  const head = [what, "Jobs", "Median wait", "p95 wait", "Mean turnaround", "GPU-hours", "Cost (USD)"];
  const cells = rows.map((row) => [
    escapeMarkdown(row.name),
    formatNumber(row.jobs, "integer"),
    hours(row.median_wait_s),
    hours(row.p95_wait_s),
    hours(row.mean_jct_s),
    formatNumber(row.gpu_hours),
    formatNumber(row.cost_usd),
  ]);
  return [table(head, cells)];
}

function lead(summary: Summary): string {
  const { policy, gpus, jobs, completed, rejected, shed, unfinished } = summary;
  const fate = [
    `${formatNumber(completed, "integer")} of ${formatNumber(jobs, "integer")} jobs end`,
    ...(rejected > 0 ? [`${rejected} are rejected`] : []),
    ...(shed > 0 ? [`${shed} are turned away`] : []),
    ...(unfinished > 0 ? [`${unfinished} never end`] : []),
  ];
  return (
    `Under policy ${escapeMarkdown(policy)} on ${formatNumber(gpus, "integer")} GPUs ${fate.join(", ")}. ` +
    `Half of the jobs wait no longer than ${hours(summary.median_wait_s)}, 95 % no longer than ${hours(summary.p95_wait_s)}; ` +
    `${formatNumber(summary.gpu_util, "percent")} of the GPU time is used.`
  );
}

function slo(summary: Summary): string[] {
  if (summary.slo.length === 0) return [];
  const rows = summary.slo.map(({ target, limit, value, met }) => [
    escapeMarkdown(target),
    formatNumber(limit),
    formatNumber(value),
    yes(met),
  ]);
  return ["### Targets", table(["Target", "Limit", "Simulated", "Verdict"], rows)];
}

function spot(summary: Summary): string[] {
  if (summary.spot.length === 0) return [];
  const head = [
    "Spot pool",
    "Jobs",
    "Interruptions",
    "Mean time",
    "Expected (Daly)",
    "Checkpoint every",
    "Young's advice",
  ];
  const rows = summary.spot.map((pool) => [
    escapeMarkdown(pool.pool),
    formatNumber(pool.jobs, "integer"),
    formatNumber(pool.interruptions, "integer"),
    hours(pool.simulated_mean_s),
    hours(pool.daly_mean_s),
    hours(pool.checkpoint_interval_s),
    hours(pool.young_interval_s),
  ]);
  return ["### Spot", table(head, rows)];
}

function outages(summary: Summary): string[] {
  if (summary.outages.length === 0) return [];
  const head = ["Outage", "Jobs restarted", "Lost GPU-hours", "All run again", "p95 wait back", "RTO", "RPO"];
  const rows = summary.outages.map((outage) => [
    escapeMarkdown(`${outage.zones.join(", ")} at ${outage.at_s} s`),
    formatNumber(outage.restarted_jobs.length, "integer"),
    formatNumber(outage.lost_gpu_hours),
    hours(outage.recovery_s),
    hours(outage.p95_wait_back_s),
    yes(outage.rto_met),
    yes(outage.rpo_met),
  ]);
  return ["### Outage drills", table(head, rows)];
}

function io(summary: Summary): string[] {
  if (summary.io.length === 0) return [];
  const head = ["Pool", "Limit (GB/s)", "By", "Peak (GB/s)", "Hours bound", "Jobs bound", "FSx that removes it"];
  const rows = summary.io.map((pool) => [
    escapeMarkdown(pool.pool),
    formatNumber(pool.limit_gbytes_per_s),
    pool.limited_by,
    formatNumber(pool.peak_gbytes_per_s),
    formatNumber(pool.hours_bound),
    formatNumber(pool.jobs_bound.length, "integer"),
    pool.fsx_tib_needed === null ? "—" : `${formatNumber(pool.fsx_tib_needed)} TiB`,
  ]);
  return ["### Data path", table(head, rows)];
}

/** The simulation as a section of the monthly plan, in Markdown, between marks that a later run finds again. */
export function planSection(summary: Summary): string {
  const blocks = [
    "## Queue simulation",
    lead(summary),
    ...served("Queue", summary.by_queue),
    ...served("Team", summary.by_team),
    ...slo(summary),
    ...spot(summary),
    ...outages(summary),
    ...io(summary),
  ];
  return `${MARKS.begin}\n${blocks.join("\n\n")}\n${MARKS.end}\n`;
}

/** A plan with the section in it: in place of an older one, else at the end. */
export function withPlanSection(plan: string | null, section: string): string {
  if (plan === null) return section;
  const [begin, end] = [plan.indexOf(MARKS.begin), plan.indexOf(MARKS.end)];
  if (begin < 0 || end < begin) return `${plan.trimEnd()}\n\n${section}`;
  return plan.slice(0, begin) + section.trimEnd() + plan.slice(end + MARKS.end.length);
}
