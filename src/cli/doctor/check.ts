/** One line of `fleetlens doctor`. */
export interface Check {
  /** Name of the part, as `--require` takes it. */
  part: string;
  /** `missing` only for optional parts; a required part that does not work has `failed`. */
  status: "ok" | "missing" | "failed";
  required: boolean;
  /** What was found, or what is wrong and how to mend it. */
  detail: string;
}

/** Every part that `fleetlens doctor` looks at, in the order of its table. */
export const PARTS = Object.freeze([
  "node",
  "engine",
  "time-zones",
  "temp",
  "fonts",
  "png",
  "pdf",
  "neural",
  "spark",
] as const);

export type Part = (typeof PARTS)[number];

/** First line of an error's message. */
export function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
