import { findAdapter } from "./backend-gpu.js";
import {
  BackendMissing,
  firstLine,
  loadNodePackage,
  loadTfjs,
  loadWasmBackend,
  loadWebGpuBackend,
  quieten,
  type Tensorflow,
} from "./backend-packages.js";
import type { TensorBackendName } from "./types.js";

/** A backend that is in force, not yet checked. */
export interface Opened {
  tf: Tensorflow;
  detail: string;
}

const FATAL_EVENTS = Object.freeze(["uncaughtException", "unhandledRejection"]);

/** Makes a backend of tfjs the one in force. */
async function start(tf: Tensorflow, name: string): Promise<void> {
  if (await tf.setBackend(name)) return;
  // tfjs keeps the reason to itself; the factory tells it again.
  const why = await Promise.resolve()
    .then(tf.findBackendFactory(name))
    .then(() => "tfjs does not say why", firstLine);
  throw new BackendMissing(`the backend does not start: ${why}`);
}

const tfjsVersion = (tf: Tensorflow): string => `tfjs ${tf.version.tfjs}`;

/** TensorFlow's native library, by one of its two packages. */
async function openNative(name: string): Promise<Tensorflow> {
  // First tfjs, so that it is quiet when kernels of both packages meet; it may be where only the package itself finds it.
  await loadTfjs().catch(() => {});
  const loaded = await loadNodePackage<Tensorflow & { default?: Tensorflow }>(name);
  // Its CommonJS exports are copied from tfjs, which not every Node sees from outside.
  const tf = loaded.default ?? loaded;
  quieten(tf);
  await start(tf, "tensorflow");
  return tf;
}

async function openCuda(): Promise<Opened> {
  const tf = await openNative("@tensorflow/tfjs-node-gpu");
  const { isUsingGpuDevice } = tf.backend() as { isUsingGpuDevice?: boolean };
  if (!isUsingGpuDevice) {
    throw new BackendMissing("@tensorflow/tfjs-node-gpu sees no CUDA device, or lacks CUDA's libraries");
  }
  return { tf, detail: `TensorFlow's native library on a CUDA device, ${tfjsVersion(tf)}` };
}

async function openNode(): Promise<Opened> {
  const tf = await openNative("@tensorflow/tfjs-node");
  return { tf, detail: `TensorFlow's native library on the CPU, ${tfjsVersion(tf)}` };
}

async function openWebGpu(forced: boolean): Promise<Opened> {
  const tf = await loadTfjs();
  const { label, software, expose } = await findAdapter();
  if (software && !forced) {
    throw new BackendMissing(`WebGPU finds only ${label}, which computes on the CPU and slower than WebAssembly does`);
  }
  expose();
  await loadWebGpuBackend();
  await start(tf, "webgpu");
  return { tf, detail: `WebGPU on ${label}${software ? " (software)" : ""}, ${tfjsVersion(tf)}` };
}

/** Node's `process`, which a browser has not. */
interface Emitter {
  listeners(event: string): ((...args: unknown[]) => void)[];
  removeListener(event: string, listener: (...args: unknown[]) => void): void;
}

/**
 * Starting WebAssembly hangs listeners on the process that throw again what a program's own would have handled, and end
 * it with another code: they go again.
 */
async function leavingProcessAlone(work: () => Promise<void>): Promise<void> {
  const { process } = globalThis as { process?: Partial<Emitter> };
  const listeners = (event: string) => process?.listeners?.(event) ?? [];
  const before = FATAL_EVENTS.map((event) => new Set(listeners(event)));
  try {
    await work();
  } finally {
    FATAL_EVENTS.forEach((event, i) => {
      for (const one of listeners(event)) if (!before[i].has(one)) process?.removeListener?.(event, one);
    });
  }
}

async function openWasm(): Promise<Opened> {
  const tf = await loadTfjs();
  await loadWasmBackend();
  await leavingProcessAlone(() => start(tf, "wasm"));
  const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  return { tf, detail: `WebAssembly ${simd ? "with" : "without"} SIMD, ${tfjsVersion(tf)}` };
}

async function openCpu(): Promise<Opened> {
  const tf = await loadTfjs();
  await start(tf, "cpu");
  return { tf, detail: `plain JavaScript, ${tfjsVersion(tf)}` };
}

/** How each backend is opened; they throw {@link BackendMissing}. A forced one is taken even if another is faster. */
export const OPENERS: Readonly<Record<TensorBackendName, (forced: boolean) => Promise<Opened>>> = Object.freeze({
  cuda: openCuda,
  node: openNode,
  webgpu: openWebGpu,
  wasm: openWasm,
  cpu: openCpu,
});

/** What `npm install` needs for each. */
export const PACKAGES: Readonly<Record<TensorBackendName, readonly string[]>> = Object.freeze({
  cuda: ["@tensorflow/tfjs-node-gpu"],
  node: ["@tensorflow/tfjs-node"],
  webgpu: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-webgpu", "webgpu"],
  wasm: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"],
  cpu: ["@tensorflow/tfjs"],
});
