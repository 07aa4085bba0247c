import { createRequire } from "node:module";
import { UnavailableError } from "../core/errors.js";

/** Options of {@link renderPng}. */
export interface PngOptions {
  /** Pixels per CSS pixel; default 2. */
  scale?: number;
}

const DEFAULTS = Object.freeze({ scale: 2 });

/** The faces that charts use; shipped fonts give the same picture on every machine. */
const FONT_FILES = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

/**
 * Turns an SVG of {@link renderSvg} into a PNG.
 *
 * @throws UnavailableError `E_RENDERER_UNAVAILABLE` when the optional package is not installed
 */
export async function renderPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale } = { ...DEFAULTS, ...options };
  const resvg = await import("@resvg/resvg-js").catch((cause: unknown) => {
    throw new UnavailableError("E_RENDERER_UNAVAILABLE", "PNG needs the optional package @resvg/resvg-js; install it", {
      cause: String(cause),
    });
  });
  const { resolve } = createRequire(import.meta.url);
  const image = new resvg.Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontFiles: FONT_FILES.map((name) => resolve(`dejavu-fonts-ttf/ttf/${name}`)),
      loadSystemFonts: false,
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return image.render().asPng();
}
