import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const EXECUTABLE = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Whether browser tests can run here; continuous integration must have the browser, elsewhere they are skipped. */
export const hasChromium = existsSync(EXECUTABLE) || Boolean(process.env["CI"]);

/**
 * Headless Chromium that does nothing of its own on the network.
 *
 * @param graphics  what it draws and computes on; default no GPU at all
 */
export function launchChromium(graphics: readonly string[] = ["--disable-gpu"]): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--no-sandbox",
      ...graphics,
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
