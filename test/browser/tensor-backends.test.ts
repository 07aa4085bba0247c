import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { openTensorBackend, TensorBackendName } from "../../src/neural/index.js";
import { hasChromium, launchChromium } from "./chromium.js";

declare global {
  var tensors: { open: typeof openTensorBackend };
}

const WASM = join(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm")), "/");
const PAGE = "https://fleetlens.example/";

const SOURCE = `
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { openTensorBackend } from "../../src/neural/open-tensor-backend.js";
setWasmPaths("${PAGE}wasm/");
globalThis.tensors = { open: openTensorBackend };`;

describe.skipIf(!hasChromium)("tensor backends in a browser (skipped without Chromium: set CHROMIUM_PATH)", () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: SOURCE, resolveDir: import.meta.dirname },
      ...{ bundle: true, format: "esm", platform: "browser", target: "es2023", write: false, logLevel: "silent" },
    });
    const gpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];
    browser = await launchChromium(gpu);
    page = await browser.newPage();
    page.on("console", (message) => problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
    // WebGPU is for pages that came by https.
    await page.route("**/*", (route) => {
      const [, file] = /\/wasm\/([\w.-]+)$/.exec(route.request().url()) ?? [];
      if (file) return route.fulfill({ body: readFileSync(join(WASM, file)), contentType: "application/wasm" });
      return route.fulfill({ body: "<!doctype html><title>tensors</title>", contentType: "text/html" });
    });
    await page.goto(PAGE);
    await page.addScriptTag({ type: "module", content: outputFiles[0].text });
    await page.waitForFunction(() => globalThis.tensors !== undefined);
  });
  afterAll(() => browser?.close());

  const opened = (choice: "auto" | TensorBackendName) =>
    page.evaluate(async (name) => {
      const { detail, passedOver } = await globalThis.tensors.open(name);
      return [...passedOver.map(({ name: one, reason }) => `${one}: ${reason}`), detail];
    }, choice);

  it("WebAssembly and plain JavaScript open and compute", async () => {
    expect(await opened("wasm")).toEqual([expect.stringMatching(/^WebAssembly with SIMD, tfjs 4\./)]);
    expect(await opened("cpu")).toEqual([expect.stringMatching(/^plain JavaScript, tfjs 4\./)]);
  });

  it("WebGPU needs no package", async () => {
    expect(await opened("webgpu")).toEqual([expect.stringMatching(/^WebGPU on .*\(software\), tfjs 4\./)]);
  });

  it("auto passes over what is Node's alone, and WebGPU in software", async () => {
    expect(await opened("auto")).toEqual([
      "cuda: @tensorflow/tfjs-node-gpu is not installed",
      "node: @tensorflow/tfjs-node is not installed",
      expect.stringMatching(/^webgpu: WebGPU finds only .*, which computes on the CPU/),
      expect.stringMatching(/^WebAssembly with SIMD/),
    ]);
  });

  it("says nothing on the console and throws nothing", () => {
    expect(problems).toEqual([]);
  });
});
