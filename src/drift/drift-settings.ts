import { InputError } from "../core/errors.js";
import { didYouMean } from "../core/nearest-name.js";
import { CORRECTIONS, DEFAULT_DRIFT_OPTIONS, type DriftOptions } from "./types.js";

/** Options that were checked and have their defaults. */
export type DriftSettings = DriftOptions & typeof DEFAULT_DRIFT_OPTIONS;

/** Options that are one of a few words. */
const WORDS = Object.freeze({ correction: CORRECTIONS, stats: ["default", "all"], psi: ["deciles", "evidently"] });

/** @throws InputError that names the option */
export function driftSettings(options: DriftOptions): DriftSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: DriftSettings = { ...DEFAULT_DRIFT_OPTIONS, ...given };
  const { alpha, minN, seed, thresholds = {}, threshold, windowMs, time } = settings;
  if (!(alpha > 0 && alpha < 1)) throw refused("alpha", "must lie between 0 and 1", alpha);
  if (!(Number.isInteger(minN) && minN >= 1)) throw refused("minN", "must be a whole number of rows, 1 or more", minN);
  for (const [option, words] of Object.entries(WORDS)) {
    const value = settings[option as keyof typeof WORDS];
    if (!(words as readonly string[]).includes(value)) throw refused(option, `must be ${words.join(", ")}`, value);
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw refused("seed", "must be a whole number, 0 or more", seed);
  for (const [name, value] of [["threshold", threshold] as const, ...Object.entries(thresholds)]) {
    if (!(value >= 0 && value <= 1)) throw refused(`threshold of "${name}"`, "must lie between 0 and 1", value);
  }
  if (windowMs !== undefined) {
    if (!(windowMs > 0)) throw refused("windowMs", "must be a length above 0", windowMs);
    if (time === undefined) throw new InputError("windows need the time column: set the option time");
  }
  return settings;
}

function refused(option: string, rule: string, value: unknown): InputError {
  return new InputError(`option ${option} ${rule}, got ${value}`, { option, value });
}

/** The least effect of a feature that counts as drift. */
export function thresholdOf(feature: string, { thresholds = {}, threshold }: DriftSettings): number {
  return Object.hasOwn(thresholds, feature) ? thresholds[feature] : threshold;
}

/** @throws InputError for a threshold of what is no feature */
export function checkThresholds({ thresholds = {} }: DriftSettings, names: readonly string[]): void {
  for (const name of Object.keys(thresholds)) {
    if (names.includes(name)) continue;
    throw new InputError(`a threshold names "${name}", which is no feature${didYouMean(name, names)}`, {
      column: name,
    });
  }
}
