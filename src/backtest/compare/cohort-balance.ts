import { chiSquareTail } from "../../core/chi-square-tail.js";
import { finiteOrNull } from "../../core/finite-or-null.js";
import type { Exposure } from "../score/exposure.js";
import { type Interval, percentileInterval } from "../score/metric-interval.js";
import type { Arm, Cohort } from "./arm.js";
import { type Compare, fewestClusters, resampledContrast } from "./cohort-contrasts.js";
import type { CohortOptions } from "./cohort-options.js";

/** Whether the cohorts can be compared: who is in them and how they drive. */
export interface CohortBalance {
  canary: CohortExposure;
  control: CohortExposure;
  /** Vehicles with rows and no cohort: left out. */
  vehicles_without_cohort: number;
  /** Vehicles of a cohort without any row. */
  vehicles_without_rows: Record<Cohort, number>;
  /** Kilometres per vehicle-day, canary ÷ control, with its interval. */
  driving_ratio: Interval & { value: number | null };
  /** Vehicles against the share that the rollout gave to the canary (chi-square); null where that is not known. */
  sample_ratio: { expected_share: number; share: number; p_value: number } | null;
}

/** What a cohort drove. */
export interface CohortExposure {
  vehicles: number;
  km: number;
  vehicle_days: number;
  /** Of the kilometres of both cohorts; null of nothing. */
  share_of_km: number | null;
}

const kmPerVehicleDay: Compare = (canary, control) =>
  canary.km / canary.vehicleDays / (control.km / control.vehicleDays);

export function compareBalance(
  canary: Arm,
  control: Arm,
  exposure: Exposure,
  cohortOf: ReadonlyMap<string, string>,
  { confidence, canaryShare }: CohortOptions,
): CohortBalance {
  const [own, other] = [canary, control].map(({ tallies }) => tallies[tallies.length - 1]);
  const withRows = new Set(exposure.vehicleIds);
  const absent = (cohort: Cohort) => [...cohortOf].filter(([id, name]) => name === cohort && !withRows.has(id)).length;
  const exposureOf = (arm: Arm, { total }: typeof own): CohortExposure => ({
    vehicles: arm.clusters.vehicles,
    km: total.km,
    vehicle_days: total.vehicleDays,
    share_of_km: finiteOrNull(total.km / (own.total.km + other.total.km)),
  });
  return {
    canary: exposureOf(canary, own),
    control: exposureOf(control, other),
    vehicles_without_cohort: exposure.vehicleIds.filter((id) => !cohortOf.has(id)).length,
    vehicles_without_rows: { canary: absent("canary"), control: absent("control") },
    driving_ratio: {
      value: finiteOrNull(kmPerVehicleDay(own.total, other.total)),
      ...percentileInterval(
        resampledContrast(own, other, kmPerVehicleDay),
        confidence,
        fewestClusters(canary, control),
      ),
    },
    sample_ratio: sampleRatio(canary.clusters.vehicles, control.clusters.vehicles, canaryShare),
  };
}

function sampleRatio(canary: number, control: number, expected: number | null): CohortBalance["sample_ratio"] {
  const vehicles = canary + control;
  if (expected === null || vehicles === 0) return null;
  const statistic = (canary - expected * vehicles) ** 2 / (expected * (1 - expected) * vehicles);
  return { expected_share: expected, share: canary / vehicles, p_value: chiSquareTail(statistic, 1) };
}
