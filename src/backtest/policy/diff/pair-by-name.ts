/** Members of two lists with the same name: those of the first list in its order, then those that only the second has. */
export function pairByName<T>(
  before: readonly T[],
  after: readonly T[],
  name: (member: T) => string,
): { name: string; old: T | undefined; now: T | undefined }[] {
  const olds = new Map(before.map((member) => [name(member), member]));
  const news = new Map(after.map((member) => [name(member), member]));
  return [...new Set([...olds.keys(), ...news.keys()])].map((key) => ({
    name: key,
    old: olds.get(key),
    now: news.get(key),
  }));
}
