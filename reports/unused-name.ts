/** The name, or one much like it where that is taken: names come from data and may be anything. */
export function unusedName(name: string, taken: readonly string[]): string {
  return taken.includes(name) ? unusedName(`${name} *`, taken) : name;
}
