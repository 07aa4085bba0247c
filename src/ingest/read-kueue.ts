import { readFile } from "node:fs/promises";
import { z } from "zod";
import { InputError } from "../core/errors.js";
import { type Job, jobFault } from "./job-sink.js";
import type { ForeignJobs } from "./read-sacct.js";
import type { RejectedRow } from "./types.js";

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  lastTransitionTime: z.iso.datetime({ offset: true }),
});
const Resources = z.record(z.string(), z.union([z.string(), z.number()]));
const Container = z.object({
  resources: z.object({ requests: Resources.optional(), limits: Resources.optional() }).default({}),
});
const PodSet = z.object({
  count: z.int().nonnegative().default(1),
  template: z.object({ spec: z.object({ containers: z.array(Container).default([]) }) }).optional(),
});
/**
 * The fields of a Kueue Workload that are read: those of kueue.x-k8s.io/v1beta1 and v1beta2
 * (https://kueue.sigs.k8s.io/docs/reference/). v1beta1 misspells the time of earlier spans.
 */
const Workload = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default(""),
    uid: z.string().optional(),
    creationTimestamp: z.iso.datetime({ offset: true }),
  }),
  spec: z.object({ queueName: z.string().optional(), podSets: z.array(PodSet).default([]) }),
  status: z
    .object({
      admission: z
        .object({
          clusterQueue: z.string(),
          podSetAssignments: z.array(z.object({ resourceUsage: Resources.optional() })).default([]),
        })
        .nullish(),
      conditions: z.array(Condition).default([]),
      resourceRequests: z.array(z.object({ resources: Resources.optional() })).default([]),
      accumulatedPastExexcutionTimeSeconds: z.number().optional(),
      accumulatedPastExecutionTimeSeconds: z.number().optional(),
    })
    .default({ conditions: [], resourceRequests: [] }),
});
type Workload = z.infer<typeof Workload>;
const List = z.object({ items: z.array(z.unknown()) });

/** What the snapshots of one workload tell of it. */
interface Known {
  file: string;
  line: number;
  id: string;
  team: string;
  queue: string;
  submit: number;
  gpus: number | null;
  admitted: Set<number>;
  evicted: Set<number>;
  finished: number;
  isAdmitted: boolean;
  /** Seconds of all spans before the last. */
  pastSeconds: number;
}

/** Compute slices of a GPU that MIG can split. */
const SLICES = 7;

function gpusOf(usage: z.infer<typeof Resources> | undefined): number {
  return Object.entries(usage ?? {}).reduce((sum, [name, count]) => {
    const [, slices] = /^nvidia\.com\/mig-(\d+)g\./.exec(name) ?? [];
    if (slices !== undefined) return sum + (Number(count) * Number(slices)) / SLICES;
    return /\/gpu$/.test(name) ? sum + Number(count) : sum;
  }, 0);
}

const total = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((sum, one) => sum + of(one), 0);

/** GPUs that a workload has or, while it waits, asks for; null when it does not say. */
function gpusAsked({ spec: { podSets }, status: { admission, resourceRequests } }: Workload): number | null {
  if (admission) return total(admission.podSetAssignments, ({ resourceUsage }) => gpusOf(resourceUsage));
  if (resourceRequests.length > 0) return total(resourceRequests, ({ resources }) => gpusOf(resources));
  if (podSets.length === 0 || podSets.some(({ template }) => !template)) return null;
  const ofPod = ({ template }: z.infer<typeof PodSet>) =>
    total(template?.spec.containers ?? [], ({ resources }) => gpusOf(resources.requests ?? resources.limits));
  return total(podSets, (set) => set.count * ofPod(set));
}

/** Adds a snapshot to what is known of its workload. */
function learn(known: Known, workload: Workload): void {
  const { spec, status } = workload;
  const at = (type: string, wanted = "True"): number => {
    const found = status.conditions.find((condition) => condition.type === type && condition.status === wanted);
    return found ? Date.parse(found.lastTransitionTime) : Number.NaN;
  };
  const add = (times: Set<number>, time: number) => Number.isNaN(time) || times.add(time);
  add(known.admitted, at("Admitted"));
  add(known.evicted, at("Evicted"));
  if (Number.isNaN(known.finished)) known.finished = at("Finished");
  known.isAdmitted = !Number.isNaN(at("Admitted"));
  known.gpus = gpusAsked(workload) ?? known.gpus;
  known.queue = status.admission?.clusterQueue ?? (known.queue || (spec.queueName ?? ""));
  const past = status.accumulatedPastExecutionTimeSeconds ?? status.accumulatedPastExexcutionTimeSeconds ?? 0;
  known.pastSeconds = Math.max(known.pastSeconds, past);
}

