import { availableParallelism } from "node:os";
import { InputError } from "../../core/errors.js";
import { parseDuration } from "../../core/utc.js";
import type { DriftOptions } from "../../drift/index.js";
import { writeAtomically } from "../../ingest/atomic.js";
import { type DriftSide, readDriftSide, sideProfile } from "../../ingest/drift/read-drift-side.js";
import { isInShard } from "../../ingest/shard/shard-place.js";
import { missingColumn } from "../../ingest/sql-table.js";
import type { CommandContext, CommandResult } from "../frame.js";
import { refuseOwnInput } from "../own-input.js";
import { checkShardFolder } from "../shard-option.js";
import type { DriftCommandOptions } from "./command-options.js";
import type { Comparison } from "./compare-tables.js";
import { columnsToRead, modelSettings } from "./model-options.js";
import { withoutWindows } from "./without-windows.js";
import { driftFile, driftResult, writeDrift } from "./write-drift.js";

// Modules that most runs do not need are imported where they are used: loading them takes as long as reading a table.

/** Reads both tables, judges every feature, and writes the file. */
export async function runDrift(o: DriftCommandOptions, context: CommandContext): Promise<CommandResult> {
  checkOptions(o);
  if (o.engine !== undefined) return compareOnEngine(o, context);
  const settings = driftOptions(o);
  context.onProgress(0, 0, "reading");
  const [reference, current] = await readBoth(o, settings, context);
  context.onProgress(0, 0, "comparing");
  const { shard } = o;
  if (shard) {
    const { writeDriftShard } = await import("./drift-shard.js");
    return writeDriftShard({ ...o, shard }, settings, [reference, current], context).catch((error: unknown) => {
      throw withFiles(error, o);
    });
  }
  const comparison = await compare(reference, current, o, settings).catch((error: unknown) => {
    throw withFiles(error, o);
  });
  const tables = {
    inputs: [...reference.inputs, ...current.inputs],
    warnings: [...reference.warnings, ...current.warnings],
  };
  return writeDrift(o, settings, tables, comparison, async (files) => {
    if (o.saveProfile === undefined) return;
    const { saveProfile } = await import("../../ingest/drift/profile-file.js");
    const { features = null, slices = [], latencies = [] } = o;
    const from = { inputs: reference.inputs, options: { features, slices, latencies } };
    await saveProfile(files, o.saveProfile, await sideProfile(reference, withoutWindows(settings)), from, latencies);
  });
}

async function compareOnEngine(o: DriftCommandOptions, context: CommandContext): Promise<CommandResult> {
  const settings = driftOptions(o);
  const { comparePushed } = await import("./compare-pushed.js");
  const { engine, report } = await comparePushed(o, settings, context).catch((error: unknown) => {
    throw error instanceof InputError && error.details["file"] === undefined ? withFiles(error, o) : error;
  });
  const file = driftFile(o, settings, [], { engine }, report);
  const outputs = await writeAtomically((files) => files.write(o.out, `${JSON.stringify(file, null, 2)}\n`));
  return driftResult(o, { report, sections: {}, drifted: [] }, report.warnings, outputs);
}

function checkOptions(o: DriftCommandOptions): void {
  const { shard, saveProfile, latencies, engine } = o;
  if (shard) {
    const whole = { "save-profile": saveProfile, latencies, engine, ...modelSettings(o) };
    checkShardFolder(o.out, [o.reference, o.current], whole);
  }
  for (const [option, path] of [["out", shard ? undefined : o.out] as const, ["save-profile", saveProfile] as const]) {
    if (path === undefined) continue;
    if (!/\.json$/i.test(path)) {
      throw new InputError(`--${option} must end in .json, got "${path}"`, { [option]: path });
    }
    refuseOwnInput(o.reference, [path]);
    refuseOwnInput(o.current, [path]);
  }
  if (o.saveProfile === o.out) throw new InputError(`--out and --save-profile name the same file: ${o.out}`);
  if (o.window !== undefined && o.time === undefined) {
    throw new InputError("--window needs --time, the column of the time", { option: "time" });
  }
  if (o.window !== undefined && parseDuration(o.window) === 0) {
    throw new InputError(`--window must be longer than nothing, got "${o.window}"`, { option: "window" });
  }
  const twice = o.features?.find((name) => name === o.time || o.slices?.includes(name));
  if (twice !== undefined) {
    throw new InputError(`"${twice}" is named by --features, and cannot be a slice or the time besides`, {
      column: twice,
    });
  }
}

