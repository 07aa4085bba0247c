import type { JobTable } from "./types.js";

/** One job on its way into a {@link JobTable}; times in epoch ms, NaN for never started or not ended. */
export interface Job {
  id: string;
  queue: string;
  submit: number;
  start: number;
  end: number;
  gpus: number;
  state?: string | null;
  user?: string | null;
  team?: string | null;
  gpuModel?: string | null;
}

const OPTIONAL = ["state", "user", "team", "gpuModel"] as const;

/** No calendar goes further, in ms. */
const MOST_MS = 8.64e15;

/** What is wrong with a job in itself, or null. */
export function jobFault(job: Job): { field: string; reason: string } | null {
  if (!Number.isFinite(job.submit)) return { field: "submit", reason: "no submit time" };
  const far = (["submit", "start", "end"] as const).find((name) => Math.abs(job[name]) > MOST_MS);
  if (far) return { field: far, reason: "a time that no calendar has" };
  if (job.start < job.submit) return { field: "start", reason: "starts before its submit" };
  if (job.end < job.submit) return { field: "end", reason: "ends before its submit" };
  if (job.end < job.start) return { field: "end", reason: "ends before its start" };
  if (!(job.gpus >= 0 && Number.isFinite(job.gpus))) return { field: "gpus", reason: `${job.gpus} GPUs` };
  return null;
}

/** Collects jobs by column, so that a million of them are a few arrays. */
export function createJobSink(): { add(job: Job): void; size(): number; table(): JobTable } {
  const ids: string[] = [];
  const codes: number[] = [];
  const numbers = { submit: [] as number[], start: [] as number[], end: [] as number[], gpus: [] as number[] };
  const texts: Record<(typeof OPTIONAL)[number], (string | null)[]> = { state: [], user: [], team: [], gpuModel: [] };
  const seen = new Set<string>();
  const codeOf = new Map<string, number>();
  return {
    size: () => ids.length,
    add(job) {
      const code = codeOf.get(job.queue) ?? codeOf.size;
      codeOf.set(job.queue, code);
      ids.push(job.id);
      codes.push(code);
      for (const name of ["submit", "start", "end", "gpus"] as const) numbers[name].push(job[name]);
      for (const name of OPTIONAL) {
        const value = job[name];
        texts[name].push(value ?? null);
        if (value !== undefined) seen.add(name);
      }
    },
    table() {
      const queues = [...codeOf.keys()].sort();
      const rank = new Map(queues.map((name, i) => [name, i]));
      const position = [...codeOf.keys()].map((name) => rank.get(name) as number);
      const { submit } = numbers;
      const order = Uint32Array.from(ids, (_, i) => i);
      order.sort((a, b) => submit[a] - submit[b] || (ids[a] < ids[b] ? -1 : Number(ids[a] > ids[b])));
      const ordered = <T>(values: readonly T[]) => Array.from(order, (i) => values[i]);
      const table: JobTable = {
        id: ordered(ids),
        queues,
        queue: Int32Array.from(order, (i) => position[codes[i]]),
        submit: Float64Array.from(order, (i) => submit[i]),
        start: Float64Array.from(order, (i) => numbers.start[i]),
        end: Float64Array.from(order, (i) => numbers.end[i]),
        gpus: Float64Array.from(order, (i) => numbers.gpus[i]),
      };
      for (const name of OPTIONAL) if (seen.has(name)) table[name] = ordered(texts[name]);
      return table;
    },
  };
}
