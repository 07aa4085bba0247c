import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { InputError } from "../core/errors.js";
import { refuseEndlessLine } from "./endless-line.js";
import { type Job, jobFault } from "./job-sink.js";
import { localTimeReader } from "./local-time.js";
import type { RejectedRow } from "./types.js";

/** Jobs of one file of a foreign format. */
export interface ForeignJobs {
  rows: number;
  rejected: RejectedRow[];
  warnings?: string[];
}

/** States of a job that has ended: without its end it would seem to ask for its GPUs for ever. */
const ENDED = /^(BOOT_FAIL|CANCELLED|COMPLETED|DEADLINE|FAILED|NODE_FAIL|OUT_OF_MEMORY|PREEMPTED|TIMEOUT)$/;
const NO_TIME = new Set(["", "None", "Unknown", "N/A"]);

/** GPUs of a TRES list: the untyped count, else the sum of the typed ones, which Slurm prints beside it. */
export function gpusOfTres(tres: string): number {
  let typed = 0;
  for (const part of tres.split(",")) {
    const match = /^gres\/gpu(:[^=]+)?=(\d+)$/.exec(part.trim());
    if (match && !match[1]) return Number(match[2]);
    if (match) typed += Number(match[2]);
  }
  return typed;
}

/** GPU model of a TRES list, when exactly one is named. */
function modelOfTres(tres: string): string | null {
  const models = new Set([...tres.matchAll(/gres\/gpu:([^=,]+)=/g)].map((match) => match[1]));
  return models.size === 1 ? [...models][0] : null;
}

function headerOf(line: string, file: string): { names: string[]; trailing: boolean } {
  const trailing = line.endsWith("|");
  const names = (trailing ? line.slice(0, -1) : line).split("|");
  const has = (...any: string[]) => any.some((name) => names.includes(name));
  const absent = [
    ...(has("JobIDRaw", "JobID") ? [] : ["JobIDRaw"]),
    ...["Partition", "State", "Submit", "Start", "End"].filter((name) => !has(name)),
    ...(has("AllocTRES", "ReqTRES") ? [] : ["AllocTRES"]),
  ];
  if (absent.length > 0) {
    throw new InputError(
      `${file}: the sacct header lacks ${absent.join(", ")}; print it with sacct --parsable2 --format=JobIDRaw,Partition,State,Submit,Start,End,AllocTRES`,
      { file, missing: absent },
    );
  }
  return { names, trailing };
}

/** Columns of free text: any of them may hold the separator. */
const FREE_TEXT = [
  "JobName",
  "Constraints",
  "Comment",
  "AdminComment",
  "SystemComment",
  "SubmitLine",
  "WorkDir",
  "Extra",
];

/** Fields of a line; a job name may itself hold the separator, if there is no other column that may. */
function fieldsOf(line: string, names: readonly string[], trailing: boolean): string[] | null {
  const parts = (trailing && line.endsWith("|") ? line.slice(0, -1) : line).split("|");
  const extra = parts.length - names.length;
  if (extra === 0) return parts;
  const at = names.indexOf("JobName");
  if (extra < 0 || at < 0 || names.filter((name) => FREE_TEXT.includes(name)).length > 1) return null;
  parts.splice(at, extra + 1, parts.slice(at, at + extra + 1).join("|"));
  return parts;
}

function wrongFields(names: readonly string[]): string {
  const free = names.filter((name) => FREE_TEXT.includes(name));
  const hint = free.length > 1 ? `; a | in ${free.join(" or ")} cannot be told from a separator` : "";
  return `expected ${names.length} fields${hint}`;
}

/**
 * Reads `sacct --parsable2` (or `--parsable`) output: header driven, job steps dropped, local times in `timeZone`.
 *
 * @param onJob takes each job with its line
 */
export async function readSacct(
  file: { name: string; path: string },
  timeZone: string,
  onJob: (job: Job, line: number) => string | null,
  signal?: AbortSignal,
): Promise<ForeignJobs> {
  const localTime = localTimeReader(timeZone);
  const rejected: RejectedRow[] = [];
  let header: ReturnType<typeof headerOf> | null = null;
  let number = 0;
  let rows = 0;
  await refuseEndlessLine(file.path, file.name);
  const lines = createInterface({ input: createReadStream(file.path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    signal?.throwIfAborted();
    number++;
    if (line.trim() === "") continue;
    if (!header) {
      header = headerOf(line.replace(/^\uFEFF/, ""), file.name);
      continue;
    }
    const { names, trailing } = header;
    const reject = (field: string, reason: string) => rejected.push({ file: file.name, line: number, field, reason });
    const fields = fieldsOf(line, names, trailing);
    if (!fields) {
      rows++;
      reject("", wrongFields(names));
      continue;
    }
    const get = (name: string) => (names.includes(name) ? fields[names.indexOf(name)] : undefined);
    const id = get("JobIDRaw") ?? (get("JobID") as string);
    if (/^\d+(_\d+)?(\+\d+)?\./.test(id)) continue;
    rows++;
    const time = (name: string, notBefore?: number) => {
      const text = get(name) as string;
      if (NO_TIME.has(text)) return Number.NaN;
      const ms = localTime(text, notBefore);
      return Number.isNaN(ms) ? null : ms;
    };
    const submit = time("Submit");
    const start = time("Start", submit ?? undefined);
    const end = time("End", (Number.isNaN(start) ? submit : start) ?? undefined);
    if (submit === null || start === null || end === null) {
      const bad = submit === null ? "Submit" : start === null ? "Start" : "End";
      reject(bad, `"${get(bad)}" is not a local time such as 2026-01-01T00:05:00`);
      continue;
    }
    const tres = get("AllocTRES") || get("ReqTRES") || "";
    const state = (get("State") as string).split(" ")[0];
    const job: Job = {
      id,
      queue: get("Partition") as string,
      submit,
      start,
      // A job that is pending or running prints an estimate or nothing as its end.
      end: /^(PENDING|RUNNING|REQUEUED|RESIZING|SUSPENDED)$/.test(state) ? Number.NaN : end,
      gpus: gpusOfTres(tres),
      state,
      user: get("User"),
      team: get("Account"),
      gpuModel: modelOfTres(tres),
    };
    if (state === "PENDING") job.start = Number.NaN;
    const endless = ENDED.test(state) && Number.isNaN(job.end);
    const fault = endless ? { field: "End", reason: `is "${get("End")}" of a job that is ${state}` } : jobFault(job);
    const refusal = fault ? null : onJob(job, number);
    if (fault) reject(fault.field, fault.reason);
    else if (refusal) reject("id", refusal);
  }
  if (!header) throw new InputError(`${file.name}: the file is empty`, { file: file.name });
  return { rows, rejected };
}
