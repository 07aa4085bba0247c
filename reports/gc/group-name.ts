/** Name of a group for people: of the sum of groups too many to list, of objects without one, or its own. */
export function groupName(name: string | null, what: string, rest = false): string {
  if (rest) return `other ${what}${what.endsWith("s") ? "es" : "s"}`;
  return name === null || name === "" ? `no ${what}` : name;
}
