import type * as Tf from "@tensorflow/tfjs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { findAdapter } from "../../../src/neural/backend-gpu.js";
import { missingPackage } from "../../../src/neural/backend-packages.js";
import { backendSelfCheck } from "../../../src/neural/backend-self-check.js";
import { openTensorBackend } from "../../../src/neural/open-tensor-backend.js";
import type { TensorBackendName } from "../../../src/neural/types.js";

const tfjs = await import("@tensorflow/tfjs");

/** A package of TensorFlow's native library, played by plain JavaScript. */
const native = (parts: Record<string, unknown> & { device?: boolean } = {}) => {
  const { device = false, ...own } = parts;
  const namespace = {
    ...tfjs,
    setBackend: (name: string) => tfjs.setBackend(name === "tensorflow" ? "cpu" : name),
    backend: () => Object.assign(tfjs.backend(), { isUsingGpuDevice: device }),
    ...own,
  };
  return { ...namespace, default: namespace };
};

const GPU = "@tensorflow/tfjs-node-gpu";
const NODE = "@tensorflow/tfjs-node";

/** Lets these packages be there, and no WebGPU. */
function installed(packages: Record<string, () => object>): void {
  vi.resetModules();
  vi.doMock("webgpu", () => ({ create: () => ({ requestAdapter: async () => null }), globals: {} }));
  for (const [name, load] of Object.entries(packages)) vi.doMock(name, load);
}

afterEach(() => {
  vi.unstubAllGlobals();
  for (const name of [GPU, NODE, "webgpu"]) vi.doUnmock(name);
});

const reasons = async (choice: "auto" | TensorBackendName): Promise<string[]> => {
  const { name, passedOver } = await openTensorBackend(choice);
  return [...passedOver.map((one) => `${one.name}: ${one.reason}`), name];
};

describe("openTensorBackend", () => {
  it("takes a CUDA device first, and one that is not used for none", async () => {
    installed({ [GPU]: () => native({ device: true }) });
    expect(await reasons("auto")).toEqual(["cuda"]);
    installed({ [GPU]: () => native(), [NODE]: () => native() });
    expect(await reasons("auto")).toEqual([`cuda: ${GPU} sees no CUDA device, or lacks CUDA's libraries`, "node"]);
    await expect(openTensorBackend("cuda")).rejects.toThrow(
      /^the tensor backend cuda cannot be used: .* sees no CUDA device, .*; node works here \(TensorFlow's native library/,
    );
  });

  it("never uses a backend that computes wrongly or not at all", async () => {
    const wrong = (a: Tf.Tensor, b: Tf.Tensor) => tfjs.add(tfjs.matMul(a, b), 1) as never;
    const broken = () => {
      throw new Error("isNullOrUndefined is not a function\n  at somewhere");
    };
    installed({ [GPU]: () => native({ device: true, matMul: wrong }), [NODE]: () => native({ matMul: broken }) });
    expect((await reasons("auto")).slice(0, 2)).toEqual([
      expect.stringMatching(
        /^cuda: it computes wrongly: a product of matrices has -?\d+ at row 0, column 0, not -?\d+$/,
      ),
      "node: it does not compute: isNullOrUndefined is not a function",
    ]);
    await expect(openTensorBackend("node")).rejects.toThrow("cannot be used: it does not compute: isNull");
  });

  it("refuses a name that there is not", async () => {
    await expect(openTensorBackend("gpu" as never)).rejects.toThrow(
      new InputError('unknown tensor backend "gpu"; there are auto, cuda, node, webgpu, wasm, cpu'),
    );
  });

  it("leaves the process's own handling of errors as it was", async () => {
    const events = ["uncaughtException", "unhandledRejection"] as const;
    const before = events.map((event) => process.listeners(event as "uncaughtException"));
    await openTensorBackend("wasm");
    expect(events.map((event) => process.listeners(event as "uncaughtException"))).toEqual(before);
  });
});

describe("findAdapter", () => {
  const gpu = (adapter: unknown) => vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => adapter } });

  it.each([
    [{ info: { vendor: "nvidia", architecture: "hopper", device: "", description: "" } }, "nvidia hopper", false],
    [
      { info: { architecture: "swiftshader", description: "SwiftShader driver 5.0.0" } },
      "SwiftShader driver 5.0.0",
      true,
    ],
    [{ info: { description: "llvmpipe (LLVM 19, 256 bits)" } }, "llvmpipe (LLVM 19, 256 bits)", true],
    [{ info: { description: "Some driver", isFallbackAdapter: true } }, "Some driver", true],
    [{ isFallbackAdapter: true }, "an unnamed adapter", true],
  ])("%j is %s, in software: %s", async (adapter, label, software) => {
    gpu(adapter);
    expect(await findAdapter()).toMatchObject({ label, software });
  });

  it("says that there is none, and why", async () => {
    gpu(null);
    await expect(findAdapter()).rejects.toThrow("it needs a driver of Vulkan, Metal or Direct3D 12");
    vi.stubGlobal("navigator", { gpu: { requestAdapter: () => Promise.reject(new Error("device lost\nat x")) } });
    await expect(findAdapter()).rejects.toThrow(/^WebGPU gives no adapter: device lost$/);
  });
});

describe("missingPackage", () => {
  it.each([
    ["Cannot find package 'p' imported from /a/b.js", "p is not installed"],
    ["Cannot find module 'p'\nRequire stack:", "p is not installed"],
    ['Failed to resolve module specifier "p"', "p is not installed"],
    [
      "Cannot find package 'p-core' imported from /n/p/i.js",
      "p is installed, but does not load: Cannot find package 'p-core' imported from /n/p/i.js",
    ],
    [
      "libtensorflow.so.2: cannot open shared object file",
      "p is installed, but does not load: libtensorflow.so.2: cannot open shared object file",
    ],
    [
      "The Node.js native addon module (tfjs_binding.node) can not be found at path: /n",
      "p is installed without its native library, which its install script downloads: npm rebuild p",
    ],
  ])("%s", (message, said) => {
    expect(missingPackage("p", new Error(message)).message).toBe(said);
  });
});

describe("backendSelfCheck", () => {
  it("is content with a backend that is right", async () => {
    await tfjs.setBackend("cpu");
    expect(await backendSelfCheck(tfjs)).toBeNull();
    expect(tfjs.memory().numTensors).toBe(0);
  });

  it("finds a single wrong cell, and one that is not a number", async () => {
    for (const [bad, word] of [
      [0.5, "0.5"],
      [Number.NaN, "NaN"],
    ] as const) {
      const matMul = (a: Tf.Tensor, b: Tf.Tensor) => {
        const values = tfjs.matMul(a, b).dataSync();
        values[40 * 39 + 7] = bad;
        return tfjs.tensor2d(values, [40, 40]) as never;
      };
      expect(await backendSelfCheck({ ...tfjs, matMul: matMul as never })).toMatch(
        `has ${word} at row 39, column 7, not `,
      );
    }
  });
});
