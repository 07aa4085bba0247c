import { InputError } from "../../core/errors.js";
import { nearestName } from "../../core/nearest-name.js";
import { compareText } from "../compare-text.js";
import type { TeamUsage } from "./chargeback.js";
import type { DemandScenarios } from "./types.js";

/** Rows of GPU-hours by team; rows of the same team, family and hour are added up. */
export interface UsageRows {
  team: readonly string[];
  family: readonly string[];
  /** Null: the GPU-hours are spread evenly over all hours of the demand. */
  hour: readonly number[] | null;
  gpuHours: readonly number[];
}

/**
 * GPU-hours of teams on the hours and families of the demand.
 *
 * @throws InputError for a family or an hour that the demand does not have
 */
export function teamUsage(
  rows: UsageRows,
  { families, hours, firstHour }: Pick<DemandScenarios, "families" | "hours" | "firstHour">,
): TeamUsage {
  const teams = [...new Set(rows.team)].sort(compareText);
  const gpus = teams.map(() => families.map(() => new Float64Array(hours)));
  const teamAt = new Map(teams.map((team, t) => [team, t]));
  rows.team.forEach((team, i) => {
    const family = families.indexOf(rows.family[i]);
    if (family < 0) {
      throw new InputError(
        `usage of team "${team}": the demand has no family "${rows.family[i]}"; the nearest is "${nearestName(rows.family[i], families)}"`,
        { team, family: rows.family[i] },
      );
    }
    const own = gpus[teamAt.get(team) as number][family];
    if (!rows.hour) {
      for (let h = 0; h < hours; h++) own[h] += rows.gpuHours[i] / hours;
      return;
    }
    const h = rows.hour[i] - firstHour;
    if (h < 0 || h >= hours) {
      throw new InputError(
        `usage of team "${team}": hour ${rows.hour[i]} lies outside the demand's hours ${firstHour} to ${firstHour + hours - 1}`,
        { team, hour: rows.hour[i] },
      );
    }
    own[h] += rows.gpuHours[i];
  });
  return { teams, families, hours, firstHour, gpus };
}
