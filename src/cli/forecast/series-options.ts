import { type Command, InvalidArgumentError, Option } from "commander";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { parseDuration } from "../../core/time.js";
import type { Frequency, IntervalMethod, Series } from "../../forecast/index.js";
import { integer, numberList } from "../frame.js";

/** Options that every command over a table of series takes. */
export interface SeriesCommandOptions {
  id: string;
  time: string;
  value: string;
  horizon: number;
  season?: number[];
  intervals: IntervalMethod;
  freq?: Frequency;
  seed: number;
  threads: number;
  maxGap?: string;
}

const INTERVALS: readonly IntervalMethod[] = ["auto", "pooled", "asymmetric", "adaptive", "enbpi"];
const FREQUENCY_NAMES = ["h", "min", "D", "W", "MS", "Q", "Y", "int"];

/** Adds them to a command, with the defaults of the contract. */
export function addSeriesOptions(command: Command): Command {
  return command
    .requiredOption("--id <column>", "column with the series' name")
    .requiredOption("--time <column>", "column with the time stamp or integer step")
    .requiredOption("--value <column>", "column with the value")
    .requiredOption("--horizon <n>", "steps ahead", integer(1, 100_000))
    .option("--season <list>", "season lengths in steps (default: by --freq, h: 24,168; D: 7; W: 52; MS: 12)", seasons)
    .addOption(
      new Option("--intervals <method>", "how intervals are made of past errors").choices(INTERVALS).default("auto"),
    )
    .addOption(new Option("--freq <freq>", "step of the series (default: as the times show)").choices(FREQUENCY_NAMES))
    .option("--seed <n>", "seed of the sample paths", integer(0), 0)
    .option("--threads <n>", "worker threads; the result does not depend on it", integer(1, 256), 1)
    .option(
      "--max-gap <duration>",
      "longest hole that is interpolated, e.g. 6h or a number of steps (default: 24 steps)",
    );
}

/** Adds `--tz`. */
export function addZoneOption(command: Command): Command {
  return command.option("--tz <zone>", "IANA zone whose wall clock days and hours follow (default: UTC)");
}

/** A number named twice counts once: each is a column, and a name stands for one. */
const unique =
  (parse: (text: string) => number[]) =>
  (text: string): number[] => [...new Set(parse(text))];

const seasons = unique(numberList((v) => Number.isInteger(v) && v >= 1, "whole season lengths such as 24,168"));
export const levels = unique(numberList((v) => v > 0 && v < 100, "levels in per cent between 0 and 100"));
export const probabilities = unique(numberList((v) => v > 0 && v < 1, "probabilities between 0 and 1"));

/** commander parser of a list of model names, each once. */
export function modelList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "")) throw new InvalidArgumentError("expected model names separated by commas.");
  return [...new Set(names)];
}

/** commander parser of the models of one forecast: "auto" alone, or names. */
export function forecastModels(text: string): string[] {
  const names = modelList(text);
  if (names.length > 1 && names.includes("auto")) {
    throw new InvalidArgumentError("auto chooses by itself; give it alone, or names without it.");
  }
  return names;
}

/** A panel on its regular grid, ready to forecast. */
export interface Panel {
  series: Series[];
  /** How times go on: "int" also for integer time columns whatever `--freq` says of the seasons. */
  grid: Frequency;
  season: number[];
  maxGap: number;
  inputs: InputFile[];
  warnings: string[];
}

/** Reads the input and lays every series out on its grid. */
export async function readPanel(input: string, o: SeriesCommandOptions, signal: AbortSignal): Promise<Panel> {
  const { readSeries } = await import("../../ingest/index.js");
  const { regularise, withClock } = await import("../../forecast/index.js");
  const table = await readSeries(input, { id: o.id, time: o.time, value: o.value, threads: o.threads, signal });
  const { inputs, warnings } = table;
  const steps = await stepsOf(async () => table.series, table.integerTime, o);
  const series = table.series.map((s) => withClock(regularise(s, steps.grid), s.t[0], steps.grid));
  return { series, ...steps, inputs, warnings };
}

/** Step, seasons and longest hole of a table's series, some of which show the spacing where that must be told. */
export async function stepsOf(
  some: () => Promise<readonly { t: Float64Array }[]>,
  integerTime: boolean,
  o: SeriesCommandOptions,
): Promise<Pick<Panel, "grid" | "season" | "maxGap">> {
  const { defaultSeasons, inferFrequency } = await import("../../forecast/index.js");
  if (!integerTime && o.freq === "int") {
    throw new InputError(`column "${o.time}" holds time stamps, not the integer steps that --freq int asks for`, {
      column: o.time,
    });
  }
  const grid: Frequency = integerTime ? "int" : (o.freq ?? inferFrequency(await some()));
  const season = o.season ?? defaultSeasons(o.freq ?? grid);
  return { grid, season, maxGap: await maxGapSteps(o.maxGap, o.freq ?? grid) };
}

async function maxGapSteps(text: string | undefined, frequency: Frequency): Promise<number> {
  if (text === undefined) return 24;
  if (/^\d+$/.test(text)) return Number(text);
  const { stepLength } = await import("../../forecast/index.js");
  const step = frequency === "int" ? null : stepLength(frequency);
  if (step === null || !/^\d+(\.\d+)?(s|min|m|h|d|w)$/.test(text)) {
    const duration = step === null ? "" : ", or a duration such as 6h";
    throw new InputError(`--max-gap ${text}: expected a whole number of steps${duration}`, { option: "max-gap" });
  }
  return Math.floor(parseDuration(text) / step);
}
