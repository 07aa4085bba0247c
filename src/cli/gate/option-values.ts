import { InvalidArgumentError } from "commander";

/** commander parser for a share strictly between 0 and 1. */
export function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError("expected a share above 0 and below 1.");
}

/** commander parser for a number from 0. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new InvalidArgumentError("expected a number from 0.");
}
