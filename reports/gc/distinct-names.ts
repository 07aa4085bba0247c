import { unusedName } from "../unused-name.js";

/** Names for an axis, which must differ: a second one of a name gets a mark. */
export function distinctNames(names: readonly string[]): string[] {
  const taken: string[] = [];
  for (const name of names) taken.push(unusedName(name, taken));
  return taken;
}
