import { InvalidArgumentError } from "commander";

/** Formats that `--to` may name, in the order in which they are written. */
export const PLAN_FORMATS = ["md", "html", "json", "ipynb"] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

/** commander parser of `--to`. */
export function parseFormats(text: string): PlanFormat[] {
  return text.split(",").map((part) => {
    const format = PLAN_FORMATS.find((known) => known === part.trim());
    if (!format) throw new InvalidArgumentError(`expected some of ${PLAN_FORMATS.join(",")}, got "${part}".`);
    return format;
  });
}

/** commander parser of `--month`. */
export function parseMonth(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError(`expected a month such as 2020-06.`);
  return text;
}
