/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Parses `#rgb` or `#rrggbb`; null for anything else. */
export function parseHex(text: string): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  const parts = short
    ? short.slice(1).map((digit) => digit + digit)
    : /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text)?.slice(1);
  if (!parts) return null;
  const [r, g, b] = parts.map((part) => Number.parseInt(part, 16));
  return [r, g, b];
}

/** `#rrggbb` in lower case. */
export function toHex(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance (WCAG 2.2), 0 black to 1 white. */
export function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const s = part / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours (WCAG 2.2), 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/**
 * The colour nearest to `colour` on the way to black (on a light page) or white (on a dark one) whose contrast with
 * the page reaches `ratio`; the colour itself when it already does.
 */
export function withContrast(colour: Rgb, page: Rgb, ratio: number): Rgb {
  const end = luminance(page) > 0.18 ? 0 : 255;
  for (let step = 0; step <= 100; step += 1) {
    const mixed = colour.map((part) => Math.round(part + ((end - part) * step) / 100)) as unknown as Rgb;
    if (contrast(mixed, page) >= ratio) return mixed;
  }
  return [end, end, end];
}
