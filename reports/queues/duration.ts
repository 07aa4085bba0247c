import { figure } from "../capacity-plan/words.js";

const UNITS = [
  { seconds: 86_400, name: "days" },
  { seconds: 3600, name: "h" },
  { seconds: 60, name: "min" },
  { seconds: 1, name: "s" },
] as const;

/** A duration at three digits in the unit that suits it: days from two on, else hours, minutes or seconds. */
export function durationIn(seconds: number): { value: number; unit: string } {
  const { seconds: size, name } =
    UNITS.find((one) => seconds >= (one.name === "days" ? 2 * one.seconds : one.seconds)) ?? UNITS[3];
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
