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
  const problems = parsed.success ? checkPlanFile(parsed.data) : schemaProblems(PlanFileSchema, value, parsed.error);
  if (problems.length > 0 || !parsed.success) {
    throw new InputError(`${name}: ${problemText(problems)}`, { file: name, problems });
  }
  return { ...parsed.data, levels: [...parsed.data.levels].sort((a, b) => a - b) };
}
