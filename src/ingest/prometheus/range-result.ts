import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { InputError } from "../../core/errors.js";
import type { ResolvedFile } from "../input-files.js";
import type { RejectedRow } from "../types.js";

/** One series of a range query. */
export interface RangeSeries {
  labels: Readonly<Record<string, string>>;
  /** Epoch ms. */
  times: Float64Array;
  /** NaN where Prometheus says so. */
  values: Float64Array;
}

/** The answer of a range query, as read. */
export interface RangeResult {
  series: RangeSeries[];
  /** Samples that cannot be used: `line` counts the series from 1. */
  rejected: RejectedRow[];
  /** Samples, the rejected ones too. */
  samples: number;
  /** What Prometheus had to say of the answer. */
  warnings: string[];
}

/** JavaScript cannot hold a text of more. */
const MOST_BYTES = 400 * 2 ** 20;

/** No calendar goes further. */
const MOST_SECONDS = 8.64e12;

const Notes = { warnings: z.array(z.string()).default([]), infos: z.array(z.string()).default([]) };
const Answer = z.discriminatedUnion("status", [
  z.looseObject({
    status: z.literal("success"),
    data: z.looseObject({ resultType: z.string(), result: z.unknown() }),
    /** VictoriaMetrics: some of its storage did not answer. */
    isPartial: z.boolean().default(false),
    ...Notes,
  }),
  z.looseObject({ status: z.literal("error"), errorType: z.string().default("error"), error: z.string().default("") }),
]);
const Matrix = z.array(
  z.looseObject({
    metric: z.record(z.string(), z.string()),
    values: z.array(z.unknown()).default([]),
    histograms: z.array(z.unknown()).default([]),
  }),
);

/**
 * Reads the answer of `GET /api/v1/query_range` (https://prometheus.io/docs/prometheus/latest/querying/api/). Missing steps
 * stay missing, and NaN is a sample without a value.
 *
 * @throws InputError for another kind of answer, naming what to do
 */
export async function readRangeResult({ path, name }: Pick<ResolvedFile, "path" | "name">): Promise<RangeResult> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) {
    throw new InputError(`${name}: ${size} bytes are too many for one answer; ask for shorter ranges, a file each`, {
      file: name,
    });
  }
  const answer = parse(await readFile(path, "utf8"), name);
  if (answer.status === "error") {
    throw new InputError(`${name}: the query failed: ${answer.errorType}: ${answer.error}`, { file: name });
  }
  if (answer.data.resultType !== "matrix") {
    throw new InputError(
      `${name}: the answer is a ${answer.data.resultType}, not a matrix; ask /api/v1/query_range, with start, end and step`,
      { file: name },
    );
  }
  const matrix = Matrix.safeParse(answer.data.result);
  if (!matrix.success) throw malformed(matrix.error, name, "data.result");
  const rejected: RejectedRow[] = [];
  const series = matrix.data.map(({ metric, values, histograms }, i) => {
    const reject = (field: string, reason: string) => rejected.push({ file: name, line: i + 1, field, reason });
    for (const k of histograms.keys())
      reject(`histograms[${k}]`, "a native histogram; ask for a quantile or a count of it");
    return seriesOf(metric, values, reject);
  });
  const samples = matrix.data.reduce((sum, { values, histograms }) => sum + values.length + histograms.length, 0);
  const said = answer.isPartial ? ["the answer is partial: some of the storage did not answer"] : [];
  const warnings = [...said, ...answer.warnings, ...answer.infos].map((text) => `${name}: Prometheus says: ${text}`);
  return { series, rejected, samples, warnings };
}

function parse(text: string, name: string): z.infer<typeof Answer> {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new InputError(`${name}: not JSON: ${(cause as Error).message.slice(0, 120)}`, { file: name }, { cause });
  }
  const answer = Answer.safeParse(json);
  if (!answer.success) throw malformed(answer.error, name, "the answer");
  return answer.data;
}

function malformed({ issues: [issue] }: z.ZodError, name: string, what: string): InputError {
  const at = issue.path.length > 0 ? `${what} at ${issue.path.join(".")}` : what;
  return new InputError(`${name}: ${at}: ${issue.message}`, { file: name });
}

function seriesOf(
  labels: Record<string, string>,
  samples: readonly unknown[],
  reject: (field: string, reason: string) => void,
): RangeSeries {
  const times = new Float64Array(samples.length);
  const values = new Float64Array(samples.length);
  let n = 0;
  for (const [k, sample] of samples.entries()) {
    const [seconds, text] = Array.isArray(sample) ? sample : [];
    const value = typeof text === "string" ? numberOf(text) : undefined;
    if (typeof seconds !== "number" || Math.abs(seconds) > MOST_SECONDS || value === undefined) {
      reject(`values[${k}]`, `${JSON.stringify(sample)?.slice(0, 60)} is not [seconds, "value"]`);
    } else if (Math.abs(value) === Number.POSITIVE_INFINITY) {
      reject(`values[${k}]`, `${text} is not finite`);
    } else {
      // Prometheus keeps milliseconds.
      times[n] = Math.round(seconds * 1000);
      values[n++] = value;
    }
  }
  return { labels, times: times.slice(0, n), values: values.slice(0, n) };
}

function numberOf(text: string): number | undefined {
  if (text === "NaN") return Number.NaN;
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
