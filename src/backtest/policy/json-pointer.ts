/** Keys and places from the root of a document to a value. */
export type Path = readonly PropertyKey[];

/** JSON Pointer (RFC 6901) of a path: `~` and `/` in keys become `~0` and `~1`. */
export function pointer(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Path of a JSON Pointer; numbers stay texts. */
export function pathOf(text: string): string[] {
  return text
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
