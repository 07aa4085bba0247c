import { finiteOrNull } from "../../core/finite-or-null.js";
import { refuseValue } from "../refuse-value.js";
import { kaplanMeier } from "./kaplan-meier.js";
import type { OtaGate } from "./ota-schema.js";
import type { OtaSoak } from "./ota-waves.js";

type Survival = NonNullable<OtaGate["soak"]>[number];

function checkSoak({ vehicle, hours }: OtaSoak): void {
  const seen = new Set<string>();
  vehicle.forEach((name, i) => {
    if (seen.has(name)) refuseValue(i + 1, "vehicle", name, "one row a vehicle");
    seen.add(name);
    if (!(hours[i] >= 0 && hours[i] < Number.POSITIVE_INFINITY)) refuseValue(i + 1, "hours", hours[i], "hours from 0");
  });
}

function survivalOf(
  { hours, failed }: OtaSoak,
  rows: readonly number[],
  region: string | null,
  level: number,
): Survival {
  const [times, events] = [Float64Array.from(rows, (i) => hours[i]), Uint8Array.from(rows, (i) => failed[i])];
  const curve = kaplanMeier(times, events, level).map((step) => ({
    hours: step.time,
    ...{ at_risk: step.atRisk, failed: step.failed, survival: step.survival },
    ...{ lower: finiteOrNull(step.low), upper: finiteOrNull(step.high) },
  }));
  const last = curve.at(-1);
  return {
    region,
    vehicles: rows.length,
    failed: events.reduce((sum, one) => sum + one, 0),
    hours: times.reduce((most, time) => Math.max(most, time), 0),
    survival: last?.survival ?? 1,
    lower: last?.lower ?? null,
    upper: last?.upper ?? null,
    curve,
  };
}

/**
 * Survival of updated vehicles over the hours of their soak, of all and by region.
 *
 * @throws InputError naming the row (from 1) of a vehicle that is there twice, or of hours below 0
 */
export function soakSurvival(soak: OtaSoak, level: number): Survival[] {
  checkSoak(soak);
  const { region } = soak;
  const all = soak.vehicle.map((_, i) => i);
  const regions = region ? [...new Set(region)].sort() : [];
  return [
    survivalOf(soak, all, null, level),
    ...regions.map((name) =>
      survivalOf(
        soak,
        all.filter((i) => region?.[i] === name),
        name,
        level,
      ),
    ),
  ];
}
