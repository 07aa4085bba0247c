import { readFile } from "node:fs/promises";
import { UnavailableError } from "../core/errors.js";

/** From dist/src/report, and from src/report when the sources run directly. */
const PLACES = ["../../assets/", "../../dist/assets/"];

/**
 * The text of a file that the build makes for reports.
 *
 * @throws UnavailableError when the assets were not built
 */
export async function readAsset(name: string): Promise<string> {
  for (const place of PLACES) {
    try {
      return await readFile(new URL(`${place}${name}`, import.meta.url), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new UnavailableError(
    "E_RENDERER_UNAVAILABLE",
    "the files that HTML reports embed are missing; run: npm run build",
  );
}
