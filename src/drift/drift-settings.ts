import { InputError } from "../core/errors.js";
import { nearestName } from "../core/nearest-name.js";
import { type Correction, DEFAULT_DRIFT_OPTIONS, type DriftOptions } from "./types.js";

/** Options that were checked and have their defaults. */
export type DriftSettings = DriftOptions & typeof DEFAULT_DRIFT_OPTIONS;

const CORRECTIONS: readonly Correction[] = ["bh", "by", "holm", "none"];

/** @throws InputError that names the option */
export function driftSettings(options: DriftOptions): DriftSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: DriftSettings = { ...DEFAULT_DRIFT_OPTIONS, ...given };
  const { alpha, minN, correction, thresholds = {}, threshold, windowMs, time } = settings;
  if (!(alpha > 0 && alpha < 1)) throw refused("alpha", "must lie between 0 and 1", alpha);
  if (!(Number.isInteger(minN) && minN >= 1)) throw refused("minN", "must be a whole number of rows, 1 or more", minN);
  if (!CORRECTIONS.includes(correction)) throw refused("correction", `must be ${CORRECTIONS.join(", ")}`, correction);
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
    const near = nearestName(name, names);
    throw new InputError(
      `a threshold names "${name}", which is no feature${near === null ? "" : `; did you mean "${near}"?`}`,
      {
        column: name,
      },
    );
  }
}
