import { InputError } from "../core/errors.js";
import { isInstant, parseInstant } from "../core/time.js";
import type { Job } from "./job-sink.js";
import { passOn } from "./read-kueue.js";
import type { ForeignJobs } from "./read-sacct.js";
import { withTable } from "./read-table.js";
import type { ReadOptions, RejectedRow } from "./types.js";

/** Columns of a run table as Weights & Biases exports it, in any case; those with `?` may be missing. */
const COLUMNS = {
  id: "ID?",
  name: "Name",
  state: "State",
  created: "Created",
  runtime: "Runtime",
  gpus: "GPU Count",
  model: "GPU Type?",
  project: "Project?",
  user: "User?",
} as const;
type Field = keyof typeof COLUMNS;

/** What a run is called here, by the header. */
function columnsOf(names: readonly string[], file: string): Partial<Record<Field, string>> {
  const found: Partial<Record<Field, string>> = {};
  for (const [field, wanted] of Object.entries(COLUMNS)) {
    const name = wanted.replace("?", "");
    const present = names.find((one) => one.toLowerCase() === name.toLowerCase());
    if (present !== undefined) found[field as Field] = present;
    else if (!wanted.endsWith("?")) {
      throw new InputError(
        `${file}: the run table has no column "${name}"; show it in the table before you export it (columns: ${names.join(", ")})`,
        { file, column: name },
      );
    }
  }
  return found;
}

/** Hours of a run are those that it ran: W&B does not know of waiting. */
function jobOf(cell: (field: Field) => string, project: string): Job | { field: string; reason: string } {
  const fault = (field: Field, reason: string) => ({ field: COLUMNS[field].replace("?", ""), reason });
  const created = cell("created");
  if (!isInstant(created)) return fault("created", `"${created}" is not a time such as 2026-01-01T00:00:00Z`);
  const start = parseInstant(created);
  const state = cell("state");
  const runtime = cell("runtime");
  const seconds = runtime === "" ? Number.NaN : Number(runtime);
  const running = /^(running|pending)$/i.test(state);
  if (!running && !(seconds >= 0)) return fault("runtime", `"${runtime}" are no seconds of a run that is ${state}`);
  const gpus = cell("gpus");
  if (!/^\d+(\.\d+)?$/.test(gpus)) return fault("gpus", `"${gpus}" is no number of GPUs`);
  return {
    id: cell("id") || `${project}/${cell("name")} ${created}`,
    queue: cell("project") || project,
    submit: start,
    start,
    end: running ? Number.NaN : start + 1000 * seconds,
    gpus: Number(gpus),
    state,
    user: cell("user") || null,
    gpuModel: cell("model") || null,
  };
}

/**
 * Reads a run table that Weights & Biases exported as CSV. The queue of a run is its project, or the file's name where the
 * table does not show it.
 */
export async function readWandbRuns(
  file: { name: string; path: string },
  onJob: (job: Job, line: number) => string | null,
  options: ReadOptions = {},
): Promise<ForeignJobs> {
  return withTable(file.name, options, async ({ engine, relation, columns }) => {
    const found = columnsOf(
      columns.map(({ name }) => name),
      file.name,
    );
    const project = file.name.slice(file.name.lastIndexOf("/") + 1).split(".")[0];
    const rejected: RejectedRow[] = [];
    let line = 0;
    for await (const batch of engine.query({ sql: `FROM ${relation}` }, options)) {
      for (let i = 0; i < batch.rows; i++) {
        line++;
        const cell = (field: Field): string => {
          const name = found[field];
          return name === undefined ? "" : ((batch.columns[name].data[i] as string) ?? "").trim();
        };
        const job = jobOf(cell, project);
        const fault = "reason" in job ? job : passOn(job, line, onJob);
        if (fault) rejected.push({ file: file.name, line, ...fault });
      }
    }
    const warnings = [`${file.name}: W&B does not record waiting; demand is what ran`];
    return { rows: line, rejected, warnings };
  });
}
