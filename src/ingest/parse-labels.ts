/** Labels written as `k=v;k2=v2`; a key alone has an empty value. */
export function parseLabels(text: string): Record<string, string> {
  const pairs = text.split(";").filter((pair) => pair.trim() !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair.trim(), ""] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
