import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { FleetlensError, InputError } from "../../../core/errors.js";
import { DAY_MS } from "../../../core/time.js";
import { type GcReport, GcReportSchema } from "../../../gc-reachability/gc-report.js";
import { writeAtomically } from "../../atomic.js";
import { sha256File } from "../../sha256-file.js";

const REPORT = "report.json";
const ERROR = "error.json";
const ACTIONS = "actions";

function isRunning(pid: number): boolean {
  // What bears our own number was made by an earlier process.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * Removes what runs that were killed have left: folders of processes that are no more. Those of another machine that
 * shares the folder are not seen from here, so that only what has lain for a day is taken for abandoned.
 */
async function removeAbandoned(out: string): Promise<void> {
  for (const name of await readdir(out)) {
    const pid = /^\.fleetlens-plan-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const path = join(out, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true });
  }
}

/** A folder beside the files of a plan in which the next ones are made. */
export async function stagingFolder(out: string): Promise<string> {
  try {
    await mkdir(out, { recursive: true });
    // Room is all that would be gained; a plan is made without it too.
    await removeAbandoned(out).catch(() => {});
    return await mkdtemp(join(out, `.fleetlens-plan-${process.pid}-`));
  } catch (cause) {
    throw new InputError(
      `cannot write into the folder "${out}": ${(cause as Error).message}`,
      { file: out },
      { cause },
    );
  }
}

/** Files below a folder, relative to it, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}

/**
 * Puts finished files in place of an earlier plan. The report, without which nothing accepts the folder, goes first and
 * comes last, so that a folder left half-way holds no plan.
 */
export async function commitPlan(staged: string, out: string, report: GcReport): Promise<string[]> {
  await writeFile(join(staged, REPORT), `${JSON.stringify(report, null, 2)}\n`);
  for (const old of [REPORT, ERROR, "dangling.parquet", ACTIONS])
    await rm(join(out, old), { recursive: true, force: true });
  const names = [...report.files.map(({ path }) => path), REPORT];
  for (const name of names) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await rename(join(staged, name), join(out, name));
  }
  return names.map((name) => join(out, name));
}

/** Leaves word of a refusal; a plan that stands there is no longer accepted. */
export async function writeRefusal(out: string, error: unknown): Promise<void> {
  if (!(error instanceof FleetlensError)) return;
  const { code, message, details } = error;
  const content = { schema: "fleetlens.gc-error/1", code, message, details };
  await writeAtomically((files) => files.write(join(out, ERROR), `${JSON.stringify(content, null, 2)}\n`));
}

/**
 * The report of a plan.
 *
 * @throws InputError when there is none, or when planning was refused since
 */
export async function readReport(folder: string): Promise<GcReport> {
  const there = new Set(
    await readdir(folder).catch(() => {
      throw new InputError(`no folder "${folder}"`, { file: folder });
    }),
  );
  if (there.has(ERROR)) {
    throw new InputError(`${folder}: the last attempt to plan into this folder was refused (${ERROR}); plan again`, {
      file: folder,
    });
  }
  if (!there.has(REPORT)) {
    throw new InputError(`${folder}: no ${REPORT}, so no whole plan; plan again`, { file: folder });
  }
  const path = join(folder, REPORT);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new InputError(`${path}: not JSON; plan again`, { file: path }, { cause });
  }
  const parsed = GcReportSchema.safeParse(value);
  if (!parsed.success) throw new InputError(`${path}: not a report of gc plan; plan again`, { file: path });
  return parsed.data;
}

/** What is wrong with the files of a plan; nothing when they are as they were written. */
export async function damages(folder: string, report: GcReport): Promise<string[]> {
  const found: string[] = [];
  const planned = new Set(report.files.map(({ path }) => path));
  for (const needed of ["candidates.parquet", "kept.parquet", "integrity.json", "roots.parquet"]) {
    if (!planned.has(needed)) found.push(`${needed} is not in the report`);
  }
  for (const path of await filesBelow(join(folder, ACTIONS)).catch(() => [])) {
    if (!planned.has(`${ACTIONS}/${path}`)) found.push(`${ACTIONS}/${path} is not of the plan`);
  }
  for (const { path, sha256 } of report.files) {
    // A report could name any file of the machine.
    if (!isBelow(path)) {
      found.push(`${path} is not below the plan's folder`);
      continue;
    }
    const now = await sha256File(join(folder, path)).catch(() => null);
    if (now === null) found.push(`${path} is missing`);
    else if (now !== sha256) found.push(`${path} was changed after the plan was made`);
  }
  return found;
}

function isBelow(path: string): boolean {
  return !isAbsolute(path) && !path.split(/[\\/]/).includes("..");
}

/**
 * The report of a plan whose files are whole.
 *
 * @throws InputError as {@link readReport} does, and when a file is not the one that was planned
 */
export async function readPlan(folder: string): Promise<GcReport> {
  const report = await readReport(folder);
  const [damage] = await damages(folder, report);
  if (damage) throw new InputError(`${folder}: ${damage}; plan again`, { file: folder });
  return report;
}
