import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Check, reason } from "./check.js";
import { installedVersion } from "./optional-packages.js";

/** The DejaVu Sans that fleetlens brings along, so that pictures look the same on every machine. */
export function checkFonts(): Check {
  const base = { part: "fonts", required: true };
  try {
    const file = fileURLToPath(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"));
    if (!existsSync(file)) throw new Error(`${file} is gone`);
    return {
      ...base,
      status: "ok",
      detail: `DejaVu Sans ${installedVersion("dejavu-fonts-ttf", "dejavu-fonts-ttf/package.json")}`,
    };
  } catch (error) {
    return { ...base, status: "failed", detail: `${reason(error)}; reinstall with: npm install dejavu-fonts-ttf` };
  }
}

/** Draws one square as PNG. */
export async function checkPng(): Promise<Check> {
  const base = { part: "png", required: false };
  const version = installedVersion("@resvg/resvg-js");
  if (version === null) {
    return { ...base, status: "missing", detail: "PNG is off: the package @resvg/resvg-js is not installed" };
  }
  try {
    const { renderPng } = await import("../../report/png.js");
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><rect width="2" height="2"/></svg>';
    const png = await renderPng(svg);
    if (Buffer.from(png.subarray(1, 4)).toString("latin1") !== "PNG") throw new Error("what came back is no PNG");
    return { ...base, status: "ok", detail: `resvg ${version} draws` };
  } catch (error) {
    return { ...base, status: "failed", detail: `resvg ${version} does not draw: ${reason(error)}` };
  }
}

/** Whether a browser for PDF is there and starts. */
export async function checkPdf(): Promise<Check> {
  const base = { part: "pdf", required: false };
  const { findChromium } = await import("../../report/find-chromium.js");
  const path = findChromium();
  if (path === null) {
    const named = process.env["CHROMIUM_PATH"];
    const why = named ? `CHROMIUM_PATH names ${named}, which is no program` : "no Chromium on the PATH";
    const detail = `PDF is off: ${why}; install one, or name it in CHROMIUM_PATH`;
    return { ...base, status: "missing", detail };
  }
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], { timeout: 20_000 });
    return { ...base, status: "ok", detail: `${stdout.trim()} at ${path}` };
  } catch (error) {
    return { ...base, status: "missing", detail: `PDF is off: ${path} does not start (${reason(error)})` };
  }
}
