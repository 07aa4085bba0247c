import { z } from "zod";
import { InputError } from "../core/errors.js";
import { problemText, schemaProblems } from "../core/schema-problems.js";

const Column = z.string().min(1);

/** File of `fleetlens slo --config`: columns, target and window of an objective. Options of the command override it. */
export const SloConfigSchema = z.strictObject({
  time: Column.optional().describe("column of the start of each bucket"),
  good: Column.optional().describe("column of good events; needs `total`"),
  total: Column.optional().describe("column of all events"),
  value: Column.optional().describe("instead of good and total: column of a measured value; needs `threshold`"),
  threshold: z.number().optional().describe("a row is good when its value is at most this"),
  weight: Column.optional().describe("column of the events that a row of `value` stands for; default 1 each"),
  target: z.number().gt(0).lt(1).optional().describe("share of good events that is promised, e.g. 0.999"),
  window: z.string().optional().describe("length of the objective's window, e.g. 30d"),
  min_bad: z.number().nonnegative().optional().describe("bad events that an alert needs in its long window; default 0"),
});

export type SloConfig = z.infer<typeof SloConfigSchema>;

/** Where the counts of an objective come from. */
export type SloColumns =
  | { good: string; total: string }
  | { value: string; threshold: number; weight: string | undefined };

/** @throws InputError naming the key */
export function parseSloConfig(value: unknown, file: string): SloConfig {
  const parsed = SloConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(SloConfigSchema, value, parsed.error);
  throw new InputError(`${file}: ${problemText(problems)}`, { file, problems });
}

/** Either counts or a value with its threshold. @throws InputError for both, neither or half of one */
export function sloColumns({ good, total, value, threshold, weight }: SloConfig): SloColumns {
  const counts = good !== undefined || total !== undefined;
  const measured = value !== undefined || threshold !== undefined || weight !== undefined;
  if (counts && !measured && good !== undefined && total !== undefined) return { good, total };
  if (measured && !counts && value !== undefined && threshold !== undefined) return { value, threshold, weight };
  const given = Object.entries({ good, total, value, threshold, weight }).flatMap(([key, one]) =>
    one === undefined ? [] : [key],
  );
  throw new InputError(
    `an objective needs good and total, or value and threshold (and maybe weight), got ${given.join(", ") || "none of them"}`,
    { option: "good", given },
  );
}
