/** Texts as places in the list of those that differ, in the order in which they come. */
export function dictionary(texts: readonly string[]): { values: string[]; codes: Int32Array } {
  const places = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  });
  return { values: [...places.keys()], codes };
}
