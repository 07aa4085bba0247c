import { InputError } from "../core/errors.js";

/** @throws InputError unless the option lies strictly between 0 and 1 */
export function checkShare(option: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new InputError(`${option} must lie above 0 and below 1, got ${value}`, { option });
}
