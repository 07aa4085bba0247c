import { InputError } from "../../core/errors.js";
import type { DriftOptions, DriftReport } from "../../drift/index.js";
import { compareProfiles } from "../../drift/sketch/compare-profiles.js";
import { pushDownDrift } from "../../ingest/pushdown/pushed-drift.js";
import type { CommandContext } from "../frame.js";
import type { DriftCommandOptions } from "./command-options.js";
import { modelSettings } from "./model-options.js";

/** Compares two tables by counts that their engine makes. */
export async function comparePushed(
  o: DriftCommandOptions,
  settings: DriftOptions,
  { signal, onProgress }: CommandContext,
): Promise<{ engine: string; report: DriftReport }> {
  refuseOptions(o);
  const options = { features: o.features, time: o.time, signal, onProgress: (pass: string) => onProgress(0, 0, pass) };
  const { engine, reference, current, warnings } = await pushDownDrift(o.reference, o.current, o.engine!, options);
  const report = compareProfiles(reference, current, settings);
  return { engine, report: { ...report, warnings: [...warnings, ...report.warnings] } };
}

/** @throws InputError for an option that needs more than counts */
function refuseOptions(o: DriftCommandOptions): void {
  const asked: [string, unknown][] = [
    ["slices", o.slices],
    ["window", o.window],
    ["save-profile", o.saveProfile],
    ["latencies", o.latencies],
    ["psi evidently", o.psi === "evidently" || undefined],
    ...Object.entries(modelSettings(o)).map(([name, value]): [string, unknown] => [
      name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      value,
    ]),
  ];
  const [option] = asked.find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined) {
    throw new InputError(
      `--${option} needs the rows, of which --engine fetches only counts; leave one of the two out`,
      { option },
    );
  }
  const profile = [o.reference, o.current].find((path) => /\.json$/i.test(path));
  if (profile !== undefined) {
    throw new InputError(`${profile}: --engine counts two tables; a saved profile, or JSON, needs it left out`, {
      option: "engine",
      file: profile,
    });
  }
}
