import { figure } from "../capacity-plan/words.js";

const UNITS = [
  { size: 86_400, name: "days" },
  { size: 3600, name: "h" },
  { size: 60, name: "min" },
  { size: 1, name: "s" },
] as const;

/** The unit that suits a duration: days from two on, else hours, minutes or seconds. */
export function durationUnit(seconds: number): { size: number; name: string } {
  return UNITS.find(({ size, name }) => seconds >= (name === "days" ? 2 * size : size)) ?? UNITS[3];
}

/** A duration at three digits, in its {@link durationUnit}. */
export function durationIn(seconds: number): { value: number; unit: string } {
  const { size, name } = durationUnit(seconds);
  return { value: Number((seconds / size).toPrecision(3)), unit: name };
}

/** {@link durationIn} in words: `35 s`, `12.5 min`, `5.3 days`; a dash for none. */
export function durationWords(seconds: number | null): string {
  if (seconds === null) return "\u2014";
  const { value, unit } = durationIn(seconds);
  return `${figure(value)}\u00a0${unit}`;
}

/** Seconds as hours for tables that sort, to a thousandth. */
export function inHours(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds / 3.6) / 1000;
}
