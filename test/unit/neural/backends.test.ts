import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { hasNative } from "./native.js";
import { SWIFTSHADER, swiftShader } from "./swiftshader.js";

const PROBE = join(import.meta.dirname, "backend-probe.mjs");
const WITHOUT_PACKAGE = pathToFileURL(join(import.meta.dirname, "../../cli/without-package.mjs")).href;
const [GPU, NODE] = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

interface Probe {
  name: string;
  detail: string;
  passedOver: { name: string; reason: string }[];
  results: Record<"product" | "softplus" | "gather" | "gradient", number[]>;
  refused?: { name: string; code: string; message: string; details: object };
}

/**
 * Runs the probe in a process of its own.
 *
 * @param options.software  Vulkan is the one of Chromium on the CPU
 * @param options.without  packages that shall seem not installed
 */
function probe(backend: string, options: { software?: boolean; without?: string[] } = {}): Probe {
  const { software = false, without } = options;
  const hook = without ? ["--import", WITHOUT_PACKAGE] : [];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...hook, PROBE, backend], {
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, WITHOUT: without?.join(",") ?? "", ...(software ? swiftShader : {}) },
  });
  // TensorFlow's native library greets on stderr by itself; nothing else may.
  if (backend !== "node") expect(stderr).toBe("");
  expect({ status, signal }).toEqual({ status: 0, signal: null });
  expect(stdout.trimEnd().split("\n"), "lines on stdout").toHaveLength(1);
  return JSON.parse(stdout);
}

/** The same in 64 bits, from inputs in 32 as the backends get them. */
const wanted = (() => {
  const matrix = (rows: number, columns: number, seed: number) =>
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(seed + i * 0.37));
  const [a, b] = [matrix(40, 48, 1), matrix(48, 32, 2)];
  const sum = (n: number, term: (k: number) => number) =>
    Array.from({ length: n }, (_, k) => term(k)).reduce((total, x) => total + x, 0);
  const cells = (rows: number, columns: number, cell: (row: number, column: number) => number) =>
    Array.from({ length: rows * columns }, (_, i) => cell(Math.floor(i / columns), i % columns));
  const product = cells(40, 32, (r, c) => sum(48, (k) => a[r * 48 + k] * b[k * 32 + c]));
  const slope = product.map((x) => 1 / (1 + Math.exp(-x)));
  return {
    product,
    softplus: [...matrix(40, 48, 3)].map((x) => Math.max(30 * x, 0) + Math.log1p(Math.exp(-Math.abs(30 * x)))),
    gather: [47, 0, 5, 5].flatMap((row) => [...b.subarray(row * 32, row * 32 + 32)]),
    gradient: cells(48, 32, (k, c) => sum(40, (r) => a[r * 48 + k] * slope[r * 32 + c])),
  };
})();

/** Within 1e-5 of the larger of 1 and the number. */
function expectNear({ results }: Probe): void {
  for (const [what, numbers] of Object.entries(wanted)) {
    const got = results[what as keyof typeof wanted];
    expect(got, what).toHaveLength(numbers.length);
    const furthest = Math.max(...numbers.map((x, i) => Math.abs(got[i] - x) / Math.max(1, Math.abs(x))));
    expect(furthest, what).toBeLessThan(1e-5);
  }
}

describe("tensor backends in a process of their own, which ends by itself and prints nothing else", () => {
  it.each([
    ["cpu", /^plain JavaScript, tfjs 4\./],
    ["wasm", /^WebAssembly with SIMD, tfjs 4\./],
  ])("%s gives what plain arithmetic gives", (name, detail) => {
    const found = probe(name);
    expect(found).toMatchObject({ name, detail: expect.stringMatching(detail), passedOver: [] });
    expectNear(found);
  });

  it.skipIf(!swiftShader)(`webgpu in software, too (skipped without ${SWIFTSHADER})`, () => {
    const found = probe("webgpu", { software: true });
    expect(found).toMatchObject({
      name: "webgpu",
      detail: expect.stringMatching(/^WebGPU on SwiftShader .*\(software\)/),
    });
    expectNear(found);
  });

  it.skipIf(!hasNative)("node, too (skipped without @tensorflow/tfjs-node and its native library)", () => {
    const found = probe("node");
    expect(found.name).toBe("node");
    expectNear(found);
  });

  it.skipIf(!swiftShader)(`auto passes over WebGPU in software (skipped without ${SWIFTSHADER})`, () => {
    const { name, passedOver } = probe("auto", { software: true, without: [GPU, NODE] });
    expect(name).toBe("wasm");
    expect(passedOver).toEqual([
      { name: "cuda", reason: "@tensorflow/tfjs-node-gpu is not installed" },
      { name: "node", reason: "@tensorflow/tfjs-node is not installed" },
      { name: "webgpu", reason: expect.stringMatching(/^WebGPU finds only SwiftShader .*, which computes on the CPU/) },
    ]);
  });
});

describe("tensor backends whose packages are missing", () => {
  const native = [GPU, NODE, "webgpu"];

  it("auto takes plain JavaScript where @tensorflow/tfjs is alone", () => {
    const { name, passedOver } = probe("auto", { without: [...native, "@tensorflow/tfjs-backend-wasm"] });
    expect(name).toBe("cpu");
    expect(passedOver.map((one) => `${one.name}: ${one.reason}`)).toEqual([
      "cuda: @tensorflow/tfjs-node-gpu is not installed",
      "node: @tensorflow/tfjs-node is not installed",
      "webgpu: webgpu is not installed",
      "wasm: @tensorflow/tfjs-backend-wasm is not installed",
    ]);
  });

  it("one that is named is refused with code 3's error, what to install and what works", () => {
    expect(probe("node", { without: native }).refused).toMatchObject({
      name: "UnavailableError",
      code: "E_BACKEND_UNAVAILABLE",
      message:
        "the tensor backend node cannot be used: @tensorflow/tfjs-node is not installed: npm install " +
        "@tensorflow/tfjs-node; wasm works here (WebAssembly with SIMD, tfjs 4.22.0)",
      details: { backend: "node", reason: "@tensorflow/tfjs-node is not installed", packages: [NODE] },
    });
  });

  it("says what to install where there is none at all", () => {
    const { refused } = probe("auto", { without: [...native, "@tensorflow/tfjs"] });
    expect(refused).toMatchObject({ name: "UnavailableError", code: "E_BACKEND_UNAVAILABLE" });
    expect(refused?.message).toMatch(
      /^no tensor backend .*; npm install @tensorflow\/tfjs @tensorflow\/tfjs-backend-wasm .*wasm: @tensorflow\/tfjs is not/,
    );
  });
});
