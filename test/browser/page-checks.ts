/// <reference lib="dom" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { probePage, probeSorting } from "./page-probe.js";

/** How a reader sees the page. */
export interface Reader {
  width: number;
  scheme: "light" | "dark";
  /** Default true. */
  scripts?: boolean;
}

/** The readers of reports.md section 9.2. */
export const READERS: readonly Reader[] = [390, 1440].flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => ({ width, scheme })),
);

const LIMITS = { textPx: 9, line: 3, text: 4.5 };
const READY_MS = 15_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
}

async function axeProblems(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResult;
  return violations.map(({ id, nodes }) => `axe ${id}: ${nodes.length} at ${String(nodes[0].target[0])}`);
}

/**
 * Opens a report offline from a file as one reader and returns all that is wrong with it, one line each.
 *
 * With scripts: ready, live charts, sorting and accessibility. Always: no console message, no request, charts drawn and
 * legible, contrast, no sideways scroll, no text out of its box, nothing foreign in the page.
 */
export async function checkPage(browser: Browser, html: string, reader: Reader): Promise<string[]> {
  const { width, scheme, scripts = true } = reader;
  const folder = mkdtempSync(join(tmpdir(), "fleetlens-page-"));
  const file = join(folder, "report.html");
  writeFileSync(file, html);
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    offline: true,
  });
  const problems: string[] = [];
  try {
    const page = await context.newPage();
    page.on("console", (message) => problems.push(`console: ${message.text().slice(0, 200)}`));
    page.on("pageerror", (error) => problems.push(`error: ${error.message.slice(0, 200)}`));
    page.on("dialog", (dialog) => {
      problems.push(`hostile: dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url() !== url && request.url() !== "data:,") problems.push(`request: ${request.url().slice(0, 100)}`);
    });
    await page.goto(url);
    if (scripts) {
      const ready = await page
        .waitForSelector('html[data-fleetlens-ready="1"]', { timeout: READY_MS })
        .catch(() => null);
      if (!ready)
        return [...problems, "ready: the page did not become ready", ...(await page.evaluate(probePage, LIMITS))];
      const still = await page.$$eval(
        "[data-chart]",
        (boxes) => boxes.filter((box) => box.querySelector("svg.wide")).length,
      );
      if (still > 0) problems.push(`chart: ${still} charts are still pictures`);
    }
    problems.push(...(await page.evaluate(probePage, LIMITS)));
    if (scripts) {
      problems.push(...(await axeProblems(page)));
      problems.push(...(await page.evaluate(probeSorting)));
    }
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return problems;
}
