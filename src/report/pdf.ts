import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { UnavailableError } from "../core/errors.js";
import { findChromium } from "./find-chromium.js";
import { renderHtml } from "./html/render-html.js";
import type { Report } from "./types.js";

const FLAGS = [
  "--headless",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-extensions",
  "--no-pdf-header-footer",
];

const TIMEOUT_MS = 60_000;

/** A browser's own sandbox cannot start for root, which containers often run as; the page is ours and has no script. */
const sandboxFlags = (): string[] => (process.getuid?.() === 0 ? ["--no-sandbox"] : []);

/** Writes the report's time over the two times of printing, which have a fixed length, so that offsets stay right. */
function withReportTime(pdf: Buffer, generatedAt: string): Buffer {
  const digits = new Date(generatedAt).toISOString().replace(/\D/g, "").slice(0, 14);
  const text = pdf.toString("latin1").replace(/\/(CreationDate|ModDate) \(D:\d{14}[^)]*\)/g, (found) => {
    return found.replace(/D:\d{14}/, `D:${digits}`).replace(/[+-]\d\d'\d\d'/, "+00'00'");
  });
  return Buffer.from(text, "latin1");
}

async function print(browser: string, args: readonly string[], target: string): Promise<Buffer> {
  try {
    await promisify(execFile)(browser, args, { timeout: TIMEOUT_MS });
    return await readFile(target);
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new UnavailableError("E_RENDERER_UNAVAILABLE", `the browser ${browser} could not print: ${reason}`);
  }
}

/**
 * Prints a report to PDF by an installed Chromium (`CHROMIUM_PATH`, or one on `PATH`).
 *
 * @throws UnavailableError `E_RENDERER_UNAVAILABLE` when there is none or it fails
 */
export async function renderPdf(report: Report): Promise<Uint8Array> {
  const browser = findChromium();
  if (browser === null) {
    const message = "PDF needs an installed Chromium; install one, or name it in CHROMIUM_PATH";
    throw new UnavailableError("E_RENDERER_UNAVAILABLE", message);
  }
  const folder = await mkdtemp(join(tmpdir(), "fleetlens-pdf-"));
  try {
    const page = join(folder, "report.html");
    const target = join(folder, "report.pdf");
    await writeFile(page, await renderHtml(report, { interactive: "none", theme: "light" }));
    const profile = `--user-data-dir=${join(folder, "profile")}`;
    const args = [...FLAGS, ...sandboxFlags(), profile, `--print-to-pdf=${target}`, pathToFileURL(page).href];
    const printed = await print(browser, args, target);
    return withReportTime(printed, report.generatedAt);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