function driftOptions(o: DriftCommandOptions): DriftOptions {
  const { alpha, correction, minN, stats, psi, slices, time, seed, threshold, window } = o;
  const all = { alpha, correction, minN, stats, psi, slices, time, seed, threshold: threshold.all };
  const more = {
    thresholds: threshold.features.size > 0 ? Object.fromEntries(threshold.features) : undefined,
    windowMs: window === undefined ? undefined : parseDuration(window),
  };
  return Object.fromEntries(Object.entries({ ...all, ...more }).filter(([, value]) => value !== undefined));
}

/** Both sides at once, each with half of the threads. Only the current rows have windows, or need a time. */
async function readBoth(
  o: DriftCommandOptions,
  settings: DriftOptions,
  { signal, onProgress }: CommandContext,
): Promise<[DriftSide, DriftSide]> {
  const { slices, text: texts, time, label, latencies, exactLimit, embedding, shard } = o;
  const only = shard && ((feature: string) => isInShard(feature, shard));
  const features = columnsToRead(o.features, o);
  const threads = Math.max(1, Math.floor(availableParallelism() / 2));
  const options = { features, slices, texts, time, latencies, embedding, exactLimit, only, threads, signal };
  const labels = label === undefined ? [] : [label];
  const optional = [...labels, ...(time === undefined ? [] : [time])];
  const progress = (rows: number, all: number) => onProgress(rows, all, "rows of the current table");
  const { windowMs } = settings;
  const [reference, current] = await Promise.allSettled([
    readDriftSide(o.reference, { ...options, optional }),
    readDriftSide(o.current, { ...options, optional: labels, windowMs, onProgress: progress }),
  ]);
  if (reference.status === "rejected") throw reference.reason;
  if (current.status === "rejected") throw current.reason;
  for (const [name, { table, profile }] of [
    [o.reference, reference.value] as const,
    [o.current, current.value] as const,
  ]) {
    const columns = [...(table ?? profile)!.columns.keys()];
    const missing = o.features?.find((feature) => !columns.includes(feature));
    if (missing !== undefined) throw missingColumn(missing, columns, name);
  }
  return [reference.value, current.value];
}

/** Gives a complaint about a table, or about both, the names of their files. */
function withFiles(error: unknown, { reference, current }: DriftCommandOptions): unknown {
  if (!(error instanceof InputError) || error.details["option"] !== undefined) return error;
  const { table } = error.details;
  const file = table === "reference" ? reference : table === "current" ? current : `${reference} and ${current}`;
  return new InputError(`${file}: ${error.message}`, { ...error.details, file }, { cause: error });
}

async function compare(
  reference: DriftSide,
  current: DriftSide,
  o: DriftCommandOptions,
  settings: DriftOptions,
): Promise<Comparison> {
  const asked = Object.keys(modelSettings(o));
  if (reference.table && current.table) {
    const sections = asked.length > 0 ? o : null;
    const { compareTables } = await import("./compare-tables.js");
    return compareTables(reference.table, current.table, settings, sections);
  }
  if (asked.length > 0) {
    throw new InputError(`--${asked[0]} needs the rows of both tables, not sketches of them; raise --exact-limit`, {
      option: asked[0],
    });
  }
  const { compareProfiles } = await import("../../drift/sketch/compare-profiles.js");
  const profile = await sideProfile(reference, withoutWindows(settings));
  const report = compareProfiles(profile, await sideProfile(current, settings), settings);
  return { report, sections: {}, drifted: [], warnings: [] };
}
