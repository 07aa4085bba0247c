import { availableParallelism } from "node:os";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { parseDuration } from "../../core/utc.js";
import { VERSION } from "../../core/version.js";
import type { DriftFile, DriftOptions, DriftReport, DriftSections } from "../../drift/index.js";
import { writeAtomically } from "../../ingest/atomic.js";
import { type DriftSide, readDriftSide, sideProfile } from "../../ingest/drift/read-drift-side.js";
import { missingColumn } from "../../ingest/sql-table.js";
import type { CommandContext, CommandResult } from "../frame.js";
import { refuseOwnInput } from "../own-input.js";
import type { DriftCommandOptions } from "./command-options.js";
import { driftText } from "./drift-text.js";
import { columnsToRead, modelSettings } from "./model-options.js";
import { modelWords } from "./model-words.js";

/** What both sides come to. */
interface Comparison {
  report: DriftReport;
  /** Whole tables, where asked for. */
  sections: DriftSections;
  /** Sections whose verdict is drift. */
  drifted: string[];
  lines: string[];
  warnings: string[];
}

// Modules that most runs do not need are imported where they are used: loading them takes as long as reading a table.

/** Reads both tables, judges every feature, and writes the file. */
export async function runDrift(o: DriftCommandOptions, context: CommandContext): Promise<CommandResult> {
  checkOptions(o);
  const settings = driftOptions(o);
  context.onProgress(0, 0, "reading");
  // What compares is loaded while the engine, in threads of its own, starts.
  const [[reference, current]] = await Promise.all([
    readBoth(o, settings, context),
    import("../../drift/drift-report.js"),
  ]);
  context.onProgress(0, 0, "comparing");
  const {
    report,
    sections,
    drifted,
    lines,
    warnings: more,
  } = await compare(reference, current, o, settings).catch((error: unknown) => {
    throw withFiles(error, o);
  });
  const warnings = [...reference.warnings, ...current.warnings, ...report.warnings, ...more];
  const file = driftFile(o, settings, [...reference.inputs, ...current.inputs], { ...report, ...sections, warnings });
  const outputs = await writeAtomically(async (files) => {
    await files.write(o.out, `${JSON.stringify(file, null, 2)}\n`);
    if (o.saveProfile === undefined) return;
    const { saveProfile } = await import("../../ingest/drift/profile-file.js");
    const { features = null, slices = [], latencies = [] } = o;
    const from = { inputs: reference.inputs, options: { features, slices, latencies } };
    await saveProfile(files, o.saveProfile, await sideProfile(reference, withoutWindows(settings)), from, latencies);
  });
  const { dataset } = report;
  const found = dataset.n_drift + dataset.n_missing_drift + drifted.length > 0;
  return {
    outputs,
    warnings,
    summary: { rows: report.rows, entries: report.features.length, ...dataset, sections_drift: drifted },
    text: [...lines, driftText(report, o.out)].join("\n"),
    exitCode: o.failOn && found ? 3 : 0,
  };
}

function checkOptions(o: DriftCommandOptions): void {
  for (const [option, path] of [["out", o.out] as const, ["save-profile", o.saveProfile] as const]) {
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

function withoutWindows({ windowMs, ...settings }: DriftOptions): DriftOptions {
  return settings;
}

/** Both sides at once, each with half of the threads. Only the current rows have windows, or need a time. */
async function readBoth(
  o: DriftCommandOptions,
  { windowMs }: DriftOptions,
  { signal, onProgress }: CommandContext,
): Promise<[DriftSide, DriftSide]> {
  const { slices, text: texts, time, label, latencies, exactLimit } = o;
  const features = columnsToRead(o.features, o);
  const threads = Math.max(1, Math.floor(availableParallelism() / 2));
  const options = { features, slices, texts, time, latencies, exactLimit, threads, signal };
  const labels = label === undefined ? [] : [label];
  const optional = [...labels, ...(time === undefined ? [] : [time])];
  const progress = (rows: number, all: number) => onProgress(rows, all, "rows of the current table");
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
  const nothing = { sections: {}, drifted: [], lines: [], warnings: [] };
  const asked = Object.keys(modelSettings(o));
  const [before, after] = [reference.table, current.table];
  if (before && after) {
    const { columnsReport, driftReport } = await import("../../drift/drift-report.js");
    if (asked.length === 0) return { ...nothing, report: driftReport(before, after, settings) };
    if (o.label !== undefined && o.prediction === undefined && o.score === undefined) {
      throw new InputError("--label needs --prediction or --score, which it is compared with", { option: "label" });
    }
    const { driftSections } = await import("../../drift/drift-sections.js");
    const whole = driftSections(before, after, o, settings);
    return {
      ...whole,
      lines: modelWords(whole.sections),
      report: columnsReport(whole.reference, whole.current, settings),
    };
  }
  if (asked.length > 0) {
    throw new InputError(`--${asked[0]} needs the rows of both tables, not sketches of them; raise --exact-limit`, {
      option: asked[0],
    });
  }
  const { compareProfiles } = await import("../../drift/sketch/compare-profiles.js");
  const profile = await sideProfile(reference, withoutWindows(settings));
  return { ...nothing, report: compareProfiles(profile, await sideProfile(current, settings), settings) };
}

function driftFile(
  o: DriftCommandOptions,
  settings: DriftOptions,
  inputs: readonly InputFile[],
  report: DriftReport & DriftSections,
): DriftFile {
  const { reference, current, features = null, exactLimit } = o;
  const { seed, ...rest } = settings;
  const options = rest as DriftFile["createdFrom"]["options"];
  return {
    schema: "fleetlens.drift/1",
    version: VERSION,
    createdFrom: {
      inputs: [...inputs],
      options: { reference, current, features, exactLimit, ...options, ...modelSettings(o) },
      seed: seed as number,
    },
    ...report,
  };
}
