import type { Option } from "commander";

/** An option in `--help`: description, whether it must be given, choices and default as a person would type them. */
export function optionHelp(option: Option): string {
  const extra: string[] = option.mandatory ? ["required"] : [];
  if (option.argChoices) extra.push(option.argChoices.join(" | "));
  const takesValue = option.required || option.optional;
  const value: unknown = option.defaultValue;
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  if (takesValue && !isEmpty) extra.push(`default: ${option.defaultValueDescription ?? String(value)}`);
  return extra.length ? `${option.description} (${extra.join("; ")})` : option.description;
}
