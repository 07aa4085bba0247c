import type { z } from "zod";
import { ReportError } from "../src/core/index.js";

/**
 * A result read from a file, checked against its schema.
 *
 * @param what names the kind of result, with its article
 * @throws ReportError `E_REPORT_INVALID` that names the first place where it is none
 */
export function checkResult<T>(schema: z.ZodType<T>, what: string, result: unknown): T {
  const parsed = schema.safeParse(result);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  const place = path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${String(part)}`),
    "$",
  );
  throw new ReportError("E_REPORT_INVALID", `not ${what} at ${place}: ${message}`, { path: place });
}