/** The spans of a workload: each waits from the end of the one before. */
function spansOf(known: Known): (Job | string)[] {
  const { id, team, queue, gpus, admitted, evicted, finished } = known;
  if (gpus === null) return ["it does not say how many GPUs it asks for: export the whole object, -o json"];
  const starts = [...admitted].sort((a, b) => a - b);
  const ends = [...evicted, ...(Number.isNaN(finished) ? [] : [finished])].sort((a, b) => a - b);
  const about = { queue, gpus, team };
  const spans: (Job | string)[] = [];
  let submit = known.submit;
  for (const [i, start] of starts.entries()) {
    const next = starts[i + 1] ?? Number.POSITIVE_INFINITY;
    const end = ends.find((time) => time >= start && time <= next) ?? Number.NaN;
    if (Number.isNaN(end) && i + 1 < starts.length) {
      spans.push("it was evicted at a time that no snapshot shows; add the snapshots between");
    } else {
      const state = end === finished ? "Finished" : Number.isNaN(end) ? "Admitted" : "Evicted";
      spans.push({ id: i === 0 ? id : `${id}#${i + 1}`, ...about, submit, start, end, state });
    }
    submit = Number.isNaN(end) ? next : end;
  }
  // Asked again after its last eviction, or for the first time.
  const last = ends.at(-1) ?? Number.NaN;
  const waits = starts.length === 0 || (last === submit && submit !== finished && !known.isAdmitted);
  if (waits) {
    const more = starts.length === 0 ? id : `${id}#${starts.length + 1}`;
    spans.push({ id: more, ...about, submit, start: Number.NaN, end: finished, state: "Pending" });
  }
  return spans;
}

/** GPU-hours of spans that the snapshots do not show. */
function unseenGpuHours({ pastSeconds, gpus }: Known, spans: readonly (Job | string)[]): number {
  const seen = total(spans, (span) =>
    typeof span !== "string" && span.state === "Evicted" ? Math.round((span.end - span.start) / 1000) : 0,
  );
  // Conditions tell whole seconds.
  return pastSeconds > seen + 1 ? ((pastSeconds - seen) * (gpus ?? 0)) / 3600 : 0;
}

/** Items of a JSON file that must be a list; the file is read as a whole. */
export async function jsonItems(file: { name: string; path: string }): Promise<unknown[]> {
  const text = await readFile(file.path, "utf8");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file.name}: not JSON: ${(error as Error).message}`, { file: file.name }, { cause: error });
  }
  if (Array.isArray(parsed)) return parsed;
  const list = List.safeParse(parsed);
  if (list.success) return list.data.items;
  throw new InputError(`${file.name}: expected a JSON array or an object with "items"`, { file: file.name });
}

/** Hands each item that its schema takes to `use`; the others are rejected with the field at fault. */
export function eachItem<T>(
  items: readonly unknown[],
  file: string,
  schema: z.ZodType<T>,
  use: (item: T, line: number) => { field: string; reason: string } | null,
): ForeignJobs {
  const rejected: RejectedRow[] = [];
  for (const [i, item] of items.entries()) {
    const line = i + 1;
    const parsed = schema.safeParse(item);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      rejected.push({ file, line, field: issue.path.join("."), reason: issue.message });
      continue;
    }
    const fault = use(parsed.data, line);
    if (fault) rejected.push({ file, line, ...fault });
  }
  return { rows: items.length, rejected };
}

/** Hands a job on, and tells what is wrong with it. */
export function passOn(
  job: Job | string,
  line: number,
  onJob: (job: Job, line: number) => string | null,
): { field: string; reason: string } | null {
  if (typeof job === "string") return { field: "", reason: job };
  const fault = jobFault(job);
  if (fault) return fault;
  const refusal = onJob(job, line);
  return refusal === null ? null : { field: "id", reason: refusal };
}

/**
 * Reads Kueue Workloads (`kubectl get workloads -A -o json`): asked from creation, running from Admitted to Finished or
 * Evicted. A condition keeps its last transition alone, so the spans of a workload that was evicted are known only as far
 * as snapshots of different times show them: name all of them, in any order.
 */
export function kueueReader(): {
  read(file: { name: string; path: string }): Promise<ForeignJobs>;
  /** Hands on the spans of all workloads read. */
  finish(onJob: (job: Job, line: number, file: string) => string | null): Pick<ForeignJobs, "rejected" | "warnings">;
} {
  const workloads = new Map<string, Known>();
  return {
    async read(file) {
      return eachItem(await jsonItems(file), file.name, Workload, (workload, line) => {
        const { name, namespace, uid, creationTimestamp } = workload.metadata;
        const id = `${namespace}/${name}`;
        const key = uid ?? `${id} ${creationTimestamp}`;
        const fresh: Known = {
          ...{ file: file.name, line, id, team: namespace, queue: "", submit: Date.parse(creationTimestamp) },
          ...{ gpus: null, admitted: new Set(), evicted: new Set(), finished: Number.NaN },
          ...{ isAdmitted: false, pastSeconds: 0 },
        };
        const known = workloads.get(key) ?? fresh;
        workloads.set(key, known);
        learn(known, workload);
        return null;
      });
    },
    finish(onJob) {
      const rejected: RejectedRow[] = [];
      let hidden = 0;
      let hours = 0;
      for (const known of workloads.values()) {
        const spans = spansOf(known);
        for (const span of spans) {
          const fault = passOn(span, known.line, (job, line) => onJob(job, line, known.file));
          if (fault) rejected.push({ file: known.file, line: known.line, ...fault });
        }
        const unseen = unseenGpuHours(known, spans);
        hidden += Number(unseen > 0);
        hours += unseen;
      }
      const warnings =
        hidden > 0
          ? [
              `${hidden} workloads ran before they were evicted, for ${hours.toFixed(1)} GPU-hours that no snapshot shows; they are not in the usage: add earlier snapshots`,
            ]
          : [];
      return { rejected, warnings };
    },
  };
}
