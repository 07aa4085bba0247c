import { type CapacityPlan, CapacityPlanSchema } from "../../src/capacity/index.js";
import { ReportError } from "../../src/core/index.js";

/**
 * A capacity plan read from a file, checked against its schema.
 *
 * @throws ReportError `E_REPORT_INVALID` that names the first place where the plan is not one
 */
export function checkPlan(result: unknown): CapacityPlan {
  const parsed = CapacityPlanSchema.safeParse(result);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  const place = path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${String(part)}`),
    "$",
  );
  throw new ReportError("E_REPORT_INVALID", `not a capacity plan at ${place}: ${message}`, { path: place });
}
