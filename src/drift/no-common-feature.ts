import { InputError } from "../core/errors.js";

const MOST_NAMES = 5;

/** Kinds of columns by name. */
type Kinds = ReadonlyMap<string, string>;

/** The error for tables of which nothing can be compared: it tells what columns there are. */
export function noCommonFeature(reference: Kinds, current: Kinds): InputError {
  return new InputError(
    `no feature in common: the reference has ${listed(reference)}; the current rows have ${listed(current)}`,
    { reference: names(reference), current: names(current) },
  );
}

const names = (columns: Kinds): string[] => [...columns.keys()].slice(0, MOST_NAMES);

function listed(columns: Kinds): string {
  const shown = names(columns).map((name) => `"${name}" (${columns.get(name)})`);
  const more = columns.size > MOST_NAMES ? ` and ${columns.size - MOST_NAMES} more` : "";
  return columns.size === 0 ? "no columns" : `${shown.join(", ")}${more}`;
}
