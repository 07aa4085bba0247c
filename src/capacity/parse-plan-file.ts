import { InputError } from "../core/errors.js";
import { problemText, schemaProblems } from "../core/schema-problems.js";
import { checkPlanFile } from "./check-plan-file.js";
import { type PlanFile, PlanFileSchema } from "./plan-file.js";

/**
 * The plan file from parsed YAML or JSON, defaults filled in, levels ascending.
 *
 * @param name what to call the file in errors
 * @throws InputError with the first problems, each with its path (`pools[0].price: unknown key …`)
 */
export function parsePlanFile(value: unknown, name = "plan.yaml"): PlanFile {
  const parsed = PlanFileSchema.safeParse(value);
  const problems = parsed.success
    ? [...checkPlanFile(parsed.data), ...zoneOfSacct(parsed.data, value)]
    : schemaProblems(PlanFileSchema, value, parsed.error);
  if (problems.length > 0 || !parsed.success) {
    throw new InputError(`${name}: ${problemText(problems)}`, { file: name, problems });
  }
  return { ...parsed.data, levels: [...parsed.data.levels].sort((a, b) => a - b) };
}

/** The zone of a plan is UTC unless it says so; local times that are read for it must not be so by accident. */
function zoneOfSacct({ demand }: PlanFile, given: unknown): string[] {
  const sacct = demand?.source === "jobs" && demand.format === "sacct";
  if (!sacct || (given as { time_zone?: unknown }).time_zone !== undefined) return [];
  return ["time_zone: missing: sacct prints local times without a zone; name theirs here or by --tz, e.g. UTC"];
}
