const UNITS = [
  [86_400, "days"],
  [3600, "h"],
  [60, "min"],
] as const;

/** Seconds at three digits, in the largest unit of which there are two; `unknown` for none. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return "unknown";
  const [size, unit] = UNITS.find(([one]) => seconds >= 2 * one) ?? [1, "s"];
  return `${Number((seconds / size).toPrecision(3))} ${unit}`;
}
