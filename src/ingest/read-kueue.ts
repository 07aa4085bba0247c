import { readFile } from "node:fs/promises";
import { z } from "zod";
import { InputError } from "../core/errors.js";
import { type Job, jobFault } from "./job-sink.js";
import type { ForeignJobs } from "./read-sacct.js";
import type { RejectedRow } from "./types.js";

const Condition = z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string() });
const Resources = z.record(z.string(), z.union([z.string(), z.number()]));
/** The fields of a Kueue Workload (kueue.x-k8s.io/v1beta1) that are read. */
const Workload = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default(""),
    creationTimestamp: z.string(),
  }),
  spec: z.object({ queueName: z.string().optional(), priorityClassName: z.string().optional() }),
  status: z
    .object({
      admission: z
        .object({
          clusterQueue: z.string(),
          podSetAssignments: z.array(z.object({ resourceUsage: Resources.optional() })).default([]),
        })
        .optional(),
      conditions: z.array(Condition).default([]),
    })
    .default({ conditions: [] }),
});
const List = z.object({ items: z.array(z.unknown()) });

function gpusOf(usage: z.infer<typeof Resources> | undefined): number {
  return Object.entries(usage ?? {})
    .filter(([name]) => /\/gpu$/.test(name))
    .reduce((sum, [, count]) => sum + Number(count), 0);
}

function jobOf({ metadata, spec, status }: z.infer<typeof Workload>): Job {
  const at = (type: string) => {
    const found = status.conditions.find((condition) => condition.type === type && condition.status === "True");
    return found ? Date.parse(found.lastTransitionTime) : Number.NaN;
  };
  const finished = at("Finished");
  return {
    id: `${metadata.namespace}/${metadata.name}`,
    queue: status.admission?.clusterQueue ?? spec.queueName ?? "",
    submit: Date.parse(metadata.creationTimestamp),
    start: at("Admitted"),
    end: finished,
    gpus: (status.admission?.podSetAssignments ?? []).reduce((sum, set) => sum + gpusOf(set.resourceUsage), 0),
    state: Number.isNaN(finished) ? (Number.isNaN(at("Admitted")) ? "Pending" : "Admitted") : "Finished",
    team: metadata.namespace,
  };
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

/** Hands each item that its schema takes to `onJob`; the others are rejected with the field at fault. */
export function eachItem<T>(
  items: readonly unknown[],
  file: string,
  schema: z.ZodType<T>,
  jobOf: (item: T) => Job | string,
  onJob: (job: Job, line: number) => string | null,
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
    const job = jobOf(parsed.data);
    if (typeof job === "string") {
      rejected.push({ file, line, field: "", reason: job });
      continue;
    }
    const fault = jobFault(job);
    const refusal = fault ? null : onJob(job, line);
    if (fault) rejected.push({ file, line, ...fault });
    else if (refusal) rejected.push({ file, line, field: "id", reason: refusal });
  }
  return { rows: items.length, rejected };
}

/**
 * Reads Kueue Workloads (`kubectl get workloads -A -o json`): asked from creation, running from Admitted to Finished.
 * Conditions keep only their last transition, so of a workload that was evicted and admitted again the last span counts.
 */
export async function readKueue(
  file: { name: string; path: string },
  onJob: (job: Job, line: number) => string | null,
): Promise<ForeignJobs> {
  return eachItem(await jsonItems(file), file.name, Workload, jobOf, onJob);
}
