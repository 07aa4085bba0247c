import { darkOf } from "./recolour.js";

/** Collects the colours that charts of a page use, as custom properties with a value for each scheme. */
export class ThemeColours {
  readonly #used = new Set<string>();

  /** Reference to the property of a colour, for `recolour`. */
  readonly paint = (hex: string): string => {
    this.#used.add(hex);
    return `var(--c-${hex.slice(1)})`;
  };

  /** Declarations of all colours used so far, in order of their names. */
  declarations(scheme: "light" | "dark"): string {
    const value = (hex: string) => (scheme === "dark" ? darkOf(hex) : hex);
    return [...this.#used]
      .sort()
      .map((hex) => `--c-${hex.slice(1)}:${value(hex)}`)
      .join(";");
  }
}
