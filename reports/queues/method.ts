import type { Cell } from "../../src/report/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { clockOf } from "./clock.js";
import { durationWords } from "./duration.js";

const POLICIES: Readonly<Record<string, string>> = Object.freeze({
  fifo: "Jobs start in the order of their submit; the first that does not fit holds up all behind it.",
  sjf: "Jobs start in the order of their estimated duration; the first that does not fit holds up all behind it.",
  easy: "Jobs start in the order of their submit; those behind a job that does not fit may start if they do not delay it (EASY backfilling).",
  conservative:
    "Every waiting job has a reservation in the order of submit, and may start earlier only where it delays none before it (conservative backfilling).",
  multifactor:
    "Jobs start by a priority of age, fair share, size and quality of service, with EASY backfilling below it.",
  drf: "The queue with the smallest dominant share starts next (dominant resource fairness).",
  kueue: "Queues have nominal quotas, borrow from their cohort and take back what is theirs by preemption.",
  gavel:
    "GPUs of different models are shared out in rounds so that the least served queue gets most (max-min over throughputs).",
});

function conclusion(result: SimulationFile): string {
  const { jobs, from_s, to_s, gpus, placement, policy } = result;
  const clock = clockOf(result);
  const span =
    from_s === null || to_s === null
      ? ""
      : clock.dated
        ? `, from ${clock.words(from_s)} to ${clock.words(to_s)}`
        : `, over ${durationWords(to_s - from_s)}`;
  const place = placement === "nodes" ? "packed onto nodes" : "taken from pools of GPUs";
  return `${counted(jobs, "job")} ${jobs === 1 ? "was" : "were"} played through ${counted(gpus, "GPU")} under ${policy}, ${place}${span}.`;
}

function notes({ policy, preemptions, outages, spot, slo }: SimulationFile): string[] {
  return [
    ...(Object.hasOwn(POLICIES, policy) ? [POLICIES[policy]] : []),
    "Each job runs for its duration; the scheduler knows its estimate, or the duration where the job file has no estimate column, which is better than users guess: real waits are rather longer.",
    "Waits count from submit to the first start, over the jobs that started. Jobs that were rejected or turned away wait for nothing and count nowhere in them.",
    "Users do not react: who waits long in practice submits less. Waits above a week say that the cluster is too small and not how long people would wait.",
    ...(slo.length > 0 ? ["Targets are those of the cluster file and hold for every queue alike."] : []),
    ...(outages.length > 0
      ? [
          "An outage takes a zone's GPUs away at one moment. Jobs on them lose what they did since their last checkpoint (all of it without checkpoints) and queue again at their old place. The same jobs were played once more without any outage to compare.",
        ]
      : []),
    ...(spot.length > 0 ? ["Spot interruptions are drawn from an exponential distribution by job and run."] : []),
    ...(preemptions > 0 ? [`Jobs were taken off their GPUs ${figure(preemptions)} times in all.`] : []),
    "A simulation is one history. Repeat it with another month of jobs before you buy by it.",
  ];
}

/** Jobs by what became of them, where not all ended. */
function fateTable({ jobs, completed, rejected_for, shed, unfinished }: SimulationFile): Cell[] {
  if (completed === jobs) return [];
  const rows = [
    { fate: "completed", jobs: completed },
    { fate: "rejected: larger than any pool", jobs: rejected_for.capacity },
    { fate: "rejected: over its budget", jobs: rejected_for.budget },
    { fate: "turned away from a full queue", jobs: shed },
    { fate: "started or waited and never ended", jobs: unfinished },
  ];
  return [
    {
      kind: "table",
      id: "method-fates",
      caption: `What became of ${counted(jobs, "job")}.`,
      columns: [
        { name: "fate", label: "Jobs", format: "text" },
        { name: "jobs", label: "Number", format: "integer" },
      ],
      rows: rows.filter(({ jobs: count }) => count > 0),
    },
  ];
}

/** How the figures were made, on which data, and what they cannot say. */
export function methodSection(result: SimulationFile): Cell[] {
  return [
    heading("method", "Data and method", conclusion(result)),
    ...fateTable(result),
    ...bullets("method-notes", notes(result)),
  ];
}
