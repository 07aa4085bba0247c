import { InputError } from "../../core/errors.js";
import { parseDuration } from "../../core/time.js";
import {
  DEFAULT_SLO_OPTIONS,
  parseSloConfig,
  type SloColumns,
  type SloConfig,
  sloColumns,
} from "../../incident/index.js";
import { readDocument } from "../../ingest/read-document.js";

/** What the options of the command may say of an objective. */
export interface ObjectiveOptions extends Pick<SloConfig, "time" | "good" | "total" | "target" | "window"> {
  minBad?: number;
  config?: string;
}

interface Objective {
  time: string;
  columns: SloColumns;
  target: number;
  windowMs: number;
  minBad: number;
  /** The config file, where there is one. */
  inputs: { name: string; sha256: string; rows: null }[];
}

/** Keys that an option overrides. */
function given(o: ObjectiveOptions): Partial<SloConfig> {
  const { time, good, total, target, window, minBad } = o;
  const all = { time, good, total, target, window, min_bad: minBad };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * The config file with the options of the command laid over it; counts named by options replace a measured value.
 *
 * @throws InputError naming what is missing or does not go together
 */
export async function readObjective(o: ObjectiveOptions): Promise<Objective> {
  const document = o.config === undefined ? null : await readDocument(o.config, "objective");
  const { value, threshold, weight, ...rest } = document ? parseSloConfig(document.value, o.config as string) : {};
  const measured = o.good === undefined && o.total === undefined ? { value, threshold, weight } : {};
  const config: SloConfig = { ...measured, ...rest, ...given(o) };
  const { time, target, window, min_bad } = config;
  if (time === undefined || target === undefined) {
    const key = time === undefined ? "time" : "target";
    throw new InputError(`--${key} is missing; give it, or a --config file with the key ${key}`, { option: key });
  }
  return {
    ...{ time, target, columns: sloColumns(config) },
    windowMs: window === undefined ? DEFAULT_SLO_OPTIONS.windowMs : parseDuration(window),
    minBad: min_bad ?? DEFAULT_SLO_OPTIONS.minBad,
    inputs: document ? [{ name: o.config as string, sha256: document.sha256, rows: null }] : [],
  };
}
